package io.millrace.cli;

/** What a source of lines has to give when asked. */
sealed interface Reading {
    /** A whole line without its terminator. Numbers count from 1. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Line(long number, byte[] bytes) implements Reading {}

    /** A line that no record can hold; its bytes were passed over, not kept. */
    record TooLong(long number, long bytes) implements Reading {}

    /** Nothing at the moment. */
    record Quiet() implements Reading {}

    /** Nothing any more. */
    record End() implements Reading {}
}

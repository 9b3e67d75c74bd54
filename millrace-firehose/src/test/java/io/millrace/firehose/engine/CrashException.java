package io.millrace.firehose.engine;

/** The power goes. */
final class CrashException extends Error {
    CrashException() {
        super("the power went", null, false, false);
    }
}

package io.millrace.wire;

import io.millrace.model.SerializationException;

/**
 * A body as a row of tokens, read once from front to back. Whoever has read {@link Token#END} knows that the body was
 * well-formed; {@link #next} throws the {@link SerializationException} without a text as soon as it is not.
 */
interface Tokens {
    /** How deep objects and arrays may lie in each other; the API's own bodies go four deep. */
    int NESTING_MAX = 500;

    /** What a tokenizer has room for from the beginning. */
    int NESTING_USUAL = 8;

    enum Token {
        OBJECT,
        END_OBJECT,
        ARRAY,
        END_ARRAY,
        NAME,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL,
        BYTES,
        END
    }

    Token next();

    /** The text of the present name or string. */
    String text();

    /** Whether the present number is written as an integer. */
    boolean integral();

    /** The present number, rounded down, and clamped to what a long holds. */
    long integer();

    /** The present number as a floating-point one. */
    double real();

    /** The present number, read as a point in time: milliseconds since the epoch, rounded down and clamped. */
    long epochMillis();

    /** The bytes a blob's present value stands for; throws the service's type error if it is not a blob's. */
    byte[] blob();

    /** Whether the present name's or string's text stands in the body as it is, from {@link #from} to {@link #to}. */
    boolean plain();

    int from();

    int to();

    /** Appends the bytes that a blob's present value stands for; appends nothing, and says so, unless all is in order. */
    boolean appendBlob(BodyWriter into);

    /** Reads to the end of the object or array that has just begun. */
    default void skipChildren() {
        for (int depth = 1; depth > 0; ) {
            switch (next()) {
                case OBJECT, ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case NAME, STRING, NUMBER, TRUE, FALSE, NULL, BYTES, END -> {}
            }
        }
    }
}

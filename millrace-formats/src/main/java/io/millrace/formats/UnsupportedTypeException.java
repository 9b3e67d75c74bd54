package io.millrace.formats;

/** A table's column is of a type that no file here can hold, or is spelled wrong. */
public final class UnsupportedTypeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsupportedTypeException(String message) {
        super(message);
    }
}

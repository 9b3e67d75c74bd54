package io.millrace.firehose.http;

import java.io.IOException;

/** A response that is larger than anyone may send us. */
final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    BodyTooLargeException(int maxBytes) {
        super("The response is larger than " + maxBytes + " bytes");
    }
}

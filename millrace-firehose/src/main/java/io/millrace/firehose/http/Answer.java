package io.millrace.firehose.http;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** What came back: a response, whole, or the reason why there is none. */
sealed interface Answer {

    /** A response whose body was within bounds. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Response(int status, HttpHeaders headers, byte[] body) implements Answer {
        private static final int EXCERPT_MAX_CHARS = 1024;

        /** The beginning of the body, for messages. */
        String excerpt() {
            var text = new String(body, StandardCharsets.UTF_8);
            return text.length() <= EXCERPT_MAX_CHARS ? text : text.substring(0, EXCERPT_MAX_CHARS);
        }
    }

    /** No response, or none that is of use. */
    record Trouble(Kind kind, String message) implements Answer {}

    /** What went wrong on the way. */
    enum Kind {
        /** No connection in time. */
        CONNECT_TIMEOUT,
        /** Refused, unreachable, unknown host. */
        CONNECTION_FAILED,
        /** Connected, then closed or reset before the response was whole, or no HTTP at all. */
        CONNECTION_CLOSED,
        /** The response did not come in time. */
        RESPONSE_TIMEOUT,
        /** The response's body went past its bound. */
        RESPONSE_TOO_LARGE,
        /** TLS could not be agreed on. */
        TLS_HANDSHAKE,
        /** The certificate is not one that we trust. */
        TLS_UNVERIFIED
    }
}

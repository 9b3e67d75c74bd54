package io.millrace.gateway;

import io.millrace.wire.BodyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An answer, before it is dressed in the headers that all replies have. */
record Reply(int status, Optional<String> contentType, BodyWriter body) {
    static Reply empty(int status) {
        return new Reply(status, Optional.empty(), new BodyWriter(0));
    }

    static Reply of(int status, String contentType, BodyWriter body) {
        return new Reply(status, Optional.of(contentType), body);
    }

    static Reply of(int status, String contentType, String text) {
        return new Reply(status, Optional.of(contentType), written(text));
    }

    /** AWS sends some answers in XML without saying so. */
    static Reply untyped(int status, String text) {
        return new Reply(status, Optional.empty(), written(text));
    }

    int bodyBytes() {
        return body.length();
    }

    /** What of the heap the body takes. */
    int heldBytes() {
        return body.array().length;
    }

    /** The body as it is sent, without a copy. */
    ByteBuf bytes() {
        return Unpooled.wrappedBuffer(body.array(), 0, body.length());
    }

    private static BodyWriter written(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var body = new BodyWriter(bytes.length);
        body.write(bytes, 0, bytes.length);
        return body;
    }
}

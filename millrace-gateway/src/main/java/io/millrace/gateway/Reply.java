package io.millrace.gateway;

import io.millrace.wire.BodyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An answer, before it is dressed in the headers that all replies have. Whoever has it either sends its bytes or releases
 * them.
 *
 * @param heldBytes what of the heap the body takes
 */
record Reply(int status, Optional<String> contentType, ByteBuf bytes, int heldBytes) {
    static Reply empty(int status) {
        return new Reply(status, Optional.empty(), Unpooled.EMPTY_BUFFER, 0);
    }

    static Reply of(int status, String contentType, BodyWriter body) {
        return new Reply(status, Optional.of(contentType), bytes(body), body.array().length);
    }

    /** A reply whose body is in pages if it is long. */
    static Reply of(int status, String contentType, BodyWriter body, PagedBody overflow) {
        body.finish();
        return overflow.isEmpty()
                ? of(status, contentType, body)
                : new Reply(status, Optional.of(contentType), overflow.bytes(), 0);
    }

    static Reply of(int status, String contentType, String text) {
        return of(status, contentType, written(text));
    }

    /** AWS sends some answers in XML without saying so. */
    static Reply untyped(int status, String text) {
        var body = written(text);
        return new Reply(status, Optional.empty(), bytes(body), body.array().length);
    }

    int bodyBytes() {
        return bytes.readableBytes();
    }

    /** The body as it is sent, without a copy. */
    private static ByteBuf bytes(BodyWriter body) {
        return Unpooled.wrappedBuffer(body.array(), 0, body.length());
    }

    private static BodyWriter written(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var body = new BodyWriter(bytes.length);
        body.write(bytes, 0, bytes.length);
        return body;
    }
}

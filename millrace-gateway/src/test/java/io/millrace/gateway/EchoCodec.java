package io.millrace.gateway;

import io.millrace.model.SerializationException;
import io.millrace.model.ValidationException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.OperationCodec;
import io.millrace.wire.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands bodies through as text, and refuses what a test marks as of a wrong type or breaking a constraint. */
final class EchoCodec implements OperationCodec<String, String> {
    static final String WRONG_TYPE = "\"wrong-type\"";
    static final String BROKEN_CONSTRAINT = "\"broken-constraint\"";

    static final String UNWRITABLE = "unwritable";

    private static final int CBOR_MAP = 5;

    /** How many outputs were encoded. */
    final AtomicInteger encoded = new AtomicInteger();

    @Override
    public String decode(Protocol protocol, byte[] body, int offset, int length) {
        var text = new String(body, offset, length, StandardCharsets.ISO_8859_1);
        boolean isObject = switch (protocol) {
            case JSON -> text.startsWith("{") && text.endsWith("}");
            case CBOR -> (body[offset] & 0xFF) >>> 5 == CBOR_MAP;
        };
        if (!isObject) {
            throw new SerializationException();
        }
        if (text.contains(WRONG_TYPE)) {
            throw new SerializationException("Start of list found where not expected");
        }
        if (text.contains(BROKEN_CONSTRAINT)) {
            throw new ValidationException("1 validation error detected");
        }
        return text;
    }

    @Override
    public void encode(Protocol protocol, String output, BodyWriter body) {
        encoded.incrementAndGet();
        if (output.equals(UNWRITABLE)) {
            throw new IllegalStateException("can't be written");
        }
        var bytes = output.getBytes(StandardCharsets.ISO_8859_1);
        int butLast = Math.max(0, bytes.length - 1);
        body.write(bytes, 0, butLast);
        // By itself, as real codecs close what they opened.
        body.write(bytes, butLast, bytes.length - butLast);
    }
}

package io.millrace.bench.load;

import java.nio.ByteBuffer;
import java.util.Base64;

/** How bodies are written, in both directions. */
enum Encoding {
    JSON("application/x-amz-json-1.1") {
        @Override
        MessageWriter writer() {
            return new JsonWriter();
        }

        @Override
        Cursor cursor(ByteBuffer body) {
            return new JsonCursor(body);
        }

        @Override
        byte[] onTheWire(byte[] payload) {
            return Base64.getEncoder().encode(payload);
        }
    },
    CBOR("application/x-amz-cbor-1.1") {
        @Override
        MessageWriter writer() {
            return new CborWriter();
        }

        @Override
        Cursor cursor(ByteBuffer body) {
            return new CborCursor(body);
        }

        @Override
        byte[] onTheWire(byte[] payload) {
            return payload;
        }
    };

    private final String contentType;

    Encoding(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    abstract MessageWriter writer();

    /** Walks a body from its position to its limit. */
    abstract Cursor cursor(ByteBuffer body);

    /** A blob's bytes as they lie in a body. */
    abstract byte[] onTheWire(byte[] payload);
}

package io.millrace.bench.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** CBOR with definite lengths (RFC 8949). */
final class CborWriter implements MessageWriter {
    private static final int UNSIGNED = 0;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int MAP = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public CborWriter map(int members) {
        return head(MAP, members);
    }

    @Override
    public CborWriter endMap() {
        return this;
    }

    @Override
    public CborWriter list(int elements) {
        return head(LIST, elements);
    }

    @Override
    public CborWriter endList() {
        return this;
    }

    @Override
    public CborWriter name(String name) {
        return text(name);
    }

    @Override
    public CborWriter text(String value) {
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(TEXT, utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    @Override
    public CborWriter number(long value) {
        assert value >= 0 : value;
        return head(UNSIGNED, value);
    }

    @Override
    public CborWriter blob(byte[] value) {
        head(BYTES, value.length);
        out.writeBytes(value);
        return this;
    }

    @Override
    public byte[] toByteArray() {
        return out.toByteArray();
    }

    /** The first byte holds the major type and either the value (below 24) or how many bytes of value follow. */
    private CborWriter head(int majorType, long value) {
        int type = majorType << 5;
        if (value < 24) {
            out.write(type | (int) value);
        } else if (value < 1L << 8) {
            out.write(type | 24);
            bigEndian(value, 1);
        } else if (value < 1L << 16) {
            out.write(type | 25);
            bigEndian(value, 2);
        } else if (value < 1L << 32) {
            out.write(type | 26);
            bigEndian(value, 4);
        } else {
            out.write(type | 27);
            bigEndian(value, 8);
        }
        return this;
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }
}

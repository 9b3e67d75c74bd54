package io.millrace.wire;

import java.nio.ByteBuffer;

/** CBOR as the SDKs read it: maps of indefinite length, times as tag 1 and integer milliseconds, blobs as they are. */
final class CborNotation implements Notation {
    private static final int UNSIGNED = 0x00;
    private static final int NEGATIVE = 0x20;
    private static final int BYTE_STRING = 0x40;
    private static final int TEXT = 0x60;
    private static final int ARRAY = 0x80;
    private static final int MAP_UNTIL_BREAK = 0xBF;
    private static final int TAG_TIME = 0xC1;
    private static final int FALSE = 0xF4;
    private static final int TRUE = 0xF5;
    private static final int DOUBLE = 0xFB;
    private static final int BREAK = 0xFF;
    private static final int HEAD_MAX_BYTES = 9;

    private final BodyWriter body;

    CborNotation(BodyWriter body) {
        this.body = body;
    }

    @Override
    public void beginObject() {
        body.write(MAP_UNTIL_BREAK);
    }

    @Override
    public void endObject() {
        body.write(BREAK);
    }

    @Override
    public void beginArray(int size) {
        head(ARRAY, size);
    }

    @Override
    public void endArray() {}

    @Override
    public void name(String name) {
        text(name);
    }

    @Override
    public void text(byte[] utf8, int from, int to) {
        head(TEXT, to - from);
        body.write(utf8, from, to - from);
    }

    @Override
    public void number(long value) {
        if (value < 0) {
            head(NEGATIVE, ~value);
        } else {
            head(UNSIGNED, value);
        }
    }

    @Override
    public void real(double value) {
        body.write(DOUBLE);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            body.write((int) (bits >> shift));
        }
    }

    @Override
    public void bool(boolean value) {
        body.write(value ? TRUE : FALSE);
    }

    @Override
    public void timestamp(long epochMillis) {
        body.write(TAG_TIME);
        number(epochMillis);
    }

    @Override
    public void blob(byte[] bytes, int from, int to) {
        head(BYTE_STRING, to - from);
        body.write(bytes, from, to - from);
    }

    @Override
    public void plainName(byte[] ascii) {
        text(ascii, 0, ascii.length);
    }

    @Override
    public void text(ByteBuffer utf8) {
        head(TEXT, utf8.remaining());
        append(utf8);
    }

    @Override
    public void blob(ByteBuffer bytes) {
        head(BYTE_STRING, bytes.remaining());
        append(bytes);
    }

    private void append(ByteBuffer from) {
        int count = from.remaining();
        from.get(from.position(), body.reserve(count), body.length(), count);
        body.advance(count);
    }

    private void head(int major, long argument) {
        var into = body.reserve(HEAD_MAX_BYTES);
        int at = body.length();
        if (argument < 24) {
            into[at++] = (byte) (major | argument);
        } else {
            int width = argument < 1 << 8 ? 0 : argument < 1 << 16 ? 1 : argument < 1L << 32 ? 2 : 3;
            into[at++] = (byte) (major | 24 + width);
            for (int shift = (8 << width) - 8; shift >= 0; shift -= 8) {
                into[at++] = (byte) (argument >> shift);
            }
        }
        body.advance(at - body.length());
    }
}

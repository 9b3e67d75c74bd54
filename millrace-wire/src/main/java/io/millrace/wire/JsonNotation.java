package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** JSON as the service writes it: no white space, text as UTF-8, times in seconds, blobs in base64. */
final class JsonNotation implements Notation {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ESCAPE_MAX_BYTES = 6;

    /**
     * What is encoded at a time. The JDK's encoder beats any loop, but only takes and gives whole arrays: these are
     * short-lived and small. A multiple of three, so that only the last piece is padded.
     */
    private static final int PIECE_BYTES = 24 * 1024;

    private final BodyWriter body;
    private final int start;

    JsonNotation(BodyWriter body) {
        this.body = body;
        this.start = body.length();
    }

    /** What was written last tells whether a comma is due: behind an opening or a colon there is none. */
    private void separate() {
        int length = body.length();
        if (length > start) {
            int last = body.array()[length - 1];
            if (last != '{' && last != '[' && last != ':') {
                body.write(',');
            }
        }
    }

    @Override
    public void beginObject() {
        separate();
        body.write('{');
    }

    @Override
    public void endObject() {
        body.write('}');
    }

    @Override
    public void beginArray(int size) {
        separate();
        body.write('[');
    }

    @Override
    public void endArray() {
        body.write(']');
    }

    @Override
    public void name(String name) {
        text(name);
        body.write(':');
    }

    @Override
    public void text(byte[] utf8, int from, int to) {
        separate();
        var into = body.reserve(to - from + 2);
        int at = body.length();
        into[at++] = '"';
        int plainTo = from;
        while (plainTo < to && isPlain(utf8[plainTo])) {
            plainTo++;
        }
        System.arraycopy(utf8, from, into, at, plainTo - from);
        at += plainTo - from;
        body.advance(at - body.length());
        for (int i = plainTo; i < to; i++) {
            escape(utf8[i]);
        }
        body.write('"');
    }

    private static boolean isPlain(byte c) {
        return c != '"' && c != '\\' && (c >= ' ' || c < 0);
    }

    private void escape(byte c) {
        if (isPlain(c)) {
            body.write(c);
            return;
        }
        body.reserve(ESCAPE_MAX_BYTES);
        body.write('\\');
        switch (c) {
            case '"', '\\' -> body.write(c);
            case '\b' -> body.write('b');
            case '\f' -> body.write('f');
            case '\n' -> body.write('n');
            case '\r' -> body.write('r');
            case '\t' -> body.write('t');
            default -> {
                body.write('u');
                body.write('0');
                body.write('0');
                body.write(HEX[c >> 4]);
                body.write(HEX[c & 0xF]);
            }
        }
    }

    @Override
    public void number(long value) {
        separate();
        writeDecimal(value);
    }

    private void writeDecimal(long value) {
        var digits = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
        body.write(digits, 0, digits.length);
    }

    @Override
    public void real(double value) {
        separate();
        var digits = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
        body.write(digits, 0, digits.length);
    }

    @Override
    public void bool(boolean value) {
        separate();
        var word = (value ? "true" : "false").getBytes(StandardCharsets.US_ASCII);
        body.write(word, 0, word.length);
    }

    @Override
    public void timestamp(long epochMillis) {
        separate();
        long magnitude = Math.abs(epochMillis);
        if (epochMillis < 0) {
            body.write('-');
        }
        writeDecimal(magnitude / 1000);
        int millis = (int) (magnitude % 1000);
        if (millis > 0) {
            body.write('.');
            body.write('0' + millis / 100);
            if (millis % 100 > 0) {
                body.write('0' + millis / 10 % 10);
                if (millis % 10 > 0) {
                    body.write('0' + millis % 10);
                }
            }
        }
    }

    @Override
    public void plainName(byte[] ascii) {
        separate();
        var into = body.reserve(ascii.length + 3);
        int at = body.length();
        into[at] = '"';
        System.arraycopy(ascii, 0, into, at + 1, ascii.length);
        into[at + ascii.length + 1] = '"';
        into[at + ascii.length + 2] = ':';
        body.advance(ascii.length + 3);
    }

    @Override
    public void text(ByteBuffer utf8) {
        var bytes = new byte[utf8.remaining()];
        utf8.get(utf8.position(), bytes);
        text(bytes, 0, bytes.length);
    }

    @Override
    public void blob(byte[] bytes, int from, int to) {
        blob(ByteBuffer.wrap(bytes, from, to - from));
    }

    @Override
    public void blob(ByteBuffer bytes) {
        separate();
        body.reserve((bytes.remaining() + 2) / 3 * 4 + 2);
        body.write('"');
        for (int at = bytes.position(); at < bytes.limit(); at += PIECE_BYTES) {
            var piece = new byte[Math.min(PIECE_BYTES, bytes.limit() - at)];
            bytes.get(at, piece);
            var encoded = Base64.getEncoder().encode(piece);
            body.write(encoded, 0, encoded.length);
        }
        body.write('"');
    }
}

package io.millrace.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks CBOR with definite and indefinite lengths (RFC 8949). */
final class CborCursor implements Cursor {
    private static final int DEPTH_MAX = 16;
    private static final long INDEFINITE = -1;
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final byte BREAK = (byte) 0xff;
    private static final byte NULL = (byte) 0xf6;

    private final ByteBuffer body;
    private final long[] left = new long[DEPTH_MAX];
    private int depth;
    private int at;
    private int major;
    private int nameStart;
    private int nameEnd;
    private int spanStart;
    private int spanEnd;

    CborCursor(ByteBuffer body) {
        this.body = body;
        at = body.position();
    }

    @Override
    public void enterMap() {
        enter(MAP);
    }

    @Override
    public boolean nextMember() {
        if (!hasMore()) {
            return false;
        }
        span(-1);
        nameStart = spanStart;
        nameEnd = spanEnd;
        return true;
    }

    @Override
    public boolean nameIs(byte[] name) {
        if (nameEnd - nameStart != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (body.get(nameStart + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void enterList() {
        enter(LIST);
    }

    @Override
    public boolean nextElement() {
        return hasMore();
    }

    @Override
    public void span(int expectedBytes) {
        long length = head();
        if ((major != BYTES && major != TEXT) || length < 0 || length > body.limit() - at) {
            throw new WrongAnswerException("expected a whole text or blob before byte " + at + " of a reply");
        }
        spanStart = at;
        spanEnd = at + (int) length;
        at = spanEnd;
    }

    @Override
    public int spanStart() {
        return spanStart;
    }

    @Override
    public int spanEnd() {
        return spanEnd;
    }

    @Override
    public String text() {
        if (body.get(at) == NULL) {
            at++;
            return "";
        }
        span(-1);
        var utf8 = new byte[spanEnd - spanStart];
        body.get(spanStart, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public long number() {
        long value = head();
        return switch (major) {
            case UNSIGNED -> value;
            case NEGATIVE -> -1 - value;
            default -> throw new WrongAnswerException("expected a whole number before byte " + at + " of a reply");
        };
    }

    @Override
    public void skip() {
        long value = head();
        switch (major) {
            case BYTES, TEXT -> {
                if (value == INDEFINITE) {
                    skipUntilBreak();
                } else {
                    at = Math.addExact(at, Math.toIntExact(value));
                }
            }
            case LIST -> skipItems(value, 1);
            case MAP -> skipItems(value, 2);
            case TAG -> skip();
            default -> {
                // Numbers, booleans, null and floats end with their head.
            }
        }
    }

    private void skipItems(long count, int itemsEach) {
        if (count == INDEFINITE) {
            skipUntilBreak();
            return;
        }
        for (long i = 0; i < count * itemsEach; i++) {
            skip();
        }
    }

    private void skipUntilBreak() {
        while (body.get(at) != BREAK) {
            skip();
        }
        at++;
    }

    private void enter(int wanted) {
        long count = head();
        if (major != wanted) {
            throw new WrongAnswerException("expected CBOR type " + wanted + " before byte " + at + ", found " + major);
        }
        left[depth++] = count;
    }

    private boolean hasMore() {
        long remaining = left[depth - 1];
        if (remaining == INDEFINITE) {
            if (body.get(at) != BREAK) {
                return true;
            }
            at++;
        } else if (remaining > 0) {
            left[depth - 1] = remaining - 1;
            return true;
        }
        depth--;
        return false;
    }

    /** Reads the next item's first byte and the number that belongs to it. */
    private long head() {
        int first = body.get(at++) & 0xff;
        major = first >>> 5;
        int info = first & 0x1f;
        if (info < 24) {
            return info;
        }
        return switch (info) {
            case 24 -> bigEndian(1);
            case 25 -> bigEndian(2);
            case 26 -> bigEndian(4);
            case 27 -> bigEndian(8);
            case 31 -> INDEFINITE;
            default -> throw new WrongAnswerException("byte " + (at - 1) + " of a reply is not CBOR: " + first);
        };
    }

    private long bigEndian(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | (body.get(at++) & 0xff);
        }
        return value;
    }
}

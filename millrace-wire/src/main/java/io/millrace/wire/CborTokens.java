package io.millrace.wire;

import io.millrace.model.SerializationException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The tokens of a CBOR item (RFC 8949): definite and indefinite lengths, integers and floats of every width, bignums.
 * Map keys must be text. Other tags than a bignum's say nothing here; {@code undefined} counts as null.
 */
final class CborTokens implements Tokens {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTE_STRING = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int SIMPLE = 7;

    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xFF;
    private static final long TAG_BIGNUM = 2;
    private static final long TAG_NEGATIVE_BIGNUM = 3;
    private static final long NO_TAG = -1;
    private static final long UNTIL_BREAK = -1;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** How many items are still to come at each level: keys count as well. */
    private long[] missing = new long[NESTING_USUAL];

    private boolean[] inMap = new boolean[NESTING_USUAL];
    private int depth;
    private boolean keyIsNext;
    private boolean begun;

    private int stringFrom;
    private int stringTo;
    private boolean chunked;
    private boolean isText;
    private boolean isFloat;
    private long integer;
    private double floating;

    CborTokens(byte[] body, int offset, int length) {
        bytes = body;
        at = offset;
        end = offset + length;
    }

    @Override
    public Token next() {
        if (depth == 0) {
            if (begun != (at == end)) {
                throw malformed();
            }
            if (begun) {
                return Token.END;
            }
            begun = true;
            return item(false);
        }
        boolean pair = inMap[depth];
        if (missing[depth] == UNTIL_BREAK ? peek() == BREAK : missing[depth] == 0) {
            if (pair && !keyIsNext) {
                throw malformed();
            }
            return close();
        }
        if (missing[depth] != UNTIL_BREAK) {
            missing[depth]--;
        }
        boolean key = pair && keyIsNext;
        keyIsNext = pair && !keyIsNext;
        return item(key);
    }

    private Token close() {
        if (missing[depth] == UNTIL_BREAK) {
            at++;
        }
        boolean map = inMap[depth];
        depth--;
        // The container was a value of its parent, so a key follows if the parent is a map.
        keyIsNext = inMap[depth];
        return map ? Token.END_OBJECT : Token.END_ARRAY;
    }

    private Token item(boolean key) {
        long tag = NO_TAG;
        int head = takeByte();
        while (head >> 5 == TAG) {
            tag = argument(head & 0x1F);
            head = takeByte();
        }
        int info = head & 0x1F;
        if (key && head >> 5 != TEXT) {
            throw malformed();
        }
        return switch (head >> 5) {
            case UNSIGNED -> integer(clamped(argument(info)));
            // -1 - n, which is ~n
            case NEGATIVE -> integer(~clamped(argument(info)));
            case BYTE_STRING -> {
                string(BYTE_STRING, info);
                yield tag == TAG_BIGNUM || tag == TAG_NEGATIVE_BIGNUM
                        ? integer(bignum(tag == TAG_NEGATIVE_BIGNUM))
                        : Token.BYTES;
            }
            case TEXT -> {
                string(TEXT, info);
                yield key ? Token.NAME : Token.STRING;
            }
            case LIST -> open(info, false);
            case MAP -> open(info, true);
            case SIMPLE -> simple(info);
            default -> throw malformed();
        };
    }

    private Token open(int info, boolean map) {
        if (depth == NESTING_MAX) {
            throw malformed();
        }
        long count = UNTIL_BREAK;
        if (info != INDEFINITE) {
            count = argument(info);
            // Each item takes a byte at least, so a count beyond the body's end is a lie.
            if (count < 0 || count > (end - at) / (map ? 2 : 1)) {
                throw malformed();
            }
            count *= map ? 2 : 1;
        }
        depth++;
        if (depth == inMap.length) {
            missing = Arrays.copyOf(missing, depth * 2);
            inMap = Arrays.copyOf(inMap, depth * 2);
        }
        missing[depth] = count;
        inMap[depth] = map;
        keyIsNext = map;
        return map ? Token.OBJECT : Token.ARRAY;
    }

    private Token integer(long value) {
        integer = value;
        isFloat = false;
        return Token.NUMBER;
    }

    private Token simple(int info) {
        return switch (info) {
            case 20 -> Token.FALSE;
            case 21 -> Token.TRUE;
            case 22, 23 -> Token.NULL;
            case 25 -> floating(Float.float16ToFloat((short) argument(info)));
            case 26 -> floating(Float.intBitsToFloat((int) argument(info)));
            case 27 -> floating(Double.longBitsToDouble(argument(info)));
            default -> throw malformed();
        };
    }

    private Token floating(double value) {
        if (Double.isNaN(value)) {
            throw malformed();
        }
        floating = value;
        isFloat = true;
        return Token.NUMBER;
    }

    /** The head's argument as 64 unsigned bits. */
    private long argument(int info) {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw malformed();
        }
        int count = 1 << (info - 24);
        if (end - at < count) {
            throw malformed();
        }
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }
        return value;
    }

    private static long clamped(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }

    private void string(int major, int info) {
        isText = major == TEXT;
        chunked = info == INDEFINITE;
        if (!chunked) {
            scanChunk(info);
            return;
        }
        stringFrom = at;
        int from = at;
        while (peek() != BREAK) {
            int head = takeByte();
            if (head >> 5 != major) {
                throw malformed();
            }
            scanChunk(head & 0x1F);
        }
        stringFrom = from;
        stringTo = at;
        at++;
    }

    private void scanChunk(int info) {
        long length = argument(info);
        if (length < 0 || length > end - at) {
            throw malformed();
        }
        stringFrom = at;
        stringTo = at + (int) length;
        at = stringTo;
        if (isText && !Utf8.wellFormed(bytes, stringFrom, stringTo)) {
            throw malformed();
        }
    }

    /** The present string's bytes, put together if it came in chunks. */
    private byte[] stringBytes() {
        if (!chunked) {
            return Arrays.copyOfRange(bytes, stringFrom, stringTo);
        }
        var whole = new BodyWriter(stringTo - stringFrom);
        int resumeAt = at;
        for (at = stringFrom; at < stringTo; ) {
            int length = (int) argument(takeByte() & 0x1F);
            whole.write(bytes, at, length);
            at += length;
        }
        at = resumeAt;
        return Arrays.copyOf(whole.array(), whole.length());
    }

    private long bignum(boolean negative) {
        var magnitude = stringBytes();
        int leadingZeros = 0;
        while (leadingZeros < magnitude.length && magnitude[leadingZeros] == 0) {
            leadingZeros++;
        }
        long value = magnitude.length - leadingZeros > Long.BYTES
                ? Long.MAX_VALUE
                : clamped(new BigInteger(1, magnitude).longValue());
        return negative ? ~value : value;
    }

    private int takeByte() {
        int head = peek();
        at++;
        return head;
    }

    private int peek() {
        if (at == end) {
            throw malformed();
        }
        return bytes[at] & 0xFF;
    }

    @Override
    public String text() {
        if (chunked) {
            return new String(stringBytes(), StandardCharsets.UTF_8);
        }
        return new String(bytes, stringFrom, stringTo - stringFrom, StandardCharsets.UTF_8);
    }

    @Override
    public boolean integral() {
        return !isFloat;
    }

    @Override
    public long integer() {
        return isFloat ? (long) Math.floor(floating) : integer;
    }

    /** CBOR tells times in milliseconds, with or without the tag that stands for seconds elsewhere. */
    @Override
    public double real() {
        return isFloat ? floating : integer;
    }

    @Override
    public long epochMillis() {
        return integer();
    }

    @Override
    public byte[] blob() {
        if (isText) {
            throw new SerializationException("class java.lang.String can not be converted to a Blob");
        }
        return stringBytes();
    }

    @Override
    public boolean appendBlob(BodyWriter into) {
        if (isText || chunked) {
            return false;
        }
        into.write(bytes, stringFrom, stringTo - stringFrom);
        return true;
    }

    @Override
    public boolean plain() {
        return !chunked;
    }

    @Override
    public int from() {
        return stringFrom;
    }

    @Override
    public int to() {
        return stringTo;
    }

    private static SerializationException malformed() {
        return new SerializationException();
    }
}

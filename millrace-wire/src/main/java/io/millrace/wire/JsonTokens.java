package io.millrace.wire;

import io.millrace.model.SerializationException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The tokens of a JSON text (RFC 8259), which must be one value in strict UTF-8 without unpaired surrogates. */
final class JsonTokens implements Tokens {
    /** Where the next token stands. */
    private enum Place {
        VALUE,
        FIRST_NAME,
        FIRST_ELEMENT,
        BEHIND_VALUE
    }

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long SPACES = EACH * ' ';
    private static final long QUOTES = EACH * '"';
    private static final long BACKSLASHES = EACH * '\\';
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final byte[] bytes;
    private final int end;
    private int at;

    private boolean[] inObject = new boolean[NESTING_USUAL];
    private int depth;
    private Place place = Place.VALUE;

    private int valueFrom;
    private int valueTo;
    private boolean escaped;

    JsonTokens(byte[] body, int offset, int length) {
        bytes = body;
        at = offset;
        end = offset + length;
    }

    @Override
    public Token next() {
        int c = skipSpace();
        return switch (place) {
            case VALUE -> value(c);
            case FIRST_NAME -> c == '}' ? close(Token.END_OBJECT) : name(c);
            case FIRST_ELEMENT -> c == ']' ? close(Token.END_ARRAY) : value(c);
            case BEHIND_VALUE -> behindValue(c);
        };
    }

    private Token behindValue(int c) {
        if (depth == 0) {
            if (c >= 0) {
                throw malformed();
            }
            return Token.END;
        }
        if (c == ',') {
            at++;
            int next = skipSpace();
            return inObject[depth] ? name(next) : value(next);
        }
        if (c != (inObject[depth] ? '}' : ']')) {
            throw malformed();
        }
        return close(inObject[depth] ? Token.END_OBJECT : Token.END_ARRAY);
    }

    private Token name(int c) {
        if (c != '"') {
            throw malformed();
        }
        scanString();
        if (skipSpace() != ':') {
            throw malformed();
        }
        at++;
        place = Place.VALUE;
        return Token.NAME;
    }

    private Token value(int c) {
        return switch (c) {
            case '{' -> open(Token.OBJECT, Place.FIRST_NAME);
            case '[' -> open(Token.ARRAY, Place.FIRST_ELEMENT);
            default -> scalar(c);
        };
    }

    private Token scalar(int c) {
        place = Place.BEHIND_VALUE;
        return switch (c) {
            case '"' -> {
                scanString();
                yield Token.STRING;
            }
            case 't' -> literal("true", Token.TRUE);
            case 'f' -> literal("false", Token.FALSE);
            case 'n' -> literal("null", Token.NULL);
            default -> {
                scanNumber();
                yield Token.NUMBER;
            }
        };
    }

    private Token open(Token token, Place first) {
        if (depth == NESTING_MAX) {
            throw malformed();
        }
        depth++;
        if (depth == inObject.length) {
            inObject = Arrays.copyOf(inObject, depth * 2);
        }
        inObject[depth] = token == Token.OBJECT;
        at++;
        place = first;
        return token;
    }

    private Token close(Token token) {
        depth--;
        at++;
        place = Place.BEHIND_VALUE;
        return token;
    }

    private Token literal(String word, Token token) {
        if (end - at < word.length()) {
            throw malformed();
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                throw malformed();
            }
        }
        at += word.length();
        return token;
    }

    /** The next byte that is not white space, or -1 at the end of the body. */
    private int skipSpace() {
        while (at < end) {
            int c = bytes[at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c & 0xFF;
            }
            at++;
        }
        return -1;
    }

    private void scanString() {
        at++;
        valueFrom = at;
        escaped = false;
        while (true) {
            skipPlain();
            if (at == end) {
                throw malformed();
            }
            int c = bytes[at];
            if (c == '"') {
                valueTo = at++;
                return;
            }
            if (c == '\\') {
                escaped = true;
                scanEscape();
            } else {
                int sequence = c < 0 ? Utf8.sequenceBytes(bytes, at, end) : 0;
                if (sequence == 0) {
                    throw malformed();
                }
                at += sequence;
            }
        }
    }

    /** Goes on to the next quote, backslash, control character or byte beyond ASCII: eight bytes at a time. */
    private void skipPlain() {
        while (end - at >= Long.BYTES) {
            long word = (long) WORDS.get(bytes, at);
            // A byte's highest bit gets set by what must stop us, and perhaps, by a borrow, in bytes behind that one.
            long stops =
                    ((word - SPACES) | ((word ^ QUOTES) - EACH) | ((word ^ BACKSLASHES) - EACH) | word) & HIGH_BITS;
            if (stops != 0) {
                at += Long.numberOfTrailingZeros(stops) / Byte.SIZE;
                return;
            }
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
    }

    private void scanEscape() {
        int c = at + 1 < end ? bytes[at + 1] : -1;
        if (c == 'u') {
            char unit = hexUnit(at + 2);
            at += 6;
            if (Character.isLowSurrogate(unit)) {
                throw malformed();
            }
            if (Character.isHighSurrogate(unit)) {
                if (end - at < 2
                        || bytes[at] != '\\'
                        || bytes[at + 1] != 'u'
                        || !Character.isLowSurrogate(hexUnit(at + 2))) {
                    throw malformed();
                }
                at += 6;
            }
        } else {
            if (c < 0 || "\"\\/bfnrt".indexOf(c) < 0) {
                throw malformed();
            }
            at += 2;
        }
    }

    private char hexUnit(int from) {
        if (end - from < 4) {
            throw malformed();
        }
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                throw malformed();
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private void scanNumber() {
        valueFrom = at;
        if (at < end && bytes[at] == '-') {
            at++;
        }
        if (at < end && bytes[at] == '0') {
            at++;
        } else {
            scanDigits();
        }
        if (at < end && bytes[at] == '.') {
            at++;
            scanDigits();
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            scanDigits();
        }
        valueTo = at;
    }

    private void scanDigits() {
        int from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw malformed();
        }
    }

    @Override
    public String text() {
        if (!escaped) {
            return new String(bytes, valueFrom, valueTo - valueFrom, StandardCharsets.UTF_8);
        }
        var text = new StringBuilder(valueTo - valueFrom);
        int from = valueFrom;
        for (int i = valueFrom; i < valueTo; ) {
            if (bytes[i] != '\\') {
                i++;
            } else {
                text.append(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                text.append(unescaped(i));
                i += bytes[i + 1] == 'u' ? 6 : 2;
                from = i;
            }
        }
        return text.append(new String(bytes, from, valueTo - from, StandardCharsets.UTF_8))
                .toString();
    }

    private char unescaped(int backslash) {
        int c = bytes[backslash + 1];
        return switch (c) {
            case 'u' -> hexUnit(backslash + 2);
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) c; // it stands for itself
        };
    }

    @Override
    public boolean integral() {
        for (int i = valueFrom; i < valueTo; i++) {
            if (bytes[i] == '.' || bytes[i] == 'e' || bytes[i] == 'E') {
                return false;
            }
        }
        return true;
    }

    @Override
    public long integer() {
        return DecimalText.floor(bytes, valueFrom, valueTo, 0);
    }

    @Override
    public double real() {
        return Double.parseDouble(new String(bytes, valueFrom, valueTo - valueFrom, StandardCharsets.US_ASCII));
    }

    /** JSON tells times in seconds. */
    @Override
    public long epochMillis() {
        return DecimalText.floor(bytes, valueFrom, valueTo, 3);
    }

    @Override
    public byte[] blob() {
        if (!escaped) {
            var decoded = Base64Text.decode(bytes, valueFrom, valueTo);
            if (decoded != null) {
                return decoded;
            }
        }
        return Base64Text.decodeOrExplain(text());
    }

    @Override
    public boolean appendBlob(BodyWriter into) {
        if (escaped || (valueTo - valueFrom) % 4 != 0) {
            return false;
        }
        int count = Base64Text.decodedBytes(bytes, valueFrom, valueTo);
        if (Base64Text.decode(bytes, valueFrom, valueTo, into.reserve(count), into.length()) != count) {
            return false;
        }
        into.advance(count);
        return true;
    }

    @Override
    public boolean plain() {
        return !escaped;
    }

    @Override
    public int from() {
        return valueFrom;
    }

    @Override
    public int to() {
        return valueTo;
    }

    private static SerializationException malformed() {
        return new SerializationException();
    }
}

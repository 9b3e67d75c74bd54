package io.millrace.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks JSON. Lenient about commas: it looks for the members it knows and leaves grammar to the conformance tests. */
final class JsonCursor implements Cursor {
    private final ByteBuffer body;
    private int at;
    private int nameStart;
    private int nameEnd;
    private int spanStart;
    private int spanEnd;

    JsonCursor(ByteBuffer body) {
        this.body = body;
        at = body.position();
    }

    @Override
    public void enterMap() {
        expect('{');
    }

    @Override
    public boolean nextMember() {
        if (!hasMore('}')) {
            return false;
        }
        span(-1);
        nameStart = spanStart;
        nameEnd = spanEnd;
        expect(':');
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
        expect('[');
    }

    @Override
    public boolean nextElement() {
        return hasMore(']');
    }

    @Override
    public void span(int expectedBytes) {
        expect('"');
        spanStart = at;
        spanEnd = expectedBytes >= 0 && at + expectedBytes < body.limit() && body.get(at + expectedBytes) == '"'
                ? at + expectedBytes
                : closingQuote(at);
        at = spanEnd + 1;
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
        if (peek() == 'n') {
            skip();
            return "";
        }
        span(-1);
        var utf8 = new byte[spanEnd - spanStart];
        body.get(spanStart, utf8);
        // The one escape that is met: some servers escape the slashes of base64.
        return new String(utf8, StandardCharsets.UTF_8).replace("\\/", "/");
    }

    @Override
    public long number() {
        boolean negative = peek() == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        while (isDigit(body.get(at))) {
            value = value * 10 + body.get(at++) - '0';
        }
        passBareWord();
        return negative ? -value : value;
    }

    @Override
    public void skip() {
        switch (peek()) {
            case '"' -> span(-1);
            case '{' -> {
                enterMap();
                while (nextMember()) {
                    skip();
                }
            }
            case '[' -> {
                enterList();
                while (nextElement()) {
                    skip();
                }
            }
            default -> passBareWord();
        }
    }

    private byte peek() {
        while (body.get(at) <= ' ') {
            at++;
        }
        return body.get(at);
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw new WrongAnswerException(
                    "expected " + wanted + " at byte " + at + " of a reply, found " + (char) body.get(at));
        }
        at++;
    }

    private boolean hasMore(char closing) {
        if (peek() == ',') {
            at++;
        }
        if (peek() != closing) {
            return true;
        }
        at++;
        return false;
    }

    private int closingQuote(int from) {
        int i = from;
        while (body.get(i) != '"') {
            i += body.get(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    /** Passes a number, true, false or null, which a comma or a bracket ends. */
    private void passBareWord() {
        int start = at;
        while (isBare(body.get(at))) {
            at++;
        }
        if (at == start && !isDigit(body.get(at - 1))) {
            throw new WrongAnswerException("no value at byte " + at + " of a reply");
        }
    }

    private static boolean isBare(byte b) {
        return isDigit(b) || (b >= 'a' && b <= 'z') || b == 'E' || b == '.' || b == '+' || b == '-';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}

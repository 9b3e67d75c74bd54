package io.millrace.wire;

import io.millrace.model.SerializationException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 as the service takes it: standard alphabet, padded, no unused bits set, nothing in between. */
final class Base64Text {
    /** An own rule: an error text does not carry a hostile request's megabytes back. */
    static final int SHOWN_MAX_CHARS = 64 * 1024;

    /** What is decoded at a time: bounds the JDK's intermediate arrays. A multiple of four. */
    private static final int PIECE_CHARS = 64 * 1024;

    /** Below this the JDK's decoder costs more than it saves. */
    private static final int SHORT_CHARS = 48;

    private static final int NOT_IN_ALPHABET = -1;
    private static final byte[] VALUES = values();

    private Base64Text() {}

    private static byte[] values() {
        var values = new byte[256];
        Arrays.fill(values, (byte) NOT_IN_ALPHABET);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }

    /** The bytes that a range of text stands for, or null if it breaks a rule. */
    static byte @Nullable [] decode(byte[] text, int from, int to) {
        if ((to - from) % 4 != 0) {
            return null;
        }
        var decoded = new byte[decodedBytes(text, from, to)];
        return decode(text, from, to, decoded, 0) == decoded.length ? decoded : null;
    }

    /** How long the decoded bytes are if the text, whose length is a multiple of four, is in order. */
    static int decodedBytes(byte[] text, int from, int to) {
        int padding = to > from && text[to - 1] == '=' ? text[to - 2] == '=' ? 2 : 1 : 0;
        return (to - from) / 4 * 3 - padding;
    }

    /** Decodes text, whose length is a multiple of four; returns the bytes written, or -1 if it breaks a rule. */
    private static int decode(byte[] text, int from, int to, byte[] into, int offset) {
        if (from == to) {
            return 0;
        }
        // The JDK's decoder is far faster than a loop can be, but takes unpadded text and stray bits at the end.
        int lastFrom = to - 4;
        int at = offset;
        for (int i = from; i < lastFrom; ) {
            int count = Math.min(lastFrom - i, PIECE_CHARS);
            if (!decodePiece(text, i, count, into, at)) {
                return -1;
            }
            at += count / 4 * 3;
            i += count;
        }
        int last = lastBits(text, lastFrom);
        return last < 0 ? -1 : writeLast(text, lastFrom, last, into, at) - offset;
    }

    /**
     * Decodes text, whose length is a multiple of four, to where it stands; returns the bytes written, or -1 if it breaks a
     * rule, and then it stands there as it was.
     */
    static int decodeInPlace(byte[] text, int from, int to) {
        if (to - from > PIECE_CHARS) {
            var decoded = decode(text, from, to);
            if (decoded == null) {
                return -1;
            }
            System.arraycopy(decoded, 0, text, from, decoded.length);
            return decoded.length;
        }
        int lastFrom = to - 4;
        int last = from == to ? 0 : lastBits(text, lastFrom);
        if (last < 0 || !decodePiece(text, from, Math.max(0, lastFrom - from), text, from)) {
            return -1;
        }
        return from == to ? 0 : writeLast(text, lastFrom, last, text, from + (lastFrom - from) / 4 * 3) - from;
    }

    /** Puts the text in the place of the bytes that were decoded from it. */
    static void encodeInPlace(byte[] text, int from, int count) {
        var encoded = Base64.getEncoder().encode(Arrays.copyOfRange(text, from, from + count));
        System.arraycopy(encoded, 0, text, from, encoded.length);
    }

    /** Decodes text without padding, perhaps to where it stands; writes all or nothing, and says which. */
    private static boolean decodePiece(byte[] text, int from, int count, byte[] into, int at) {
        if (count < SHORT_CHARS) {
            return decodeShort(text, from, from + count, into, at);
        }
        try {
            var decoded = Base64.getDecoder().decode(ByteBuffer.wrap(text, from, count));
            if (decoded.remaining() != count / 4 * 3) {
                return false;
            }
            decoded.get(into, at, decoded.remaining());
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean decodeShort(byte[] text, int from, int to, byte[] into, int offset) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= VALUES[text[i] & 0xFF];
        }
        if (all < 0) {
            return false;
        }
        int at = offset;
        for (int i = from; i < to; i += 4) {
            int bits = VALUES[text[i] & 0xFF] << 18
                    | VALUES[text[i + 1] & 0xFF] << 12
                    | VALUES[text[i + 2] & 0xFF] << 6
                    | VALUES[text[i + 3] & 0xFF];
            into[at++] = (byte) (bits >> 16);
            into[at++] = (byte) (bits >> 8);
            into[at++] = (byte) bits;
        }
        return true;
    }

    /** What the last four characters, which may be padded, stand for; -1 if a bit is set that stands for nothing. */
    private static int lastBits(byte[] text, int from) {
        int padding = padding(text, from);
        int bits = 0;
        for (int i = 0; i < 4; i++) {
            bits = bits << 6 | (i < 4 - padding ? VALUES[text[from + i] & 0xFF] : 0);
        }
        int unused = (1 << (padding * 8)) - 1;
        return bits < 0 || (bits & unused) != 0 ? -1 : bits;
    }

    /** Returns where the written bytes end. */
    private static int writeLast(byte[] text, int from, int bits, byte[] into, int at) {
        int count = 3 - padding(text, from);
        for (int i = 0; i < count; i++) {
            into[at + i] = (byte) (bits >> (16 - 8 * i));
        }
        return at + count;
    }

    private static int padding(byte[] text, int from) {
        return text[from + 3] != '=' ? 0 : text[from + 2] == '=' ? 2 : 1;
    }

    /** The bytes a text stands for; otherwise says in the service's words what is wrong with it. */
    static byte[] decodeOrExplain(String text) {
        if (text.length() % 4 != 0) {
            throw refusal(text, "Base64 encoded length is expected a multiple of 4 bytes but found: " + text.length());
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean misplacedPadding = c == '=' && i + 1 < text.length() && text.charAt(i + 1) != '=';
            if (misplacedPadding || (c != '=' && (c > 0xFF || VALUES[c] < 0))) {
                throw refusal(text, "Invalid Base64 character: '" + c + "'");
            }
        }
        var ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        var decoded = decode(ascii, 0, ascii.length);
        if (decoded == null) {
            throw refusal(text, "Invalid last non-pad Base64 character dectected");
        }
        return decoded;
    }

    private static SerializationException refusal(String text, String reason) {
        var shown = text.substring(0, Math.min(text.length(), SHOWN_MAX_CHARS));
        return new SerializationException("'" + shown + "' can not be converted to a Blob: " + reason);
    }
}

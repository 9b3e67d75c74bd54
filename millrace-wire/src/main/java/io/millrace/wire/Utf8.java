package io.millrace.wire;

/** Strict UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    /** The length of the well-formed sequence of two to four bytes that begins at {@code at}, or 0 if there is none. */
    static int sequenceBytes(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        int count = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (end - at < count) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = at + 2; i < at + count; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return count;
    }

    static boolean wellFormed(byte[] bytes, int from, int to) {
        for (int at = from; at < to; ) {
            if (bytes[at] >= 0) {
                at++;
            } else {
                int count = sequenceBytes(bytes, at, to);
                if (count == 0) {
                    return false;
                }
                at += count;
            }
        }
        return true;
    }
}

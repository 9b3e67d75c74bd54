package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tells stream ARNs of the usual form, which are but a part of those that the model's pattern allows. */
final class StreamArn {
    private static final int MAX_CHARS = 2048;
    private static final byte[] BEGINNING = "arn:aws".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVICE = ":kinesis:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESOURCE = ":stream/".getBytes(StandardCharsets.US_ASCII);
    private static final int ACCOUNT_DIGITS = 12;

    private StreamArn() {}

    /** Whether it reads {@code arn:aws[-partition]:kinesis:region:account:stream/name}. */
    static boolean isUsual(byte[] text, int from, int to) {
        if (to - from > MAX_CHARS || !startsWith(BEGINNING, text, from, to)) {
            return false;
        }
        int serviceAt = skipLabel(text, from + BEGINNING.length, to);
        if (!startsWith(SERVICE, text, serviceAt, to)) {
            return false;
        }
        int accountAt = skipLabel(text, serviceAt + SERVICE.length, to) + 1;
        int resourceAt = accountAt + ACCOUNT_DIGITS;
        int nameAt = resourceAt + RESOURCE.length;
        return nameAt < to
                && text[accountAt - 1] == ':'
                && isDigits(text, accountAt, resourceAt)
                && startsWith(RESOURCE, text, resourceAt, to)
                && isNameText(text, nameAt, to);
    }

    /** Whether there are only letters, digits, underscores, dots and hyphens. */
    static boolean isNameText(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            int c = text[i];
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            if (!letter && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** Where the lower-case letters, digits and hyphens that begin at {@code from} end. */
    private static int skipLabel(byte[] text, int from, int to) {
        int at = from;
        while (at < to && isLabelChar(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isLabelChar(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }

    private static boolean isDigits(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] beginning, byte[] text, int from, int to) {
        return to - from >= beginning.length
                && Arrays.equals(beginning, 0, beginning.length, text, from, from + beginning.length);
    }
}

package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStream;

/**
 * What a stored record is called: the delivery stream's number and the record's place in it, in hexadecimal digits. Clients
 * take it as it is; nothing can be looked up by it.
 */
final class RecordIds {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();
    private static final int DIGIT_BITS = 4;
    private static final int LONG_DIGITS = Long.SIZE / DIGIT_BITS;

    private RecordIds() {}

    static String of(DeliveryStream stream, long place) {
        var id = new char[2 * LONG_DIGITS];
        write(stream.id(), id, 0);
        write(place, id, LONG_DIGITS);
        return new String(id);
    }

    private static void write(long number, char[] into, int from) {
        for (int i = 0; i < LONG_DIGITS; i++) {
            into[from + i] = DIGITS[(int) (number >>> ((LONG_DIGITS - 1 - i) * DIGIT_BITS)) & 0xF];
        }
    }
}

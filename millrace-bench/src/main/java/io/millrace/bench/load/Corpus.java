package io.millrace.bench.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The records that a run sends, again and again: made once from a seed, random enough that nobody compresses them, and
 * numbered by their partition keys, so that whoever reads one back knows what it must hold.
 */
final class Corpus {
    private static final int SEED = 4567;
    private static final String KEY_PREFIX = "record-";
    private static final int KEY_DIGITS = 7;
    private static final int KEY_BYTES = KEY_PREFIX.length() + KEY_DIGITS;

    private final List<byte[]> payloads;
    private final ByteBuffer expected;
    private final int payloadBytes;
    private final int wireBytes;

    /** @param payloadBytes how long each record's data is */
    Corpus(Encoding encoding, int count, int payloadBytes) {
        assert count > 0 && count < Math.pow(10, KEY_DIGITS) : count;
        this.payloadBytes = payloadBytes;
        payloads = new ArrayList<>(count);
        var random = new Random(SEED);
        wireBytes = encoding.onTheWire(new byte[payloadBytes]).length;
        expected = ByteBuffer.allocateDirect(count * wireBytes);
        for (int i = 0; i < count; i++) {
            var payload = new byte[payloadBytes];
            random.nextBytes(payload);
            payloads.add(payload);
            expected.put(encoding.onTheWire(payload));
        }
        expected.clear();
    }

    int count() {
        return payloads.size();
    }

    int payloadBytes() {
        return payloadBytes;
    }

    /** How long a record's data is as it lies in a body. */
    int wireBytes() {
        return wireBytes;
    }

    String key(int number) {
        return KEY_PREFIX + String.format("%0" + KEY_DIGITS + "d", number);
    }

    byte[] payload(int number) {
        return payloads.get(number);
    }

    /** Which record has the key that lies there, or -1 if none has. */
    int numberOf(ByteBuffer body, int keyStart, int keyEnd) {
        if (keyEnd - keyStart != KEY_BYTES) {
            return -1;
        }
        int number = 0;
        for (int i = keyStart + KEY_PREFIX.length(); i < keyEnd; i++) {
            int digit = body.get(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number < payloads.size() ? number : -1;
    }

    /** Whether the data that lies there is the record's, to the last byte. */
    boolean holds(int number, ByteBuffer body, int dataStart, int dataEnd) {
        return dataEnd - dataStart == wireBytes
                && body.slice(dataStart, wireBytes).mismatch(expected.slice(number * wireBytes, wireBytes)) == -1;
    }
}

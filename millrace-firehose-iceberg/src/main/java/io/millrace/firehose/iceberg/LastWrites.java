package io.millrace.firehose.iceberg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which record of a batch writes each key last. Holds 128 bits of a key's hash and a record's number, 20 bytes a place, so
 * that even a large batch of small records has room. Used by one thread.
 */
final class LastWrites {
    private static final int FIRST_PLACES = 1 << 10;
    private static final int NONE = -1;

    private final List<Types.NestedField> key;
    private final MessageDigest digest;
    private long[] high = new long[FIRST_PLACES];
    private long[] low = new long[FIRST_PLACES];
    /** Twice the number of the last record, plus one if any record updates or deletes the key. */
    private int[] writes = new int[FIRST_PLACES];

    private int count;
    /** The hash of the row that was asked for last. */
    private long lastHigh;

    private long lastLow;

    LastWrites(List<Types.NestedField> key) {
        this.key = key;
        Arrays.fill(writes, NONE);
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    void add(Record row, TableRoute.Operation operation, int number) {
        int place = place(row);
        int changed = operation == TableRoute.Operation.INSERT ? 0 : 1;
        if (writes[place] == NONE) {
            high[place] = lastHigh;
            low[place] = lastLow;
            writes[place] = 2 * number + changed;
            count++;
            if (2 * count > writes.length) {
                grow();
            }
        } else {
            writes[place] = 2 * number + ((writes[place] & 1) | changed);
        }
    }

    /** Whether any record updates or deletes this row's key. */
    boolean isChanged(Record row) {
        int write = writes[place(row)];
        return write != NONE && (write & 1) == 1;
    }

    boolean isLast(Record row, int number) {
        return writes[place(row)] >> 1 == number;
    }

    private int place(Record row) {
        hash(row);
        int mask = writes.length - 1;
        int place = (int) lastLow & mask;
        while (writes[place] != NONE && (high[place] != lastHigh || low[place] != lastLow)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void hash(Record row) {
        for (var field : key) {
            var value = bytes(row.getField(field.name()));
            for (int shift = 24; shift >= 0; shift -= 8) {
                digest.update((byte) (value.length >>> shift));
            }
            digest.update(value);
        }
        var hash = ByteBuffer.wrap(digest.digest());
        lastHigh = hash.getLong();
        lastLow = hash.getLong();
    }

    private static byte[] bytes(@Nullable Object value) {
        return switch (value) {
            case byte[] fixed -> fixed;
            case ByteBuffer binary -> {
                var bytes = new byte[binary.remaining()];
                binary.get(binary.position(), bytes);
                yield bytes;
            }
            case null, default -> String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        };
    }

    private void grow() {
        var oldHigh = high;
        var oldLow = low;
        var oldWrites = writes;
        high = new long[2 * oldWrites.length];
        low = new long[2 * oldWrites.length];
        writes = new int[2 * oldWrites.length];
        Arrays.fill(writes, NONE);
        int mask = writes.length - 1;
        for (int from = 0; from < oldWrites.length; from++) {
            if (oldWrites[from] != NONE) {
                int to = (int) oldLow[from] & mask;
                while (writes[to] != NONE) {
                    to = (to + 1) & mask;
                }
                high[to] = oldHigh[from];
                low[to] = oldLow[from];
                writes[to] = oldWrites[from];
            }
        }
    }
}

package io.millrace.simulation;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.StreamRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Records on their way in and out. */
final class Records {
    private Records() {}

    /**
     * One to put.
     *
     * @param number counts all that were ever sent; the data begins with it
     */
    record Sent(long number, String key, String data) {}

    /** One as a reader gets it. */
    record Read(String sequenceNumber, long arrivalMillis, String key, String data) {
        static Read of(DeliveredRecord record) {
            return new Read(
                    record.sequenceNumber(),
                    record.arrivalMillis(),
                    text(record.partitionKeyUtf8()),
                    text(record.data()));
        }

        /** The number it was sent with. */
        long number() {
            return Long.parseLong(data.substring(0, data.indexOf(' ')));
        }

        @Override
        public String toString() {
            return "#" + number() + " " + key + " at " + arrivalMillis;
        }
    }

    static Sent sent(long number, String key, int bytes) {
        return new Sent(number, key, number + " " + "x".repeat(bytes));
    }

    static PutRecordsBatch batch(String stream, List<Sent> records) {
        int size = records.stream()
                .mapToInt(record -> record.key().length() + record.data().length())
                .sum();
        var bytes = ByteBuffer.allocate(size);
        var index = new int[records.size() * PutRecordsBatch.INTS_PER_RECORD];
        int at = 0;
        for (var record : records) {
            index[at++] = bytes.position();
            index[at++] = record.key().length();
            bytes.put(record.key().getBytes(StandardCharsets.US_ASCII));
            index[at++] = bytes.position();
            index[at++] = -1;
            index[at++] = bytes.position();
            index[at++] = record.data().length();
            bytes.put(record.data().getBytes(StandardCharsets.US_ASCII));
        }
        return new PutRecordsBatch(new StreamRef(stream, null), bytes.array(), index, records.size(), null);
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
    }
}

package io.millrace.wire;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.ChildShard;

/** Writes what a consumer gets, polled or pushed, straight from the log's memory. */
final class Deliveries {
    private static final byte[] SEQUENCE_NUMBER = ascii("SequenceNumber");
    private static final byte[] APPROXIMATE_ARRIVAL_TIMESTAMP = ascii("ApproximateArrivalTimestamp");
    private static final byte[] DATA = ascii("Data");
    private static final byte[] PARTITION_KEY = ascii("PartitionKey");

    /** What a record takes besides its key and payload: names, punctuation, sequence number, time and encryption. */
    private static final int RECORD_BYTES = 184 + EncryptionMember.BYTES;

    private Deliveries() {}

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Room for all records, so that a body of megabytes is not copied again and again while it grows. */
    static int expectedBytes(List<DeliveredRecord> records) {
        int bytes = 0;
        for (var record : records) {
            bytes += RECORD_BYTES
                    + record.partitionKeyUtf8().remaining()
                    + (record.data().remaining() + 2) / 3 * 4;
        }
        return bytes;
    }

    static void writeRecords(List<DeliveredRecord> records, Notation out) {
        out.name("Records");
        out.beginArray(records.size());
        for (var record : records) {
            write(record, out);
        }
        out.endArray();
    }

    private static void write(DeliveredRecord record, Notation out) {
        out.beginObject();
        out.plainName(SEQUENCE_NUMBER);
        out.text(record.sequenceNumber());
        out.plainName(APPROXIMATE_ARRIVAL_TIMESTAMP);
        out.timestamp(record.arrivalMillis());
        out.plainName(DATA);
        out.blob(record.data());
        out.plainName(PARTITION_KEY);
        out.text(record.partitionKeyUtf8());
        EncryptionMember.write(record.encryptionType(), out);
        out.endObject();
    }

    /** Writes the children of a shard that has ended; of any other nothing, which clients insist on. */
    static void writeChildShards(List<ChildShard> childShards, Notation out) {
        if (childShards.isEmpty()) {
            return;
        }
        out.name("ChildShards");
        out.beginArray(childShards.size());
        var shards = new ReplyWriter(out);
        childShards.forEach(shards::write);
        out.endArray();
    }
}

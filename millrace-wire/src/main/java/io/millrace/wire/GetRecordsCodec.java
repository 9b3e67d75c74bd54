package io.millrace.wire;

import io.millrace.model.GetRecordsPage;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.Kinesis;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;

/** Reads GetRecords requests like any other; writes pages straight from the log's memory. */
final class GetRecordsCodec implements OperationCodec<GetRecordsRequest, GetRecordsPage> {
    private static final byte[] SEQUENCE_NUMBER = ascii("SequenceNumber");
    private static final byte[] APPROXIMATE_ARRIVAL_TIMESTAMP = ascii("ApproximateArrivalTimestamp");
    private static final byte[] DATA = ascii("Data");
    private static final byte[] PARTITION_KEY = ascii("PartitionKey");

    /** What a page takes besides its records: at most a few child shards and an iterator of 512 characters. */
    private static final int PAGE_BYTES = 1024;

    /** What a record takes besides its key and payload: names, punctuation, sequence number, time and encryption type. */
    private static final int RECORD_BYTES = 184 + EncryptionMember.BYTES;

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public GetRecordsRequest decode(Protocol protocol, byte[] body, int offset, int length) {
        var tokens = GenericCodec.tokens(protocol, body, offset, length);
        return (GetRecordsRequest) RequestReader.read(Kinesis.GET_RECORDS, tokens);
    }

    @Override
    public void encode(Protocol protocol, GetRecordsPage page, BodyWriter body) {
        body.reserve(expectedBytes(page));
        var out = Notation.of(protocol, body);
        out.beginObject();
        out.name("Records");
        out.beginArray(page.records().size());
        for (var record : page.records()) {
            write(record, out);
        }
        out.endArray();
        if (page.nextShardIterator() != null) {
            out.name("NextShardIterator");
            out.text(page.nextShardIterator());
        }
        out.name("MillisBehindLatest");
        out.number(page.millisBehindLatest());
        if (!page.childShards().isEmpty()) {
            out.name("ChildShards");
            out.beginArray(page.childShards().size());
            var shards = new ReplyWriter(out);
            page.childShards().forEach(shards::write);
            out.endArray();
        }
        out.endObject();
    }

    /** Room for the whole page, so that a body of megabytes is not copied again and again while it grows. */
    private static int expectedBytes(GetRecordsPage page) {
        int bytes = PAGE_BYTES;
        for (var record : page.records()) {
            bytes += RECORD_BYTES
                    + record.partitionKeyUtf8().remaining()
                    + (record.data().remaining() + 2) / 3 * 4;
        }
        return bytes;
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
}

package io.millrace.wire;

import io.millrace.model.GetRecordsPage;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.Kinesis;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;

/** Reads GetRecords requests like any other; writes pages straight from the log's memory. */
final class GetRecordsCodec implements OperationCodec<GetRecordsRequest, GetRecordsPage> {
    @Override
    public GetRecordsRequest decode(Protocol protocol, byte[] body, int offset, int length) {
        var tokens = GenericCodec.tokens(protocol, body, offset, length);
        return (GetRecordsRequest) RequestReader.read(Kinesis.GET_RECORDS, tokens);
    }

    @Override
    public void encode(Protocol protocol, GetRecordsPage page, BodyWriter body) {
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

    private static void write(DeliveredRecord record, Notation out) {
        out.beginObject();
        out.name("SequenceNumber");
        out.text(record.sequenceNumber());
        out.name("ApproximateArrivalTimestamp");
        out.timestamp(record.arrivalMillis());
        out.name("Data");
        out.blob(record.data());
        out.name("PartitionKey");
        out.text(record.partitionKeyUtf8());
        out.endObject();
    }
}

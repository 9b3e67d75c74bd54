package io.millrace.wire;

import io.millrace.model.GetRecordsPage;
import io.millrace.model.Kinesis;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;

/** Reads GetRecords requests like any other; writes pages straight from the log's memory, and closes them. */
final class GetRecordsCodec implements OperationCodec<GetRecordsRequest, GetRecordsPage> {
    /** What a page takes besides its records: at most a few child shards and an iterator of 512 characters. */
    private static final int PAGE_BYTES = 1024;

    @Override
    public GetRecordsRequest decode(Protocol protocol, byte[] body, int offset, int length) {
        var tokens = GenericCodec.tokens(protocol, body, offset, length);
        return (GetRecordsRequest) RequestReader.read(Kinesis.GET_RECORDS, tokens);
    }

    @Override
    public void encode(Protocol protocol, GetRecordsPage page, BodyWriter body) {
        try (page) {
            body.expect(PAGE_BYTES + Deliveries.expectedBytes(page.records()));
            var out = Notation.of(protocol, body);
            out.beginObject();
            Deliveries.writeRecords(page.records(), out);
            if (page.nextShardIterator() != null) {
                out.name("NextShardIterator");
                out.text(page.nextShardIterator());
            }
            out.name("MillisBehindLatest");
            out.number(page.millisBehindLatest());
            Deliveries.writeChildShards(page.childShards(), out);
            out.endObject();
        }
    }
}

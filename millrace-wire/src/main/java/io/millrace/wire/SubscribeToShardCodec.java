package io.millrace.wire;

import io.millrace.model.Kinesis;
import io.millrace.model.ShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/** Reads SubscribeToShard requests like any other; writes the payloads of its events straight from the log's memory. */
final class SubscribeToShardCodec implements OperationCodec<SubscribeToShardRequest, ShardEvent> {
    /** What an event takes besides its records: a sequence number, a few child shards. */
    private static final int EVENT_BYTES = 512;

    @Override
    public SubscribeToShardRequest decode(Protocol protocol, byte[] body, int offset, int length) {
        var tokens = GenericCodec.tokens(protocol, body, offset, length);
        return (SubscribeToShardRequest) RequestReader.read(Kinesis.SUBSCRIBE_TO_SHARD, tokens);
    }

    @Override
    public void encode(Protocol protocol, ShardEvent event, BodyWriter body) {
        body.expect(EVENT_BYTES + Deliveries.expectedBytes(event.records()));
        var out = Notation.of(protocol, body);
        out.beginObject();
        Deliveries.writeRecords(event.records(), out);
        if (event.continuationSequenceNumber() != null) {
            out.name("ContinuationSequenceNumber");
            out.text(event.continuationSequenceNumber());
        }
        out.name("MillisBehindLatest");
        out.number(event.millisBehindLatest());
        Deliveries.writeChildShards(event.childShards(), out);
        out.endObject();
    }
}

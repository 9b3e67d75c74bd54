package io.millrace.wire;

import io.millrace.model.Kinesis;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;

/**
 * The two operations that put. The usual request is read on the fast way; all others as the SDK's request, so that
 * every error is found and worded in one place.
 */
final class PutCodec {
    /** What a stored record's entry takes in a reply: shard id, sequence number, names and punctuation. */
    private static final int ENTRY_BYTES = 124;

    private PutCodec() {}

    static final class Single implements OperationCodec<PutRecordsBatch, PutRecordsOutcome.Stored> {
        @Override
        public PutRecordsBatch decode(Protocol protocol, byte[] body, int offset, int length) {
            return PutReader.putRecord(protocol, body, offset, length)
                    .orElseGet(() -> decodeUnusual(protocol, body, offset, length));
        }

        static PutRecordsBatch decodeUnusual(Protocol protocol, byte[] body, int offset, int length) {
            var tokens = GenericCodec.tokens(protocol, body, offset, length);
            var request = (PutRecordRequest) RequestReader.read(Kinesis.PUT_RECORD, tokens);
            var batch = new BatchBuilder(length);
            add(request.partitionKey(), request.explicitHashKey(), request.data(), batch);
            return batch.finish(request.streamName(), request.streamARN(), request.sequenceNumberForOrdering());
        }

        @Override
        public void encode(Protocol protocol, PutRecordsOutcome.Stored output, BodyWriter body) {
            PutReplies.write(output, Notation.of(protocol, body));
        }
    }

    static final class Many implements OperationCodec<PutRecordsBatch, PutRecordsOutcome> {
        @Override
        public PutRecordsBatch decode(Protocol protocol, byte[] body, int offset, int length) {
            return PutReader.putRecords(protocol, body, offset, length)
                    .orElseGet(() -> decodeUnusual(protocol, body, offset, length));
        }

        static PutRecordsBatch decodeUnusual(Protocol protocol, byte[] body, int offset, int length) {
            var tokens = GenericCodec.tokens(protocol, body, offset, length);
            var request = (PutRecordsRequest) RequestReader.read(Kinesis.PUT_RECORDS, tokens);
            var batch = new BatchBuilder(length);
            for (var entry : request.records()) {
                add(entry.partitionKey(), entry.explicitHashKey(), entry.data(), batch);
            }
            return batch.finish(request.streamName(), request.streamARN(), null);
        }

        @Override
        public void encode(Protocol protocol, PutRecordsOutcome output, BodyWriter body) {
            body.expect(output.records().size() * ENTRY_BYTES);
            PutReplies.write(output, Notation.of(protocol, body));
        }
    }

    private static void add(String partitionKey, @Nullable String explicitHashKey, SdkBytes data, BatchBuilder batch) {
        batch.beginRecord();
        batch.add(BatchIndex.PARTITION_KEY, partitionKey.getBytes(StandardCharsets.UTF_8));
        if (explicitHashKey != null) {
            batch.add(BatchIndex.EXPLICIT_HASH_KEY, explicitHashKey.getBytes(StandardCharsets.US_ASCII));
        }
        batch.add(BatchIndex.DATA, data.asByteArrayUnsafe());
    }
}

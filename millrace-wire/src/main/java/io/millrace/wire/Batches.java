package io.millrace.wire;

import io.millrace.model.PutRecordsBatch;
import io.millrace.model.StreamRef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;

/** A batch that grows record by record, and the SDK's requests as batches. */
final class Batches {
    private final BodyWriter bytes;
    private final int[] index;
    private int ints;

    private Batches(int records, int expectedBytes) {
        bytes = new BodyWriter(expectedBytes);
        index = new int[records * PutRecordsBatch.INTS_PER_RECORD];
    }

    static PutRecordsBatch of(PutRecordRequest request) {
        var batch = new Batches(
                1,
                request.data().asByteArrayUnsafe().length
                        + request.partitionKey().length());
        batch.add(request.partitionKey(), request.explicitHashKey(), request.data());
        return batch.finish(request.streamName(), request.streamARN(), request.sequenceNumberForOrdering());
    }

    static PutRecordsBatch of(PutRecordsRequest request) {
        int expectedBytes = 0;
        for (var entry : request.records()) {
            expectedBytes += entry.data().asByteArrayUnsafe().length
                    + entry.partitionKey().length();
        }
        var batch = new Batches(request.records().size(), expectedBytes);
        for (var entry : request.records()) {
            batch.add(entry.partitionKey(), entry.explicitHashKey(), entry.data());
        }
        return batch.finish(request.streamName(), request.streamARN(), null);
    }

    private void add(String partitionKey, @Nullable String explicitHashKey, SdkBytes data) {
        add(partitionKey.getBytes(StandardCharsets.UTF_8));
        if (explicitHashKey == null) {
            index[ints++] = bytes.length();
            index[ints++] = -1;
        } else {
            add(explicitHashKey.getBytes(StandardCharsets.US_ASCII));
        }
        add(data.asByteArrayUnsafe());
    }

    private void add(byte[] value) {
        index[ints++] = bytes.length();
        index[ints++] = value.length;
        bytes.write(value, 0, value.length);
    }

    private PutRecordsBatch finish(
            @Nullable String name, @Nullable String arn, @Nullable String sequenceNumberForOrdering) {
        return new PutRecordsBatch(
                new StreamRef(name, arn),
                Arrays.copyOf(bytes.array(), bytes.length()),
                index,
                index.length / PutRecordsBatch.INTS_PER_RECORD,
                sequenceNumberForOrdering);
    }
}

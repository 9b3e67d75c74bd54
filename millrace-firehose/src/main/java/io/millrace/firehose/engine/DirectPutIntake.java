package io.millrace.firehose.engine;

import io.millrace.firehose.RecordIntake;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.source.DirectPutLog;
import io.millrace.log.AppendResult;
import io.millrace.log.LogUnavailableException;
import io.millrace.log.RecordBatch;
import io.millrace.log.UnknownShardException;
import io.millrace.model.SlowDownException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import software.amazon.awssdk.core.SdkBytes;

/** Keeps what is put in the log: answered when durable, and refused while the log can't take it. */
public final class DirectPutIntake implements RecordIntake {
    private static final int HASH_KEY_LENGTH = 3;
    private static final int DATA_OFFSET = 4;
    private static final int DATA_LENGTH = 5;
    private static final int ABSENT = -1;

    private final DirectPutLog log;
    private final Deliveries deliveries;

    public DirectPutIntake(DirectPutLog log, Deliveries deliveries) {
        this.log = log;
        this.deliveries = deliveries;
    }

    @Override
    public CompletionStage<Long> take(DeliveryStream stream, List<SdkBytes> records, Executor executor) {
        int bytes = 0;
        for (var record : records) {
            bytes += record.asByteArrayUnsafe().length;
        }
        int total = bytes;
        return log.append(stream.id(), batch(records, bytes), executor)
                .thenApply(result -> kept(stream, records.size(), total, result))
                .exceptionallyCompose(failure -> {
                    var refusal = refusal(stream, failure);
                    if (refusal instanceof SlowDownException) {
                        deliveries.throttled(stream, records.size());
                    }
                    throw new CompletionException(refusal);
                });
    }

    private long kept(DeliveryStream stream, int records, int bytes, AppendResult result) {
        deliveries.incoming(stream, records, bytes);
        return result.firstOffset();
    }

    private static RecordBatch batch(List<SdkBytes> records, int totalBytes) {
        var bytes = new byte[totalBytes];
        var index = new int[records.size() * RecordBatch.INTS_PER_RECORD];
        int at = 0;
        int record = 0;
        for (var data : records) {
            var source = data.asByteArrayUnsafe();
            System.arraycopy(source, 0, bytes, at, source.length);
            int entry = record * RecordBatch.INTS_PER_RECORD;
            index[entry + HASH_KEY_LENGTH] = ABSENT;
            index[entry + DATA_OFFSET] = at;
            index[entry + DATA_LENGTH] = source.length;
            at += source.length;
            record++;
        }
        return new RecordBatch(bytes, index, records.size());
    }

    private static Throwable refusal(DeliveryStream stream, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case LogUnavailableException _ -> new SlowDownException("Slow down.");
            // The delivery stream was deleted in this moment.
            case UnknownShardException _ -> stream.address().notFound();
            default -> cause;
        };
    }
}

package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.UnknownShardException;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.PutRecordsOutcome.Failed;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.sequence.SequenceNumber;
import io.millrace.streams.shard.Shard;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * PutRecord and PutRecords: checked and routed on the caller's thread, appended to the log in one piece, answered when
 * durable. Nothing here blocks. Refusals too come through the stage, so that callers have one place to look.
 */
final class RecordWriter {
    private final StreamDirectory directory;
    private final Log log;
    private final InstantSource clock;
    private final ThreadLocal<BatchRouter> routers = ThreadLocal.withInitial(BatchRouter::new);

    RecordWriter(StreamDirectory directory, Log log, InstantSource clock) {
        this.directory = directory;
        this.log = log;
        this.clock = clock;
    }

    CompletionStage<PutRecordsOutcome> putRecords(Caller caller, PutRecordsBatch batch, Executor executor) {
        var reply = new CompletableFuture<PutRecordsOutcome>();
        try {
            var stream = find(caller, batch, RecordSizes.Path.PUT_RECORDS, "PutRecords");
            long startNanos = stream.meters().startNanos();
            long bytes = requireStorable(stream.state(), batch, RecordSizes.Path.PUT_RECORDS);
            var answer = new PutRecordsAnswer(reply, stream.meters(), startNanos, batch.count(), bytes);
            new PutCall(log, stream, batch, routers, executor, answer).append();
        } catch (AwsException refusal) {
            reply.completeExceptionally(refusal);
        }
        return reply;
    }

    CompletionStage<Stored> putRecord(Caller caller, PutRecordsBatch batch, Executor executor) {
        assert batch.count() == 1 : batch.count();
        var reply = new CompletableFuture<Stored>();
        try {
            var stream = find(caller, batch, RecordSizes.Path.PUT_RECORD, "PutRecord");
            long startNanos = stream.meters().startNanos();
            long bytes = requireStorable(stream.state(), batch, RecordSizes.Path.PUT_RECORD);
            requireOrdering(stream.state(), batch);
            var answer = new PutRecordAnswer(reply, stream.meters(), startNanos, bytes);
            new PutCall(log, stream, batch, routers, executor, answer).append();
        } catch (AwsException refusal) {
            reply.completeExceptionally(refusal);
        }
        return reply;
    }

    PutDestination destinationOf(Caller caller, PutRecordsBatch batch) {
        var stream =
                find(caller, batch, RecordSizes.Path.PUT_RECORDS, "PutRecords").state();
        requireStorable(stream, batch, RecordSizes.Path.PUT_RECORDS);
        var shardIds = routers.get().shardsOf(stream.shards(), batch).stream()
                .map(Shard::id)
                .toList();
        var address = stream.address();
        return new PutDestination(
                address.namespace().account(), address.name(), shardIds, Descriptions.encryptionTypeOf(stream));
    }

    private LiveStream find(Caller caller, PutRecordsBatch batch, RecordSizes.Path path, String operation) {
        var named = batch.stream();
        var address = directory.address(caller, named.name(), named.arn(), operation);
        var stream = directory.find(caller, address);
        if (stream.isEmpty()) {
            RecordSizes.requireDefault(batch, path);
            throw address.notFound();
        }
        return stream.get();
    }

    private long requireStorable(StreamState stream, PutRecordsBatch batch, RecordSizes.Path path) {
        long bytes = RecordSizes.require(batch, path, stream.settings().maxRecordKib());
        if (!stream.writable()) {
            throw stream.address().notFound();
        }
        routers.get().requireHashKeys(batch);
        return bytes;
    }

    /** The new number must come after the one given; of another shard's, any will do. */
    private void requireOrdering(StreamState stream, PutRecordsBatch batch) {
        var given = batch.sequenceNumberForOrdering();
        if (given == null) {
            return;
        }
        var shard = routers.get().shardsOf(stream.shards(), batch).getFirst();
        boolean valid = SequenceNumber.parse(given)
                .filter(number -> number.recordSecond() <= Math.floorDiv(clock.millis(), 1000L))
                .filter(number -> !isOf(shard, number) || number.counter() <= nextOffset(stream, shard))
                .isPresent();
        if (!valid) {
            throw new InvalidArgumentException("ExclusiveMinimumSequenceNumber " + given + " used in PutRecord on "
                    + stream.address() + " is invalid.");
        }
    }

    private long nextOffset(StreamState stream, Shard shard) {
        try {
            return log.bounds(shard.logKey()).nextOffset();
        } catch (UnknownShardException _) {
            // The stream was deleted in this moment.
            throw stream.address().notFound();
        }
    }

    private static boolean isOf(Shard shard, SequenceNumber number) {
        return number.version() == SequenceNumber.CURRENT_VERSION
                && number.shardIndex() == shard.index()
                && number.shardCreationSecond() == shard.creationSecond();
    }

    private record PutRecordsAnswer(
            CompletableFuture<PutRecordsOutcome> reply, StreamMeters meters, long startNanos, int count, long bytes)
            implements PutCall.Answer {
        @Override
        public void stored(StoredRecords records) {
            meters.putRecords(startNanos, count, bytes, records.throttled(), records.throttledBytes());
            reply.complete(new PutRecordsOutcome(records, records.throttled(), records.encryptionType()));
        }

        @Override
        public void failed(Throwable failure) {
            meters.putRecordsFailed(startNanos, count);
            reply.completeExceptionally(failure);
        }
    }

    private record PutRecordAnswer(CompletableFuture<Stored> reply, StreamMeters meters, long startNanos, long bytes)
            implements PutCall.Answer {
        @Override
        public void stored(StoredRecords records) {
            switch (records.get(0)) {
                case Stored stored -> {
                    meters.putRecord(startNanos, bytes);
                    reply.complete(stored);
                }
                case Failed throttled -> {
                    meters.putRecordThrottled(startNanos);
                    reply.completeExceptionally(new ProvisionedThroughputExceededException(throttled.errorMessage()));
                }
            }
        }

        @Override
        public void failed(Throwable failure) {
            meters.putRecordFailed(startNanos);
            reply.completeExceptionally(failure);
        }
    }
}

package io.millrace.log;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Ordered, durable bytes for many shards. Offsets count a shard's records from zero, without gaps. Two implementations:
 * segments on disk ({@code SegmentLog}) and, later, Kafka.
 *
 * <p>All methods may be called from any thread. Reads take no lock and never see what is not yet durable.
 */
public interface Log extends AutoCloseable {
    /** Completes an append on the thread that made it durable. */
    Executor ON_COMMIT = Runnable::run;

    /**
     * Makes a shard known, empty, beginning at offset 0. Opening a shard that is there already changes only its
     * retention class. Returns when durable.
     *
     * @param retention how long its records are kept at least; segments of like retention are grouped
     */
    void open(ShardKey shard, Duration retention);

    /**
     * Appends each batch to its shard; all that is given in one call becomes durable together. Does not block: the
     * stage completes when the records are safe. It completes exceptionally with {@link LogUnavailableException} when they
     * could not be stored (disk full, queue full, log closing) and with {@link ShardSealedException} when a shard takes no
     * more; then none of the batches was stored. The batches' arrays must not change before it completes.
     *
     * @param executor completes the stage, with all others that became durable with it and name the same executor in one
     *     task; an append that is refused at once is completed by the caller. One that runs tasks where it is called
     *     holds the log up: what hangs on the stage must then be short and must not block. One that drops tasks drops
     *     answers.
     */
    CompletionStage<List<AppendResult>> append(List<ShardAppend> appends, Executor executor);

    /** The same, completed by the thread that made it durable. */
    default CompletionStage<List<AppendResult>> append(List<ShardAppend> appends) {
        return append(appends, ON_COMMIT);
    }

    /** The same for many shards' parts of one batch; a result for each part. */
    CompletionStage<List<AppendResult>> append(SpreadAppend append, Executor executor);

    /**
     * Reads durable records in order, beginning with {@code fromOffset} or the oldest kept one after it. Returns an
     * empty run at the tail; at least one record otherwise, whatever its size.
     *
     * @throws UnknownShardException if the shard was never opened or is deleted
     * @throws CorruptLogException if what comes back from the disk is not what was written
     */
    RecordRun read(ShardKey shard, long fromOffset, ReadLimits limits);

    /**
     * Like {@link #read}, for those who use up at once what they read: the records lie in memory that others get when the
     * run is closed. May return less than the limits allow while much is lent.
     */
    RecordRun lend(ShardKey shard, long fromOffset, ReadLimits limits);

    /** The offset of the first record that arrived at or after the instant, or {@link ShardBounds#nextOffset()}. */
    long firstOffsetAtOrAfter(ShardKey shard, long epochMillis);

    /** What the shard holds at present, durable records only. */
    ShardBounds bounds(ShardKey shard);

    /** Gives up the records before the offset; they are not read again, and their space is reclaimed in its time. */
    void trim(ShardKey shard, long beforeOffset);

    /** Lets the shard take no more records; returns its final {@code nextOffset} when that is durable. Idempotent. */
    long seal(ShardKey shard);

    /** Forgets the shard and its records. Idempotent. */
    void delete(ShardKey shard);

    /** The shards that are there, in no order. */
    Set<ShardKey> shards();

    /** Wakes readers that wait at the shard's tail. */
    TailSignal tail(ShardKey shard);

    /** Whether appends are taken at present; for health. */
    boolean writable();

    /** Completes what is queued, then stops. */
    @Override
    void close();
}

package io.millrace.firehose.source;

import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.RecordBatch;
import io.millrace.log.ShardAppend;
import io.millrace.log.ShardKey;
import io.millrace.log.UnknownShardException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Where records wait that were put into delivery streams: a shard of the log for each, named after the delivery stream's
 * number. Safe for use by several threads.
 */
public final class DirectPutLog {
    /**
     * How long records are kept for a destination that is away, from their arrival on. The log itself only takes it for a
     * hint how to group them; it is their reader that gives up what is older, as long as a delivery of it fails, and a few
     * minutes late. What is delivered is trimmed at once.
     */
    public static final Duration RETENTION = Duration.ofHours(24);

    /** After a restart all delivery streams read at once; what they hold while they do has to fit into memory. */
    private static final int READERS_MAX_COUNT = 8;

    /** Data Streams numbers its shards from zero; these are out of its reach. */
    private static final long FIRST_KEY = 1L << 62;

    private final Log log;
    private final Semaphore turns = new Semaphore(READERS_MAX_COUNT, true);

    public DirectPutLog(Log log) {
        this.log = log;
    }

    static ShardKey keyOf(long streamId) {
        return new ShardKey(FIRST_KEY + streamId);
    }

    /** Makes the delivery stream's shard if it is not there; durable when it returns. */
    public void open(long streamId) {
        log.open(keyOf(streamId), RETENTION);
    }

    /** The same, without a write where it is there. */
    public void openIfMissing(long streamId) {
        try {
            log.bounds(keyOf(streamId));
        } catch (UnknownShardException _) {
            open(streamId);
        }
    }

    /** Stores records in order. Does not block: the executor completes the stage when they are durable. */
    public CompletionStage<AppendResult> append(long streamId, RecordBatch records, Executor executor) {
        return log.append(List.of(new ShardAppend(keyOf(streamId), records)), executor)
                .thenApply(List::getFirst);
    }

    /** The delivery streams that it has a shard of. */
    public Set<Long> streams() {
        return log.shards().stream()
                .map(ShardKey::id)
                .filter(key -> key >= FIRST_KEY)
                .map(key -> key - FIRST_KEY)
                .collect(Collectors.toSet());
    }

    /** Forgets the delivery stream's records. Idempotent. */
    public void delete(long streamId) {
        log.delete(keyOf(streamId));
    }

    /** What the delivery stream's loop reads. */
    public Source source(long streamId) {
        return new DirectPutSource(log, keyOf(streamId), turns);
    }
}

package io.millrace.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What waits for the committer. */
sealed interface Request {

    /** How many bytes of a batch it takes. */
    int encodedBytes();

    CompletableFuture<?> done();

    /** Completes it; what one batch has for the same executor is one task. */
    default Executor executor() {
        return Log.ON_COMMIT;
    }

    record Append(AppendParts parts, int encodedBytes, Executor executor, CompletableFuture<List<AppendResult>> done)
            implements Request {}

    /**
     * A step in a shard's life: one group without a body.
     *
     * @param value the retention in milliseconds (open) or the first kept offset (trim)
     * @param done completes with the shard's next offset
     */
    record Step(GroupKind kind, ShardKey shard, long value, CompletableFuture<Long> done) implements Request {
        @Override
        public int encodedBytes() {
            return Format.GROUP_HEADER_BYTES;
        }
    }

    /** The last one: no more will come. */
    record Stop(CompletableFuture<Void> done) implements Request {
        @Override
        public int encodedBytes() {
            return 0;
        }
    }
}

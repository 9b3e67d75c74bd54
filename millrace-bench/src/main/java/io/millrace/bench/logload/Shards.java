package io.millrace.bench.logload;

import io.millrace.log.Log;
import io.millrace.log.ShardKey;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;

/** The shards that are appended to: keys from 0 on. */
final class Shards {
    private static final Duration RETENTION = Duration.ofHours(24);

    private Shards() {}

    /** All at the same time, since each waits for a sync and one sync does for many. */
    static void open(Log log, int count) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var opening = new ExecutorCompletionService<ShardKey>(threads);
            for (int shard = 0; shard < count; shard++) {
                var key = new ShardKey(shard);
                opening.submit(() -> log.open(key, RETENTION), key);
            }
            for (int shard = 0; shard < count; shard++) {
                var _ = opening.take().get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a shard could not be opened", e.getCause());
        }
    }
}

package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.LogUnavailableException;
import io.millrace.log.ShardKey;
import io.millrace.streams.shard.Shard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Opens, seals, trims and deletes many shards of the log at once. Each such step waits for the disk, and steps that wait
 * together share one sync.
 */
record ShardLogs(Log log) {
    private static final int CONCURRENT_STEPS_MAX = 64;

    /** Makes all of a stream's shards known to the log, pending ones included, or changes how long it keeps them. */
    void openAll(StreamState stream, Duration retention) {
        open(
                Stream.concat(stream.shards().all().stream(), stream.pending().stream())
                        .toList(),
                retention);
    }

    void open(List<Shard> shards, Duration retention) {
        each(shards, key -> log.open(key, retention));
    }

    void seal(List<Shard> shards) {
        each(shards, log::seal);
    }

    void delete(List<Shard> shards) {
        each(shards, log::delete);
    }

    /** Does a step for each shard, many at once; returns when all are done. */
    static void each(List<Shard> shards, Consumer<ShardKey> step) {
        var turns = new Semaphore(CONCURRENT_STEPS_MAX);
        var steps = new ArrayList<Future<?>>(shards.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var shard : shards) {
                turns.acquire();
                steps.add(threads.submit(() -> {
                    try {
                        step.accept(shard.logKey());
                    } finally {
                        turns.release();
                    }
                }));
            }
            for (var done : steps) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while shards were changed", e);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case RuntimeException failure -> failure;
                case Error failure -> throw failure;
                case null, default -> throw new AssertionError("a step threw neither", e);
            };
        }
    }
}

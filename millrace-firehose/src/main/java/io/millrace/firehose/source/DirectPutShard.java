package io.millrace.firehose.source;

import io.millrace.log.CorruptLogException;
import io.millrace.log.Log;
import io.millrace.log.ReadLimits;
import io.millrace.log.RecordRun;
import io.millrace.log.ShardKey;
import io.millrace.log.UnknownShardException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Records that were put, as the log has them. */
final class DirectPutShard implements SourceShard {
    static final String ID = "shardId-000000000000";

    private static final int READ_MAX_RECORDS = 10_000;
    private static final Origin PUT = new Origin.DirectPut();

    private final Log log;
    private final ShardKey key;
    private final Semaphore turns;
    private final TailWait wait = new TailWait();

    DirectPutShard(Log log, ShardKey key, Semaphore turns) {
        this.log = log;
        this.key = key;
        this.turns = turns;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public long offsetAt(Instant instant) {
        return asking(() -> log.firstOffsetAtOrAfter(key, instant.toEpochMilli()));
    }

    @Override
    public SourceChunk read(long fromOffset, int maxBytes, Duration patience) throws InterruptedException {
        var limits = new ReadLimits(READ_MAX_RECORDS, maxBytes);
        var chunk = read(fromOffset, limits);
        if (chunk.records().isEmpty() && patience.isPositive()) {
            wait.await(asking(() -> log.tail(key)), fromOffset, patience);
            chunk = read(fromOffset, limits);
        }
        return chunk;
    }

    private SourceChunk read(long fromOffset, ReadLimits limits) throws InterruptedException {
        turns.acquire();
        try {
            var run = asking(() -> log.read(key, fromOffset, limits));
            long first = run.nextOffset() - run.records().size();
            return new SourceChunk(records(run), run.nextOffset(), Duration.ZERO, false)
                    .withLost(Math.max(0, first - fromOffset));
        } finally {
            turns.release();
        }
    }

    private static List<SourceRecord> records(RecordRun run) {
        var records = new ArrayList<SourceRecord>(run.records().size());
        for (var stored : run.records()) {
            var data = new byte[stored.data().remaining()];
            stored.data().get(stored.data().position(), data);
            records.add(new SourceRecord(
                    new RecordPosition(ID, stored.offset(), 0),
                    Instant.ofEpochMilli(stored.arrivalMillis()),
                    data,
                    PUT));
        }
        return records;
    }

    private interface Question<T> {
        T ask();
    }

    private static <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (UnknownShardException e) {
            throw new SourceUnavailableException("the delivery stream's records are gone", e);
        } catch (CorruptLogException | UncheckedIOException e) {
            throw new SourceUnavailableException("the log can't be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void wake() {
        wait.wake();
    }

    @Override
    public Optional<SourceShard> again() {
        return Optional.of(new DirectPutShard(log, key, turns));
    }

    @Override
    public void delivered(long beforeOffset) {
        asking(() -> {
            log.trim(key, beforeOffset);
            return beforeOffset;
        });
    }

    @Override
    public void close() {
        wait.wake();
    }
}

package io.millrace.firehose.engine;

import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A shard in memory whose records come, expire and vanish on command. Safe for use by several threads. */
final class KeptShard implements SourceShard {
    private final List<SourceRecord> records = new ArrayList<>();
    private long oldest;
    private boolean gone;
    private boolean tellsArrival = true;
    private boolean woken;

    /** So many records, each as long after the other as the step is. */
    synchronized void put(int count, int bytes, Instant first, Duration step) {
        for (int i = 0; i < count; i++) {
            var plain = Node.record(records.size(), bytes);
            records.add(
                    new SourceRecord(plain.position(), first.plus(step.multipliedBy(i)), plain.data(), plain.origin()));
        }
        notifyAll();
    }

    synchronized void expire(long beforeOffset) {
        oldest = Math.max(oldest, beforeOffset);
    }

    synchronized void vanish() {
        gone = true;
        notifyAll();
    }

    /** Its times are what somebody wrote from now on. */
    synchronized void tellsNoArrival() {
        tellsArrival = false;
    }

    synchronized long oldest() {
        return oldest;
    }

    @Override
    public String id() {
        return Node.PLACE.shard();
    }

    @Override
    public synchronized boolean tellsArrival() {
        return tellsArrival;
    }

    @Override
    public synchronized long offsetAt(Instant instant) {
        long offset = oldest;
        while (offset < records.size() && records.get((int) offset).arrival().isBefore(instant)) {
            offset++;
        }
        return offset;
    }

    @Override
    public synchronized SourceChunk read(long fromOffset, int maxBytes, Duration patience) throws InterruptedException {
        long left = Math.min(patience.toMillis(), 5);
        if (fromOffset >= records.size() && left > 0 && !gone && !woken) {
            TimeUnit.MILLISECONDS.timedWait(this, left);
        }
        woken = false;
        if (gone) {
            throw new SourceGoneException("it was deleted");
        }
        long first = Math.max(fromOffset, oldest);
        var read = new ArrayList<SourceRecord>();
        long bytes = 0;
        for (long offset = first; offset < records.size() && bytes < maxBytes; offset++) {
            read.add(records.get((int) offset));
            bytes += read.getLast().data().length;
        }
        return new SourceChunk(read, first + read.size(), Duration.ZERO, false).withLost(first - fromOffset);
    }

    @Override
    public synchronized void wake() {
        woken = true;
        notifyAll();
    }

    @Override
    public Optional<SourceShard> again() {
        return Optional.of(this);
    }

    @Override
    public void delivered(long beforeOffset) {
        expire(beforeOffset);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}

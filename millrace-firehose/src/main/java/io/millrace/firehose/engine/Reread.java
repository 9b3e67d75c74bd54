package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A reading of a stretch of a shard that was read before, as it came. Ends with as many records as there were the first time,
 * or not at all: some that have expired since must not look like a batch's end.
 */
final class Reread implements Batch.Records {
    private final SourceShard shard;
    private final Shares.Share share;
    private final Deque<SourceRecord> read = new ArrayDeque<>();
    private final long upTo;
    private final int count;
    private long at;
    private int given;

    private Reread(SourceShard shard, Shares.Share share, long from, long upTo, int count) {
        this.shard = shard;
        this.share = share;
        this.at = from;
        this.upTo = upTo;
        this.count = count;
    }

    /** Readings of the shard, each of them by its own share. */
    static Buffer.Rereading of(SourceShard shard, Shares shares) {
        return (from, upTo, count) -> new Reread(shard, shares.take(), from, upTo, count);
    }

    @Override
    public boolean hasNext() {
        fill();
        if (read.isEmpty() && given < count) {
            throw new UnreadableBatchException(
                    "of " + count + " records " + (count - given) + " have expired in the source");
        }
        return !read.isEmpty();
    }

    private void fill() {
        while (read.isEmpty() && at < upTo) {
            var chunk = readOn();
            if (chunk.lost() > 0) {
                throw new UnreadableBatchException(chunk.lost() + " records have expired in the source");
            }
            if (chunk.nextOffset() <= at && chunk.records().isEmpty()) {
                at = upTo;
            }
            chunk.records().stream()
                    .filter(record -> record.position().offset() < upTo)
                    .forEach(read::add);
            at = Math.max(at, chunk.nextOffset());
        }
    }

    private SourceChunk readOn() {
        try {
            return shard.read(at, share.bytes(), Duration.ZERO);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    @Override
    public DeliveryRecord next() {
        fill();
        given++;
        return DeliveryRecord.of(read.removeFirst());
    }

    @Override
    public void close() {
        read.clear();
        share.close();
    }
}

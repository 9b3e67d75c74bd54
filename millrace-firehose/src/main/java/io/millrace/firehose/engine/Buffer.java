package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records of one lane that will be one batch: in memory as long as there is some, beyond that by their place in the source
 * where they can be read again, or in a scratch file. Guarded by its shard's lock while it grows; then read by whoever
 * delivers it.
 */
final class Buffer {
    /** What a record costs in memory beside its data, roughly. */
    private static final int RECORD_BYTES = 128;

    private static final int STREAM_ORIGIN_BYTES = 240;
    private static final int TOPIC_ORIGIN_BYTES = 64;

    /** Reads a lane's records from the source again. */
    interface Rereading {
        /**
         * @param count how many there were
         * @throws UnreadableBatchException if there are fewer now, when it comes to those that are not there
         */
        Batch.Records read(long fromOffset, long upToOffset, int count);
    }

    /** Where the records are. */
    private sealed interface Place {}

    private record InMemory(List<DeliveryRecord> records) implements Place {}

    private record InSource(Rereading rereading) implements Place {}

    private record InFile(Spool spool) implements Place {}

    private final Scratch scratch;
    private final Optional<Rereading> rereading;
    private final Instant openedAt;
    private Place place = new InMemory(new ArrayList<>());
    private long memoryBytes;
    private int count;
    private long bytes;
    private long firstOffset = Long.MAX_VALUE;
    private long lastOffset = -1;
    private @Nullable Instant oldestArrival;

    Buffer(Scratch scratch, Optional<Rereading> rereading, Instant openedAt) {
        this.scratch = scratch;
        this.rereading = rereading;
        this.openedAt = openedAt;
    }

    void add(DeliveryRecord record) {
        keep(record);
        count++;
        bytes += record.data().length;
        firstOffset = Math.min(firstOffset, record.position().offset());
        lastOffset = Math.max(lastOffset, record.position().offset());
        if (oldestArrival == null || record.arrival().isBefore(oldestArrival)) {
            oldestArrival = record.arrival();
        }
    }

    private void keep(DeliveryRecord record) {
        switch (place) {
            case InMemory(var records) -> {
                long wanted = memoryBytes(record);
                if (scratch.memory().take(wanted)) {
                    memoryBytes += wanted;
                    records.add(record);
                } else {
                    spill(records);
                    keep(record);
                }
            }
            case InSource _ -> {
                // Its place is known already.
            }
            case InFile(var spool) -> spool.add(record);
        }
    }

    private static long memoryBytes(DeliveryRecord record) {
        long ofOrigin = switch (record.origin()) {
            case Origin.DirectPut _ -> 0;
            // A sequence number and a partition key for each.
            case Origin.KinesisStream _ -> STREAM_ORIGIN_BYTES;
            case Origin.KafkaTopic topic -> TOPIC_ORIGIN_BYTES + (topic.key() == null ? 0 : topic.key().length);
        };
        return record.data().length + RECORD_BYTES + ofOrigin;
    }

    private void spill(List<DeliveryRecord> records) {
        if (rereading.isPresent()) {
            place = new InSource(rereading.get());
        } else {
            var spool = scratch.spool();
            place = new InFile(spool);
            records.forEach(spool::add);
        }
        giveBack();
    }

    private void giveBack() {
        scratch.memory().giveBack(memoryBytes);
        memoryBytes = 0;
    }

    Batch.Records read() {
        return switch (place) {
            case InMemory(var records) -> new Listed(records.iterator());
            case InSource(var source) -> source.read(firstOffset, lastOffset + 1, count);
            case InFile(var spool) -> spool.read();
        };
    }

    /** Lets go of the records. */
    void drop() {
        giveBack();
        if (place instanceof InFile(var spool)) {
            spool.delete();
        }
        place = new InMemory(List.of());
    }

    /** How many of its records come before the offset; all, where they can't be read any more. */
    int countBefore(long offset) {
        if (lastOffset < offset) {
            return count;
        }
        int before = 0;
        try (var records = read()) {
            while (records.hasNext() && records.next().position().offset() < offset) {
                before++;
            }
        } catch (UnreadableBatchException | SourceUnavailableException | SourceGoneException _) {
            return count;
        }
        return before;
    }

    Instant openedAt() {
        return openedAt;
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    long firstOffset() {
        return firstOffset;
    }

    long lastOffset() {
        return lastOffset;
    }

    Instant oldestArrival() {
        assert oldestArrival != null : "nothing was added";
        return oldestArrival;
    }

    /** A reading of what is at hand. */
    record Listed(Iterator<DeliveryRecord> records) implements Batch.Records {
        @Override
        public boolean hasNext() {
            return records.hasNext();
        }

        @Override
        public DeliveryRecord next() {
            return records.next();
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }
}

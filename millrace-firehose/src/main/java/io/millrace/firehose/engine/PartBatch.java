package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.RecordPosition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Those records of a batch that a destination did not take. They are read with the whole batch again, so that only their places
 * are held, however many they are.
 *
 * @param id the whole batch's where it is the same batch again
 */
record PartBatch(UUID id, Batch whole, Map<RecordPosition, Undelivered> chosen, long bytes) implements Batch {
    static PartBatch of(UUID id, Batch whole, List<Undelivered> some) {
        var chosen = new HashMap<RecordPosition, Undelivered>();
        long bytes = 0;
        for (var one : some) {
            chosen.put(one.position(), one);
            bytes += one.bytes();
        }
        return new PartBatch(id, whole, chosen, bytes);
    }

    /** What was said of one of its records. */
    Undelivered saidOf(DeliveryRecord record) {
        var said = chosen.get(record.position());
        assert said != null : record.position();
        return said;
    }

    @Override
    public StreamIdentity stream() {
        return whole.stream();
    }

    @Override
    public String shard() {
        return whole.shard();
    }

    @Override
    public long lastOffset() {
        return whole.lastOffset();
    }

    @Override
    public int count() {
        return chosen.size();
    }

    @Override
    public Instant oldestArrival() {
        return whole.oldestArrival();
    }

    @Override
    public Map<String, String> partitionKeys() {
        return whole.partitionKeys();
    }

    @Override
    public Records records() {
        return new Reading(whole.records());
    }

    /** Passes over the others. */
    private final class Reading implements Records {
        private final Records all;
        private @Nullable DeliveryRecord next;

        Reading(Records all) {
            this.all = all;
        }

        @Override
        public boolean hasNext() {
            while (next == null && all.hasNext()) {
                var record = all.next();
                next = chosen.containsKey(record.position()) ? record : null;
            }
            return next != null;
        }

        @Override
        public DeliveryRecord next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            var given = next;
            next = null;
            return given;
        }

        @Override
        public void close() {
            all.close();
        }
    }
}

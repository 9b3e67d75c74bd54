package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A buffer on its way out. */
final class LaneBatch implements Batch {
    private final UUID id;
    private final StreamIdentity stream;
    private final String shard;
    private final LaneKey lane;
    private final Buffer buffer;
    private volatile @Nullable RuntimeException readingProblem;

    LaneBatch(UUID id, StreamIdentity stream, String shard, LaneKey lane, Buffer buffer) {
        this.id = id;
        this.stream = stream;
        this.shard = shard;
        this.lane = lane;
        this.buffer = buffer;
    }

    LaneKey lane() {
        return lane;
    }

    void drop() {
        buffer.drop();
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public StreamIdentity stream() {
        return stream;
    }

    @Override
    public String shard() {
        return shard;
    }

    @Override
    public long lastOffset() {
        return buffer.lastOffset();
    }

    @Override
    public int count() {
        return buffer.count();
    }

    @Override
    public long bytes() {
        return buffer.bytes();
    }

    @Override
    public Instant oldestArrival() {
        return buffer.oldestArrival();
    }

    @Override
    public Map<String, String> partitionKeys() {
        return switch (lane) {
            case LaneKey.Main(var keys) -> keys;
            case LaneKey.Errors _, LaneKey.Backup _ -> Map.of();
        };
    }

    int countBefore(long offset) {
        return buffer.countBefore(offset);
    }

    @Override
    public Records records() {
        try {
            return new Noticing(buffer.read());
        } catch (UnreadableBatchException | SourceUnavailableException | SourceGoneException e) {
            throw noticed(e);
        }
    }

    /**
     * Throws again what went wrong when it was read: destinations may take it for trouble of their own, and some read it in
     * threads of theirs.
     */
    void checkReadable() {
        var noticed = readingProblem;
        if (noticed != null) {
            readingProblem = null;
            throw noticed;
        }
    }

    private RuntimeException noticed(RuntimeException problem) {
        readingProblem = problem;
        return problem;
    }

    /** A reading whose failures are kept. */
    private final class Noticing implements Records {
        private final Records records;

        Noticing(Records records) {
            this.records = records;
        }

        @Override
        public boolean hasNext() {
            try {
                return records.hasNext();
            } catch (UnreadableBatchException | SourceUnavailableException | SourceGoneException e) {
                throw noticed(e);
            }
        }

        @Override
        public DeliveryRecord next() {
            try {
                return records.next();
            } catch (UnreadableBatchException | SourceUnavailableException | SourceGoneException e) {
                throw noticed(e);
            }
        }

        @Override
        public void close() {
            records.close();
        }
    }
}

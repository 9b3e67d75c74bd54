package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.StreamIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A buffer on its way out. */
final class LaneBatch implements Batch {
    private final UUID id;
    private final StreamIdentity stream;
    private final String shard;
    private final LaneKey lane;
    private final Buffer buffer;

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

    @Override
    public Records records() {
        return buffer.read();
    }
}

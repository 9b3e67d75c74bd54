package io.millrace.streams;

import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.shard.Shard;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;

/**
 * A ShardFilter, made independent of the moment at which a page is asked for: all pages of one listing are cut from the
 * same cover of the hash space, even if the stream is resharded in between.
 */
sealed interface ShardSelection {
    /** Every shard whose records have not all expired. */
    record Unexpired() implements ShardSelection {}

    /** The cover at a moment. */
    record AliveAt(long millis) implements ShardSelection {}

    /** The cover at a moment, and everything created later. */
    record ClosedAfter(long millis) implements ShardSelection {}

    /**
     * The cover of open shards, at the time when no shards but those below an index had been made. A number says this
     * exactly, where a moment could not tell two reshards within a millisecond apart.
     */
    record OpenBelow(int indexLimit) implements ShardSelection {}

    /** Every unexpired shard with a greater index. */
    record AfterIndex(int index) implements ShardSelection {}

    static ShardSelection of(@Nullable ShardFilter filter, StreamState stream, long now) {
        if (filter == null) {
            return new Unexpired();
        }
        return switch (filter.type()) {
            case AFTER_SHARD_ID -> {
                refuseTimestamp(filter);
                yield new AfterIndex(StreamListing.exclusiveStart(requireShardId(filter), stream.address()));
            }
            case FROM_TRIM_HORIZON -> {
                refuseBoth(filter);
                yield new Unexpired();
            }
            case AT_TRIM_HORIZON -> {
                refuseBoth(filter);
                yield new AliveAt(stream.shardHorizonMillis(now));
            }
            case AT_LATEST -> {
                refuseBoth(filter);
                yield latest(stream);
            }
            case AT_TIMESTAMP -> {
                long millis = requireMillis(filter);
                yield millis > now ? latest(stream) : new AliveAt(Math.max(millis, stream.shardHorizonMillis(now)));
            }
            case FROM_TIMESTAMP -> new ClosedAfter(Math.max(requireMillis(filter), stream.shardHorizonMillis(now)));
            case UNKNOWN_TO_SDK_VERSION -> throw new AssertionError("the model's enum was checked before");
        };
    }

    /** The shards it takes, by index. */
    default Stream<Shard> of(StreamState stream, long now) {
        var all = stream.shards().all().stream();
        return switch (this) {
            case Unexpired _ -> all.filter(shard -> stream.unexpired(shard, now));
            case AliveAt(long millis) -> all.filter(shard -> shard.aliveAt(millis));
            case ClosedAfter(long millis) -> all.filter(shard -> shard.closedAfter(millis));
            case OpenBelow(int limit) -> all.filter(shard -> shard.openBelow(limit));
            case AfterIndex(int index) -> all.filter(shard -> shard.index() > index && stream.unexpired(shard, now));
        };
    }

    private static ShardSelection latest(StreamState stream) {
        var all = stream.shards().all();
        return new OpenBelow(all.isEmpty() ? 0 : all.getLast().index() + 1);
    }

    private static void refuseBoth(ShardFilter filter) {
        refuseTimestamp(filter);
        refuseShardId(filter);
    }

    private static void refuseTimestamp(ShardFilter filter) {
        if (filter.timestamp() != null) {
            throw new InvalidArgumentException("ShardFilter of type " + filter.type() + " must not have a Timestamp.");
        }
    }

    private static void refuseShardId(ShardFilter filter) {
        if (filter.shardId() != null) {
            throw new InvalidArgumentException("ShardFilter of type " + filter.type() + " must not have a ShardId.");
        }
    }

    private static String requireShardId(ShardFilter filter) {
        if (filter.shardId() == null) {
            throw new InvalidArgumentException("ShardFilter of type " + filter.type() + " must have a ShardId.");
        }
        return filter.shardId();
    }

    private static long requireMillis(ShardFilter filter) {
        refuseShardId(filter);
        if (filter.timestamp() == null) {
            throw new InvalidArgumentException("ShardFilter of type " + filter.type() + " must have a Timestamp.");
        }
        return Millis.of(filter.timestamp());
    }

    default void write(DataOutputStream out) throws IOException {
        switch (this) {
            case Unexpired _ -> write(out, 0, 0);
            case AliveAt(long millis) -> write(out, 1, millis);
            case ClosedAfter(long millis) -> write(out, 2, millis);
            case OpenBelow(int indexLimit) -> write(out, 3, indexLimit);
            case AfterIndex(int index) -> write(out, 4, index);
        }
    }

    private static void write(DataOutputStream out, int tag, long value) throws IOException {
        out.writeByte(tag);
        out.writeLong(value);
    }

    static ShardSelection read(DataInputStream in) throws IOException {
        int tag = in.readByte();
        long value = in.readLong();
        return switch (tag) {
            case 0 -> new Unexpired();
            case 1 -> new AliveAt(value);
            case 2 -> new ClosedAfter(value);
            case 3 -> new OpenBelow((int) value);
            case 4 -> new AfterIndex((int) value);
            default -> throw new IOException("unknown shard selection " + tag);
        };
    }
}

package io.millrace.streams;

import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardMap;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * All that is known of a stream at one moment. Never changed; a change makes a new one, first in the catalog and then
 * in the view.
 *
 * @param id the incarnation: a stream that is deleted and made again gets another id
 * @param horizonFloorMillis records from before this moment are gone for good, however long the retention is now
 * @param transitionDueMillis when the pending step may be completed, while the status is not ACTIVE
 * @param nextShardIndex the index the next new shard will get, pending ones counted
 * @param shards what clients see and puts are routed by
 * @param pending shards that a pending step will open; not seen by anyone yet
 */
record StreamState(
        long id,
        StreamAddress address,
        StreamStatus status,
        StreamSettings settings,
        long horizonFloorMillis,
        long createdMillis,
        long transitionDueMillis,
        int nextShardIndex,
        ShardMap shards,
        List<Shard> pending) {

    /** Whether records can be put: AWS takes them while a stream is being resharded too. */
    boolean writable() {
        return status == StreamStatus.ACTIVE || status == StreamStatus.UPDATING;
    }

    /** Refuses unless the stream is ACTIVE. */
    void requireActive() {
        if (status != StreamStatus.ACTIVE) {
            throw address.notActive(status);
        }
    }

    /**
     * Refuses, as if it were not there, a stream that was created at another time than the client believes. To the second:
     * that is what descriptions say and what clients keep.
     */
    void requireCreatedAt(@Nullable Instant asked) {
        if (asked != null && asked.getEpochSecond() != Math.floorDiv(createdMillis, 1000L)) {
            throw address.notFound();
        }
    }

    /**
     * The oldest moment whose records can be read. It may be before the stream's creation, and has to be if the clock was set
     * back since: what is put then carries such a time.
     */
    long horizonMillis(long nowMillis) {
        return Math.max(nowMillis - settings.retention().toMillis(), horizonFloorMillis);
    }

    /** The oldest moment that readers can begin at which there were shards. */
    long shardHorizonMillis(long nowMillis) {
        return Math.max(horizonMillis(nowMillis), createdMillis);
    }

    /** Whether a shard's records have not all expired. An open shard never expires. */
    boolean unexpired(Shard shard, long nowMillis) {
        return shard.closedAfter(horizonMillis(nowMillis));
    }

    /** How many open shards the stream has, or will have when its pending step is done. */
    int openShardsToCome() {
        long closing = pending.stream()
                .flatMap(shard -> shard.parents().stream())
                .distinct()
                .count();
        return shards.openCount() + pending.size() - (int) closing;
    }

    /** The stream with more shards to open, if any: the step may be done from {@code dueMillis} on. */
    StreamState updating(List<Shard> toOpen, long dueMillis) {
        assert pending.isEmpty() : this;
        int next = nextShardIndex + toOpen.size();
        return next(StreamStatus.UPDATING, settings, horizonFloorMillis, dueMillis, next, shards, toOpen);
    }

    /** The stream on its way out. Shards that were to be opened stay pending, for they have to be deleted as well. */
    StreamState deleting(long dueMillis) {
        return next(StreamStatus.DELETING, settings, horizonFloorMillis, dueMillis, nextShardIndex, shards, pending);
    }

    /** The pending shards that can be opened next: those that replace shards which are there, by index. */
    List<Shard> nextGeneration() {
        return pending.stream()
                .takeWhile(shard -> shard.parents().stream()
                        .allMatch(parent -> shards.find(parent).isPresent()))
                .toList();
    }

    /**
     * The stream with some pending shards opened: ACTIVE if these were all; or else more are made of these, and may be
     * from {@code dueMillis} on.
     */
    StreamState opened(List<Shard> opened, ShardMap newShards, long dueMillis) {
        var indexes = opened.stream().map(Shard::index).collect(Collectors.toSet());
        var left = pending.stream()
                .filter(shard -> !indexes.contains(shard.index()))
                .toList();
        return left.isEmpty()
                ? next(StreamStatus.ACTIVE, settings, horizonFloorMillis, 0, nextShardIndex, newShards, left)
                : next(status, settings, horizonFloorMillis, dueMillis, nextShardIndex, newShards, left);
    }

    StreamState withSettings(StreamSettings newSettings) {
        return next(status, newSettings, horizonFloorMillis, transitionDueMillis, nextShardIndex, shards, pending);
    }

    /** The stream with what is older than the moment gone for good. */
    StreamState withHorizonFloor(long newHorizonFloorMillis) {
        return next(status, settings, newHorizonFloorMillis, transitionDueMillis, nextShardIndex, shards, pending);
    }

    StreamState withShards(ShardMap newShards) {
        return next(status, settings, horizonFloorMillis, transitionDueMillis, nextShardIndex, newShards, pending);
    }

    private StreamState next(
            StreamStatus newStatus,
            StreamSettings newSettings,
            long newHorizonFloorMillis,
            long newTransitionDueMillis,
            int newNextShardIndex,
            ShardMap newShards,
            List<Shard> newPending) {
        return new StreamState(
                id,
                address,
                newStatus,
                newSettings,
                newHorizonFloorMillis,
                createdMillis,
                newTransitionDueMillis,
                newNextShardIndex,
                newShards,
                newPending);
    }
}

package io.millrace.streams;

import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.Shard.Closing;
import java.util.List;

/**
 * The moments of a reshard. The children's creation second, which must be one more than the parents' closing second, is
 * the second that runs when they open. So the first record in a child is never older than the child, and routing
 * never pauses; the parents' closing second is the one before, a moment that is over.
 */
final class ReshardTimes {
    private static final long SECOND_MILLIS = 1_000;

    private ReshardTimes() {}

    /**
     * From when the shards may be closed: not before the second after their own creation, so that they don't end before
     * they begin. Never more than a second from now, even if the clock was set back since they were created.
     */
    static long earliestMillis(List<Shard> parents, long nowMillis) {
        long atLeast = (latestCreationSecond(parents) + 1) * SECOND_MILLIS;
        return Math.min(atLeast, nowMillis + SECOND_MILLIS);
    }

    /**
     * How the parents end, all alike, when no more records can go to them. The present millisecond stays theirs: a
     * reader who asks for it must be sent to the shard that holds its records.
     *
     * @param lastArrivalMillis when the parents' last record arrived; later than now if the clock was set back
     */
    static Closing closing(List<Shard> parents, List<Shard> children, long nowMillis, long lastArrivalMillis) {
        long second = Math.max(Math.floorDiv(nowMillis, SECOND_MILLIS) - 1, latestCreationSecond(parents));
        long lastMillis = parents.stream()
                .mapToLong(Shard::createdMillis)
                .reduce(Math.max(nowMillis, lastArrivalMillis), Math::max);
        return new Closing(second, lastMillis + 1, children.getFirst().index());
    }

    /** How the children of parents that ended so begin. */
    static Shard opened(Shard child, Closing parents) {
        return child.created(parents.second() + 1, parents.millis());
    }

    private static long latestCreationSecond(List<Shard> shards) {
        return shards.stream().mapToLong(Shard::creationSecond).max().orElseThrow();
    }
}

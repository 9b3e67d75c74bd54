package io.millrace.streams.shard;

import io.millrace.log.ShardKey;
import io.millrace.streams.sequence.SequenceNumber;
import java.util.List;
import java.util.Optional;

/**
 * One shard of a stream.
 *
 * @param index counts the stream's shards from zero, never used twice
 * @param id the index as clients see it
 * @param logKey its name in the log
 * @param parents the indexes of the shards it was split from or merged of: none, one, or two, the first being the one
 *     that was merged and the second the adjacent one
 * @param creationSecond the creation time that its sequence numbers carry
 * @param createdMillis the exact moment from which records could go to it
 * @param closing when and how it ended; empty while it is open
 */
public record Shard(
        int index,
        String id,
        ShardKey logKey,
        HashRange range,
        List<Integer> parents,
        long creationSecond,
        long createdMillis,
        Optional<Closing> closing) {

    /**
     * The end of a shard's life.
     *
     * @param second the time that its ending sequence number carries
     * @param millis the exact moment from which records went to its children
     * @param firstChildIndex the lowest index that was given out in the step that closed it: no child has a lower one
     */
    public record Closing(long second, long millis, int firstChildIndex) {}

    public Shard(
            int index,
            ShardKey logKey,
            HashRange range,
            List<Integer> parents,
            long creationSecond,
            long createdMillis,
            Optional<Closing> closing) {
        this(index, ShardId.of(index), logKey, range, parents, creationSecond, createdMillis, closing);
    }

    public boolean open() {
        return closing.isEmpty();
    }

    /** The same shard, closed. */
    public Shard closed(Closing end) {
        return new Shard(index, id, logKey, range, parents, creationSecond, createdMillis, Optional.of(end));
    }

    /** The same shard, beginning its life at another moment than was planned. */
    public Shard created(long second, long millis) {
        return new Shard(index, id, logKey, range, parents, second, millis, closing);
    }

    /** Whether records could go to it at that moment: it lives from its creation up to, not including, its closing. */
    public boolean aliveAt(long epochMillis) {
        return createdMillis <= epochMillis && closedAfter(epochMillis);
    }

    /** Whether it was still open at the end of that millisecond, or is yet to be created. */
    public boolean closedAfter(long epochMillis) {
        return closing.isEmpty() || closing.get().millis() > epochMillis;
    }

    /** Whether it was still open when only the shards with lower indexes than that had been made. */
    public boolean openBelow(int indexLimit) {
        return index < indexLimit && (closing.isEmpty() || closing.get().firstChildIndex() >= indexLimit);
    }

    public SequenceNumber startingNumber() {
        return SequenceNumber.starting(creationSecond, index);
    }

    public Optional<SequenceNumber> endingNumber() {
        return closing.map(end -> SequenceNumber.ending(creationSecond, end.second(), index));
    }

    /** The number of one of its records. */
    public SequenceNumber numberOf(long offset, long arrivalMillis) {
        return SequenceNumber.of(creationSecond, index, offset, arrivalMillis);
    }
}

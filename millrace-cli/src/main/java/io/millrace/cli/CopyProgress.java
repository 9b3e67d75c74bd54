package io.millrace.cli;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far the copying of a stream has come, shard by shard. What it says has been reached is safe where it was copied to.
 * Safe for use from several threads.
 */
final class CopyProgress {
    /** Where one shard stands. */
    sealed interface Mark {
        /** To be read from here on. */
        record From(StartingPoint point) implements Mark {}

        /** Copied to its end, or not wanted. */
        record Finished() implements Mark {}
    }

    private final Map<String, Mark> marks;
    private long changes;

    /** Nothing has been copied. */
    CopyProgress() {
        this(Map.of());
    }

    CopyProgress(Map<String, Mark> marks) {
        this.marks = new TreeMap<>(marks);
    }

    synchronized Optional<Mark> of(String shardId) {
        return Optional.ofNullable(marks.get(shardId));
    }

    synchronized boolean isFinished(String shardId) {
        return marks.get(shardId) instanceof Mark.Finished;
    }

    /** A shard is to be read from here, unless it is known already. */
    synchronized void begin(String shardId, StartingPoint point) {
        if (marks.putIfAbsent(shardId, new Mark.From(point)) == null) {
            changes++;
        }
    }

    /** The record with this number, and all before it in the shard, are safe. */
    synchronized void reach(String shardId, String sequenceNumber) {
        marks.put(shardId, new Mark.From(new StartingPoint.AfterRecord(sequenceNumber)));
        changes++;
    }

    synchronized void finish(String shardId) {
        marks.put(shardId, new Mark.Finished());
        changes++;
    }

    /** Forgets the shards that are not there any more, and returns those of them that had not been copied to their end. */
    synchronized List<String> keepOnly(Collection<String> shardIds) {
        var gone = new TreeMap<>(marks);
        gone.keySet().removeAll(shardIds);
        marks.keySet().removeAll(gone.keySet());
        changes += gone.size();
        return gone.entrySet().stream()
                .filter(shard -> !(shard.getValue() instanceof Mark.Finished))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Grows with each change, so that one who has seen all of them can tell. */
    synchronized long changes() {
        return changes;
    }

    /** All that is known, with "from now on" written as the time when that was asked. */
    synchronized Map<String, Mark> marksSince(Instant begun) {
        var copy = new TreeMap<>(marks);
        copy.replaceAll((_, mark) -> mark instanceof Mark.From(StartingPoint.Latest _)
                ? new Mark.From(new StartingPoint.AtTimestamp(begun))
                : mark);
        return copy;
    }
}

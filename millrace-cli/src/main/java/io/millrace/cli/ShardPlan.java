package io.millrace.cli;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which shards may be read now. A child waits until its parents have been read to their end, as the records of one
 * partition key are in the parent first and go on in the child. A parent that is not known has expired, or is not wanted.
 */
final class ShardPlan {
    private final Map<String, List<String>> waiting = new TreeMap<>();
    private final Set<String> reading = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> left = new HashSet<>();

    /** Takes note of a shard; one that is known already stays what it is. */
    void add(String shardId, List<String> parents) {
        if (!knows(shardId)) {
            waiting.put(shardId, List.copyOf(parents));
            leaveDescendants();
        }
    }

    boolean knows(String shardId) {
        return waiting.containsKey(shardId)
                || reading.contains(shardId)
                || done.contains(shardId)
                || left.contains(shardId);
    }

    /** A shard that has been read to its end, or will not be read. */
    void finish(String shardId) {
        waiting.remove(shardId);
        reading.remove(shardId);
        done.add(shardId);
    }

    /**
     * A shard that is read no further, though it may go on. Its descendants will not be read: what they hold comes after
     * what was left behind.
     */
    void leave(String shardId) {
        reading.remove(shardId);
        left.add(shardId);
        leaveDescendants();
    }

    /** The shards that can be begun; from now on they count as being read. */
    List<String> begin() {
        var ready = waiting.entrySet().stream()
                .filter(shard -> parentsAreRead(shard.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        ready.forEach(waiting::remove);
        reading.addAll(ready);
        return ready;
    }

    boolean isFinished() {
        return waiting.isEmpty() && reading.isEmpty();
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    int waitingCount() {
        return waiting.size();
    }

    private void leaveDescendants() {
        boolean isFurtherDown = true;
        while (isFurtherDown) {
            var descendants = waiting.entrySet().stream()
                    .filter(shard -> shard.getValue().stream().anyMatch(left::contains))
                    .map(Map.Entry::getKey)
                    .toList();
            descendants.forEach(waiting::remove);
            isFurtherDown = left.addAll(descendants);
        }
    }

    private boolean parentsAreRead(Collection<String> parents) {
        return parents.stream().noneMatch(parent -> reading.contains(parent) || waiting.containsKey(parent));
    }
}

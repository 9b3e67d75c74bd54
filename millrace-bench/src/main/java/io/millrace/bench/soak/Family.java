package io.millrace.bench.soak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which shards of a stream a reader may read: a child when all its parents are read to their ends, so that the records of
 * a key come in order across reshards. Owned by one thread, or used under its reader's lock.
 */
final class Family {
    private final Set<String> begun = new HashSet<>();
    private final Set<String> finished = new HashSet<>();

    /** A shard that was read to its end names these. */
    record Child(String shardId, List<String> parentIds) {
        static List<Child> of(Json answer) {
            return answer.list("ChildShards").stream()
                    .map(child -> new Child(child.need("ShardId"), child.texts("ParentShards")))
                    .toList();
        }
    }

    void begin(List<String> shardIds) {
        begun.addAll(shardIds);
    }

    /** The children that can be begun with now. */
    List<String> finish(String shardId, List<Child> children) {
        finished.add(shardId);
        var ready = new ArrayList<String>();
        for (var child : children) {
            if (finished.containsAll(child.parentIds()) && begun.add(child.shardId())) {
                ready.add(child.shardId());
            }
        }
        return ready;
    }
}

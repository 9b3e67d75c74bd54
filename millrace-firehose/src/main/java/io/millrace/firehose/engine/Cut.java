package io.millrace.firehose.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a group of lanes held up to an offset: delivered as a whole, remembered as a whole. */
final class Cut {
    private final Route route;
    private final long firstOffset;
    private final List<LaneBatch> batches;
    private Intent intent;
    /** Seen by whoever looks after the clock. */
    private volatile boolean failing;

    private Cut(Route route, Intent intent, long firstOffset, List<LaneBatch> batches) {
        this.route = route;
        this.intent = intent;
        this.firstOffset = firstOffset;
        this.batches = batches;
    }

    static Cut of(Route route, String shard, Intent intent, Map<LaneKey, Buffer> lanes) {
        var batches = new ArrayList<LaneBatch>();
        long first = Long.MAX_VALUE;
        for (var lane : new LinkedHashMap<>(lanes).entrySet()) {
            first = Math.min(first, lane.getValue().firstOffset());
            var id = idOf(intent.id(), lane.getKey().text());
            batches.add(new LaneBatch(id, route.stream(), shard, lane.getKey(), lane.getValue()));
        }
        return new Cut(route, intent, first, batches);
    }

    /** The same for the same words, whenever it is asked. */
    static UUID idOf(UUID base, String word) {
        return UUID.nameUUIDFromBytes((base + " " + word).getBytes(StandardCharsets.UTF_8));
    }

    Route route() {
        return route;
    }

    /** Of its records, or the largest number if it has none. */
    long firstOffset() {
        return firstOffset;
    }

    List<LaneBatch> batches() {
        return batches;
    }

    Intent intent() {
        return intent;
    }

    /** Whoever delivers it notes a failure. */
    void failed(Intent next) {
        intent = next;
    }

    /** An attempt at any of it was refused. */
    void isFailing() {
        failing = true;
    }

    boolean failing() {
        return failing;
    }

    int countBefore(long offset) {
        int count = 0;
        for (var batch : batches) {
            count += batch.countBefore(offset);
        }
        return count;
    }

    int count() {
        int count = 0;
        for (var batch : batches) {
            count += batch.count();
        }
        return count;
    }

    long bytes() {
        long bytes = 0;
        for (var batch : batches) {
            bytes += batch.bytes();
        }
        return bytes;
    }
}

package io.millrace.firehose.engine;

import io.millrace.firehose.engine.Progress.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a group of lanes held up to an offset: delivered as a whole, remembered as a whole. */
final class Cut {
    private final Route route;
    private final long firstOffset;
    private final Range stretch;
    private final List<LaneBatch> batches;
    // Guarded by this object: each of its batches has a thread of its own.
    private final Map<UUID, Failing> failures = new HashMap<>();
    private Intent intent;
    /** Seen by whoever looks after the clock. */
    private volatile boolean failing;

    private Cut(Route route, Intent intent, long firstOffset, Range stretch, List<LaneBatch> batches) {
        this.route = route;
        this.intent = intent;
        this.firstOffset = firstOffset;
        this.stretch = stretch;
        this.batches = batches;
    }

    /** @param stretch what is delivered with it */
    static Cut of(Route route, String shard, Intent intent, Range stretch, Map<LaneKey, Buffer> lanes) {
        var batches = new ArrayList<LaneBatch>();
        long first = Long.MAX_VALUE;
        for (var lane : new LinkedHashMap<>(lanes).entrySet()) {
            first = Math.min(first, lane.getValue().firstOffset());
            var id = idOf(intent.id(), lane.getKey().text());
            batches.add(new LaneBatch(id, route.stream(), shard, lane.getKey(), lane.getValue()));
        }
        return new Cut(route, intent, first, stretch, batches);
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

    Range stretch() {
        return stretch;
    }

    List<LaneBatch> batches() {
        return batches;
    }

    synchronized Intent intent() {
        return intent;
    }

    /**
     * Attempts at a batch that fail.
     *
     * @param sinceMillis when the first of them did
     */
    record Failing(long sinceMillis, int attempts) {}

    /** What the last run knows of the batch's failures; kept as the batch's own. */
    synchronized Optional<Failing> failingBefore(LaneBatch batch) {
        if (intent.firstFailureMillis().isEmpty()) {
            return Optional.empty();
        }
        var before = new Failing(intent.firstFailureMillis().getAsLong(), intent.attempts());
        failures.put(batch.id(), before);
        return Optional.of(before);
    }

    /** Notes that attempts at a batch fail; gives what is to be remembered of it all. */
    synchronized Intent failing(LaneBatch batch, Failing how) {
        failures.put(batch.id(), how);
        intent = intentOfFailures();
        return intent;
    }

    /** Notes that a batch is safe. The others have their own time. */
    synchronized void settled(LaneBatch batch) {
        failures.remove(batch.id());
        intent = intentOfFailures();
    }

    private Intent intentOfFailures() {
        var since = failures.values().stream().mapToLong(Failing::sinceMillis).min();
        int attempts =
                failures.values().stream().mapToInt(Failing::attempts).max().orElse(0);
        return new Intent(intent.upTo(), intent.id(), since, attempts);
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

    long bytes() {
        long bytes = 0;
        for (var batch : batches) {
            bytes += batch.bytes();
        }
        return bytes;
    }
}

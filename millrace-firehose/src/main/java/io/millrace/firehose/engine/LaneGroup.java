package io.millrace.firehose.engine;

import io.millrace.firehose.engine.Progress.Range;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lanes of one shard and route that are cut together. Where processing is repeatable each lane is a group of its own; where a
 * function may decide otherwise the next time, all that it decides on is one group, so that a replay can never look for a
 * record behind the mark of a lane that it was not in before.
 *
 * <p>Guarded by its shard's lock.
 */
final class LaneGroup {
    private final String key;
    private final Route route;
    private final Buffering buffering;
    private final Map<LaneKey, Buffer> open = new LinkedHashMap<>();
    private final Deque<Cut> cuts = new ArrayDeque<>();
    private Optional<Range> ahead;
    private Optional<Intent> resumed;
    private boolean delivering;
    private long from = -1;
    private @Nullable Instant openedAt;

    LaneGroup(String key, Route route, Buffering buffering, Progress.OfGroup known) {
        this.key = key;
        this.route = route;
        this.buffering = buffering;
        this.ahead = known.ahead();
        this.resumed = known.intent();
    }

    String key() {
        return key;
    }

    Route route() {
        return route;
    }

    Buffering buffering() {
        return buffering;
    }

    Map<LaneKey, Buffer> open() {
        return open;
    }

    Deque<Cut> cuts() {
        return cuts;
    }

    /** A delivery that the last run began, as long as its records have not all come again. */
    Optional<Intent> resumed() {
        return resumed;
    }

    /** Its records are not all what they were. */
    void resumeAs(Intent next) {
        resumed = Optional.of(next);
    }

    void resumedIsFormed() {
        resumed = Optional.empty();
    }

    boolean delivering() {
        return delivering;
    }

    void setDelivering(boolean now) {
        delivering = now;
    }

    /** Whether a record at this offset was delivered by an earlier run. */
    boolean has(long offset) {
        return ahead.isPresent() && ahead.get().holds(offset);
    }

    void opened(Instant now, long offset) {
        if (openedAt == null) {
            openedAt = now;
        }
        if (from < 0) {
            from = offset;
        }
    }

    void emptied() {
        openedAt = null;
    }

    /** When its oldest open buffer was opened. */
    @Nullable Instant openedAt() {
        return openedAt;
    }

    /** Notes that all up to the offset is delivered, and says what is as a whole. */
    Range delivered(Cut cut) {
        long upTo = cut.intent().upTo();
        long begin = from < 0 ? upTo : from;
        ahead = Optional.of(ahead.map(range -> new Range(Math.min(range.from(), begin), Math.max(range.upTo(), upTo)))
                .orElseGet(() -> new Range(begin, upTo)));
        return ahead.get();
    }

    boolean isBackup() {
        var backup = new LaneKey.Backup();
        return open.containsKey(backup)
                || cuts.stream()
                        .flatMap(cut -> cut.batches().stream())
                        .anyMatch(batch -> batch.lane().equals(backup));
    }

    /** Whether it has delivered all between the offsets already. */
    boolean hasAll(long from, long upTo) {
        return ahead.filter(range -> range.holdsAll(from, upTo)).isPresent();
    }

    boolean idle() {
        return open.isEmpty() && cuts.isEmpty() && !delivering && resumed.isEmpty();
    }

    boolean aheadOf(long low) {
        return ahead.isPresent() && ahead.get().upTo() > low;
    }

    /** The offset of the oldest record that is not delivered, or the largest number. */
    long pendingFrom() {
        long first = Long.MAX_VALUE;
        for (var cut : cuts) {
            first = Math.min(first, cut.firstOffset());
        }
        for (var buffer : open.values()) {
            first = Math.min(first, buffer.firstOffset());
        }
        return first;
    }

    long largestOpenBytes() {
        long largest = 0;
        for (var buffer : open.values()) {
            largest = Math.max(largest, buffer.bytes());
        }
        return largest;
    }

    long pendingBytes() {
        long bytes = 0;
        for (var buffer : open.values()) {
            bytes += buffer.bytes();
        }
        for (var cut : cuts) {
            bytes += cut.bytes();
        }
        return bytes;
    }
}

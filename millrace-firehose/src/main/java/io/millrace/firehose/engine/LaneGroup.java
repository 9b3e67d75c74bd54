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
    private Ahead ahead;
    private Optional<Intent> resumed;
    private boolean delivering;
    /** Since this offset each of its records is here or delivered; negative if there was none yet. */
    private long from = -1;

    private long notBefore;
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
        return ahead.holds(offset);
    }

    void opened(Instant now, long offset) {
        if (openedAt == null) {
            openedAt = now;
        }
        if (from < 0) {
            from = Math.max(offset, notBefore);
        }
    }

    /**
     * One of its records goes elsewhere. What comes after is told apart from what was before, or the record would count as
     * delivered with them.
     */
    void passedOver(long offset) {
        assert open.isEmpty() : key;
        from = -1;
        notBefore = offset + 1;
    }

    void emptied() {
        openedAt = null;
    }

    /** When its oldest open buffer was opened. */
    @Nullable Instant openedAt() {
        return openedAt;
    }

    /** What is delivered when all that is open now, up to the offset, is. */
    Range stretch(long upTo) {
        return new Range(from < 0 ? upTo : from, upTo);
    }

    /** Notes that a cut is delivered, and says what is as a whole beyond the low mark. */
    Ahead delivered(Cut cut, long low) {
        ahead = ahead.with(cut.stretch()).beyond(low);
        return ahead;
    }

    boolean isBackup() {
        var backup = new LaneKey.Backup();
        return open.containsKey(backup)
                || cuts.stream()
                        .flatMap(cut -> cut.batches().stream())
                        .anyMatch(batch -> batch.lane().equals(backup));
    }

    /** Whether it has delivered all between the offsets already. */
    boolean hasAll(long first, long upTo) {
        return ahead.holdsAll(first, upTo);
    }

    boolean idle() {
        return open.isEmpty() && cuts.isEmpty() && !delivering && resumed.isEmpty();
    }

    boolean aheadOf(long low) {
        return ahead.upTo() > low;
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

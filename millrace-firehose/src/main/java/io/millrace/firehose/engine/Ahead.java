package io.millrace.firehose.engine;

import io.millrace.firehose.engine.Progress.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * What a group of lanes has delivered beyond the low mark. All in one stretch, as a rule; in several where a record in between
 * went elsewhere because no partition was free: that one is delivered when the other lane has it, and not before.
 *
 * @param ranges ascending; no two of them overlap or touch
 */
record Ahead(List<Range> ranges) {
    static final Ahead NONE = new Ahead(List.of());

    Ahead {
        ranges = List.copyOf(ranges);
    }

    boolean holds(long offset) {
        // Asked for each record.
        for (var range : ranges) {
            if (range.holds(offset)) {
                return true;
            }
        }
        return false;
    }

    boolean holdsAll(long from, long upTo) {
        for (var range : ranges) {
            if (range.holdsAll(from, upTo)) {
                return true;
            }
        }
        return false;
    }

    /** The end of the last range; zero if there is none. */
    long upTo() {
        return ranges.isEmpty() ? 0 : ranges.getLast().upTo();
    }

    Ahead with(Range more) {
        if (more.from() >= more.upTo()) {
            return this;
        }
        var before = new ArrayList<Range>();
        var after = new ArrayList<Range>();
        var whole = more;
        for (var range : ranges) {
            if (range.upTo() < whole.from()) {
                before.add(range);
            } else if (range.from() > whole.upTo()) {
                after.add(range);
            } else {
                whole = new Range(Math.min(range.from(), whole.from()), Math.max(range.upTo(), whole.upTo()));
            }
        }
        before.add(whole);
        before.addAll(after);
        return new Ahead(before);
    }

    /** Without what is below the low mark anyway. */
    Ahead beyond(long low) {
        return ranges.stream().allMatch(range -> range.upTo() > low)
                ? this
                : new Ahead(ranges.stream().filter(range -> range.upTo() > low).toList());
    }
}

package io.millrace.firehose.engine;

import java.util.Map;
import java.util.Optional;

/**
 * How far a shard was delivered, as the catalog has it.
 *
 * @param low all records before this offset are delivered; absent if reading never began
 * @param groups what is known beyond that, by the group's key
 */
record Progress(Optional<Long> low, Map<String, OfGroup> groups) {
    static final Progress NONE = new Progress(Optional.empty(), Map.of());

    /** Whatever was put into a batch comes before this offset, delivered or not. */
    long begunUpTo() {
        long upTo = low.orElse(0L);
        for (var group : groups.values()) {
            long intended = group.intent().map(Intent::upTo).orElse(0L);
            upTo = Math.max(upTo, Math.max(intended, group.ahead().upTo()));
        }
        return upTo;
    }

    /**
     * One group of lanes.
     *
     * @param ahead what it has delivered beyond the low mark
     */
    record OfGroup(Ahead ahead, Optional<Intent> intent) {
        static final OfGroup NONE = new OfGroup(Ahead.NONE, Optional.empty());

        OfGroup with(Intent other) {
            return new OfGroup(ahead, Optional.of(other));
        }

        /** What of it matters to a group whose records begin at the offset. */
        OfGroup from(long offset) {
            return new OfGroup(ahead, intent.filter(begun -> begun.upTo() > offset));
        }
    }

    /** Offsets from the first up to, not including, the last. */
    record Range(long from, long upTo) {
        boolean holds(long offset) {
            return offset >= from && offset < upTo;
        }

        boolean holdsAll(long first, long end) {
            return first >= from && end <= upTo;
        }
    }
}

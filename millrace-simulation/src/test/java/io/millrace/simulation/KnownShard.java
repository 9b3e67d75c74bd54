package io.millrace.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.simulation.Records.Read;
import io.millrace.simulation.Records.Sent;
import io.millrace.streams.sequence.SequenceNumber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The records of one shard that must be there, by offset, and what may be seen of them. */
final class KnownShard {
    /** A record that was acknowledged or has been read once; there is no way back for it. */
    record Kept(String sequenceNumber, Sent sent, long sentMillis) {}

    private final List<Kept> records = new ArrayList<>();
    /** When they arrived, as their first reader was told. */
    private final List<Long> arrivals = new ArrayList<>();

    private final Map<String, Long> newestByKey = new HashMap<>();

    int count() {
        return records.size();
    }

    int countOfKnownArrivals() {
        return arrivals.size();
    }

    Kept record(int offset) {
        return records.get(offset);
    }

    long arrivalMillis(int offset) {
        return arrivals.get(offset);
    }

    /** The next record of the shard, behind all that were sent earlier with its key. */
    void keep(Kept kept) {
        var earlier = newestByKey.put(kept.sent().key(), kept.sent().number());
        if (earlier != null) {
            assertThat(kept.sent().number())
                    .as("a record of key %s behind #%s", kept.sent().key(), earlier)
                    .isGreaterThan(earlier);
        }
        keepInAnyOrder(kept);
    }

    /** The next record of the shard: its number leaves no gap. */
    void keepInAnyOrder(Kept kept) {
        var number = SequenceNumber.parse(kept.sequenceNumber()).orElseThrow();
        assertThat(number.offsetAt()).as("offset of %s", kept.sequenceNumber()).isEqualTo(records.size());
        records.add(kept);
    }

    /** What a reader was given at an offset is what was sent, and the same as it was for earlier readers. */
    void assertHolds(int offset, Read read) {
        assertThat(offset).as("offset of %s, which nobody was told of", read).isLessThan(records.size());
        var kept = records.get(offset);
        assertThat(read.data())
                .as("data at offset %s", offset)
                .isEqualTo(kept.sent().data());
        assertThat(read.key()).isEqualTo(kept.sent().key());
        assertThat(read.sequenceNumber()).as("number of %s", read).isEqualTo(kept.sequenceNumber());
        if (offset < arrivals.size()) {
            assertThat(read.arrivalMillis()).as("arrival of %s", read).isEqualTo(arrivals.get(offset));
            return;
        }
        assertThat(offset).as("offset of %s, the first to be read", read).isEqualTo(arrivals.size());
        assertThat(read.arrivalMillis()).as("arrival of %s", read).isGreaterThanOrEqualTo(kept.sentMillis());
        if (!arrivals.isEmpty()) {
            assertThat(read.arrivalMillis()).as("arrival of %s", read).isGreaterThanOrEqualTo(arrivals.getLast());
        }
        arrivals.add(read.arrivalMillis());
    }

    /** The first record that arrived at or after the moment. */
    int firstAtOrAfter(long millis) {
        int offset = 0;
        while (offset < arrivals.size() && arrivals.get(offset) < millis) {
            offset++;
        }
        return offset;
    }

    /** The first record that must be visible as long as only what arrived before the moment may be hidden. */
    int firstNotBefore(long millis) {
        long latest = Long.MIN_VALUE;
        for (int offset = 0; offset < records.size(); offset++) {
            long atLeast = offset < arrivals.size()
                    ? arrivals.get(offset)
                    : records.get(offset).sentMillis();
            latest = Math.max(latest, atLeast);
            if (latest >= millis) {
                return offset;
            }
        }
        return records.size();
    }
}

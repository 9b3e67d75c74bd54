package io.millrace.bench.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run does to its stream. */
enum Scenario {
    /** Batches of large records, a few connections: bytes a second. */
    PUT_RECORDS(8),
    /** The same by Firehose, into a delivery stream that is there. */
    PUT_RECORD_BATCH(8),
    /** Single small records, many connections: requests a second. */
    PUT_RECORD(64),
    /** Every shard from its beginning to its end, again and again. */
    GET_RECORDS(4),
    /** Every shard once, after what was put has left the page cache. */
    COLD_DRAIN(4),
    /** Half of the connections put batches, the other half follow. */
    MIXED(8);

    private final int usualConnections;

    Scenario(int usualConnections) {
        this.usualConnections = usualConnections;
    }

    int usualConnections() {
        return usualConnections;
    }

    /** As it is written on the command line: {@code put-records}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Scenario labelled(String label) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no scenario " + label + "; there are "
                        + Arrays.stream(values()).map(Scenario::label).collect(Collectors.joining(", "))));
    }
}

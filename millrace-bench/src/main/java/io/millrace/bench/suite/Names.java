package io.millrace.bench.suite;

import java.util.Arrays;
import java.util.List;

/** What the report calls those who were measured, with what they do before they answer a put; in its order. */
final class Names {
    static final String MILLRACE = "Millrace (fsync)";
    static final String MILLRACE_JUST_STARTED = "Millrace (fsync), just started";
    static final String MILLRACE_PROFILED = "Millrace, profiled";
    static final String MILLRACE_NO_SYNC = "Millrace (page cache)";
    static final String KAFKA = "Kafka (page cache)";
    static final String KAFKA_FSYNC = "Kafka (fsync)";

    private static final List<String> ORDER = List.of(
            MILLRACE,
            MILLRACE_JUST_STARTED,
            KAFKA_FSYNC,
            Peer.FERROKINESIS_DURABLE.label(),
            MILLRACE_NO_SYNC,
            KAFKA,
            Peer.FERROKINESIS.label(),
            Peer.KINESIS_MOCK.label(),
            Peer.KINESALITE.label(),
            Peer.MOTO.label());

    private Names() {}

    /** Whether it is another implementation of the API. */
    static boolean isPeer(String label) {
        return Arrays.stream(Peer.values()).anyMatch(peer -> peer.label().equals(label));
    }

    /** Whether it answers a put when it is on the disk. */
    static boolean syncs(String label) {
        return label.contains("(fsync)");
    }

    /** The durable ones first; who is not known comes last. It is also the colour in pictures. */
    static int order(String label) {
        int found = ORDER.indexOf(label);
        return found < 0 ? ORDER.size() : found;
    }
}

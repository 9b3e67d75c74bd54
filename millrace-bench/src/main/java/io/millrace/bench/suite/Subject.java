package io.millrace.bench.suite;

import io.millrace.bench.figure.Figure;

/** Who was measured doing what, and how: the same in all repeats. */
record Subject(String server, String scenario, String encoding, int shards, int connections) {
    static final String PUT_RECORDS = "PutRecords 500 x 1 KiB";
    static final String PUT_RECORD = "PutRecord 100 B";
    static final String GET_RECORDS = "GetRecords of 1 KiB";
    static final String COLD_GET_RECORDS = "cold GetRecords of 1 KiB";
    static final String PUT_TO_EVENT = "put to event";
    static final int USUAL_SHARDS = 4;
    static final int USUAL_SMALL_CONNECTIONS = 64;
    /** Of the numbers of a figure: payload, and calls. */
    static final String BYTES = "payload_bytes_per_second";

    static final String REQUESTS = "requests_per_second";

    private static final String FAN_OUT = "fan-out";
    private static final String SINK = "sink";

    static Subject of(Figure figure) {
        return new Subject(
                figure.text("server"),
                figure.text("scenario"),
                figure.text("encoding"),
                (int) figure.number("shards").orElse(0),
                (int) figure.number("connections").orElse(0));
    }

    /** Something that a server does or has once, such as a start. */
    static Subject once(String server, String scenario) {
        return new Subject(server, scenario, "", 0, 0);
    }

    boolean isOf(String label) {
        return server.equals(label);
    }

    boolean isSink() {
        return isOf(SINK);
    }

    boolean isProfiled() {
        return isOf(Names.MILLRACE_PROFILED);
    }

    /** Calls that were made as fast as the answers came. */
    boolean isLoad() {
        return connections > 0 && !isPutToEvent() && !isFanOut();
    }

    boolean isPutToEvent() {
        return scenario.equals(PUT_TO_EVENT);
    }

    boolean isFanOut() {
        return scenario.startsWith(FAN_OUT);
    }

    /** The scenario as all servers can be driven: Kafka has an encoding of its own and stands beside JSON. */
    boolean isCommon(String wanted) {
        return scenario.equals(wanted) && shards == USUAL_SHARDS && !encoding.equals("CBOR") && !isProfiled();
    }

    boolean isCommonPutRecord() {
        return isCommon(PUT_RECORD) && connections == USUAL_SMALL_CONNECTIONS;
    }

    /** The same calls to the server that does nothing. */
    Subject ofSink() {
        return new Subject(SINK, scenario, encoding, shards, connections);
    }
}

package io.millrace.bench.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server that speaks Kinesis and can be measured. */
interface Contender {
    /** What the report calls it. */
    String label();

    /** When it answers a put: what has happened to the record by then. */
    String durability();

    /** What is needed to run it and is not here. */
    Optional<String> missing();

    /** Does nothing if it was done before. */
    void install(Ground ground) throws IOException, InterruptedException;

    Launch launch(Ground ground, int port, Path data);

    /** Whether it pushes records to subscribers. */
    boolean pushes();

    /** How a server is started. */
    record Launch(List<String> command, Map<String, String> environment) {}
}

package io.millrace.bench.suite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our own server, as shipped.
 *
 * @param settings more words of its command line
 * @param javaOptions more options of its virtual machine
 */
record Millrace(String label, String durability, List<String> settings, String javaOptions) implements Contender {
    static Millrace asShipped() {
        return new Millrace(Names.MILLRACE, "after fdatasync", List.of(), "");
    }

    /** The same, of which figures are taken at once. */
    static Millrace justStarted() {
        return new Millrace(Names.MILLRACE_JUST_STARTED, "after fdatasync", List.of(), "");
    }

    static Millrace withoutSync() {
        return new Millrace(
                Names.MILLRACE_NO_SYNC,
                "when the operating system has it (`log.durability = os`)",
                List.of("--log.durability", "os"),
                "");
    }

    /** Takes thousands of shards in each of several streams. */
    static Millrace withManyShards() {
        return new Millrace(Names.MILLRACE, "after fdatasync", List.of("--streams.shard-limit", "100000"), "");
    }

    static Millrace recorded(Path recording) {
        return new Millrace(
                Names.MILLRACE_PROFILED,
                "after fdatasync",
                List.of(),
                "-XX:StartFlightRecording:settings=profile,jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=10ms,"
                        + "filename=" + recording);
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public void install(Ground ground) {
        // Whoever started us built it.
    }

    @Override
    public Launch launch(Ground ground, int port, Path data) {
        var command = new ArrayList<>(List.of(
                ground.launcher().toString(),
                "serve",
                "--port",
                Integer.toString(port),
                "--data-dir",
                data.toString()));
        command.addAll(settings);
        // Nothing is told about the Java it runs on: the cache for faster starts is of the one that the launcher finds.
        return new Launch(command, javaOptions.isEmpty() ? Map.of() : Map.of("MILLRACE_JAVA_OPTS", javaOptions));
    }

    @Override
    public boolean pushes() {
        return true;
    }
}

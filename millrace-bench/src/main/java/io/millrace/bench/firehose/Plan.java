package io.millrace.bench.firehose;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What to measure, where, and for how long.
 *
 * @param launcher what starts the server
 * @param work a folder on the disk to measure, emptied by whoever made it
 * @param cache where peers are installed
 * @param into where the report goes
 * @param repeats of puts and drains
 * @param measured of each put and of each way to a destination
 * @param drainMaxBytes put before they are drained; of what is converted, two thirds of it
 * @param many how many delivery streams
 * @param commit of what is measured, for the report
 */
record Plan(
        Path launcher,
        Path work,
        Path cache,
        Path into,
        List<Step> steps,
        int repeats,
        Duration warmUp,
        Duration measured,
        long drainMaxBytes,
        int many,
        String commit) {
    static final String USAGE = """
            FirehoseDriver --launcher FILE --work DIR --into DIR [options]
              --launcher FILE   what starts the server: millrace
              --work DIR        an empty folder on the disk to measure; needs 10 GB
              --into DIR        for report.md and figures.jsonl
              --cache DIR       where bench/run has installed peers          (~/.cache/millrace-bench)
              --steps A,B       limits,loops,puts,drain,latency,many,peers   (all)
              --repeats N       of puts and drains                           (2)
              --warm-up-seconds N                                            (1)
              --seconds N       measured in each repeat                      (2)
              --drain-mb N      put before they are drained                  (384)
              --many N          how many delivery streams                    (1000)
            """;

    /** What can be left out. */
    enum Step {
        LIMITS,
        LOOPS,
        PUTS,
        DRAIN,
        LATENCY,
        MANY,
        PEERS
    }

    static Plan parse(Arguments arguments) {
        return new Plan(
                path(arguments, "--launcher").toAbsolutePath(),
                path(arguments, "--work"),
                arguments
                        .take("--cache")
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache/millrace-bench")),
                path(arguments, "--into"),
                arguments.take("--steps").map(Plan::steps).orElse(List.of(Step.values())),
                arguments.takeInt("--repeats").orElse(2),
                arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ofSeconds(1)),
                arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(2)),
                arguments.takeInt("--drain-mb").orElse(384) * 1_000_000L,
                arguments.takeInt("--many").orElse(1000),
                arguments.take("--commit").orElse("unknown"));
    }

    private static Path path(Arguments arguments, String name) {
        return Path.of(arguments.take(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing")));
    }

    private static List<Step> steps(String names) {
        return Stream.of(names.split(",", -1)).map(Plan::step).toList();
    }

    private static Step step(String name) {
        return Arrays.stream(Step.values())
                .filter(step -> step.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no step " + name));
    }

    boolean has(Step step) {
        return steps.contains(step);
    }

    Path rows() {
        return work.resolve("rows.jsonl");
    }

    void tell(Figure figure) throws IOException {
        figure.appendTo(rows());
    }
}

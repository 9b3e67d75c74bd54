package io.millrace.bench.suite;

import io.millrace.bench.arguments.Arguments;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to measure and for how long.
 *
 * @param endpoint a server that runs already, instead of all others
 * @param kafkaClassPath where Kafka and its driver are; empty if it could not be had
 * @param kafkaMissing why it could not
 * @param driven how long each scenario is done with a server of ours before anything counts
 * @param logMeasured how long each workload of the log alone is measured
 * @param storedRecords how many records are put for the growth by records
 * @param growthShards in which steps the number of shards grows
 * @param recordings a folder for flight recordings; nothing is profiled without one
 * @param appendix Markdown that goes to the end of the report
 */
record SuiteOptions(
        Ground ground,
        List<Step> steps,
        List<Peer> peers,
        Optional<URI> endpoint,
        String kafkaClassPath,
        String kafkaMissing,
        Duration warmUp,
        Duration measured,
        Duration driven,
        int repeats,
        int starts,
        Duration logMeasured,
        int storedRecords,
        List<Integer> growthShards,
        Optional<Path> recordings,
        Optional<Path> appendix,
        Path into) {
    /** The parts of a run, in their order. */
    enum Step {
        LIMITS,
        START,
        MAIN,
        PUSH,
        COLD,
        NOSYNC,
        GROWTH,
        LOG,
        STORED,
        PEERS,
        KAFKA
    }

    static SuiteOptions parse(Arguments arguments) {
        var ground = new Ground(
                path(arguments, "--home"),
                path(arguments, "--work"),
                path(arguments, "--cache"),
                System.getProperty("java.class.path"));
        var options = new SuiteOptions(
                ground,
                words(arguments, "--steps", "limits,start,main,push,cold,nosync,growth,log,stored,peers,kafka")
                        .map(word -> Step.valueOf(word.toUpperCase(Locale.ROOT)))
                        .toList(),
                words(arguments, "--peers", "ferrokinesis,ferrokinesis-durable,kinesis-mock,kinesalite,moto")
                        .map(SuiteOptions::peer)
                        .toList(),
                arguments.take("--endpoint").map(URI::create),
                arguments.take("--kafka-class-path").orElse(""),
                arguments.take("--kafka-missing").orElse("its class path was not given"),
                arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ofSeconds(1)),
                arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(2)),
                arguments.takeSeconds("--drive-seconds").orElse(Duration.ofSeconds(3)),
                arguments.takeInt("--repeats").orElse(2),
                arguments.takeInt("--starts").orElse(5),
                arguments.takeSeconds("--log-seconds").orElse(Duration.ofSeconds(5)),
                arguments.takeInt("--stored-records").orElse(2_000_000),
                words(arguments, "--growth-shards", "1,1000,10000")
                        .map(Integer::valueOf)
                        .toList(),
                arguments.take("--recordings").map(Path::of),
                arguments.take("--appendix").map(Path::of),
                path(arguments, "--into"));
        arguments.refuseTheRest();
        return options;
    }

    boolean has(Step step) {
        return steps.contains(step);
    }

    /**
     * How long a driver may take for so many measurements. Twice what a server needs that keeps up: one that does not must
     * not take the others' time, and what was measured by then counts.
     */
    Duration waitMax(int measurements) {
        return warmUp.plus(measured.multipliedBy(2))
                .plusSeconds(1)
                .multipliedBy(measurements)
                .plusSeconds(20);
    }

    private static Peer peer(String word) {
        return Arrays.stream(Peer.values())
                .filter(peer -> peer.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no peer " + word));
    }

    private static Path path(Arguments arguments, String name) {
        return Path.of(arguments.take(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing")))
                .toAbsolutePath();
    }

    private static Stream<String> words(Arguments arguments, String name, String otherwise) {
        return Stream.of(arguments.take(name).orElse(otherwise).split(",", -1)).filter(word -> !word.isEmpty());
    }
}

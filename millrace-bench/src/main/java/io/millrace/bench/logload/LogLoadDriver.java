package io.millrace.bench.logload;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import io.millrace.log.LogConfig;
import io.millrace.log.SegmentLog;
import io.millrace.log.disk.LocalDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Appends to a log of its own, with the server's settings, as fast as it becomes durable, and prints a Markdown table.
 * Leaves with 1 if an append was refused.
 */
public final class LogLoadDriver {
    private static final int REFUSED = 1;
    private static final int WRONG_USAGE = 2;
    private static final String USAGE = """
            LogLoadDriver --dir DIR [options]
              --dir DIR              on the disk to measure; the log's folder in it is deleted afterwards
              --workloads A,B        batches,spread,singles                     (all)
              --seconds N            measured                                   (10)
              --warm-up-seconds N    before that                                (3)
              --kept-mib N           of the newest records' data; older are given up  (3072)
              --server NAME          what the rows call it                      (log)
              --json FILE            appends a line of JSON for each row
            """;
    private static final String HEAD = """
            | Server | Workload | Shards | Writers | MB/s | Records/s | p50 ms | p99 ms | p99.9 ms | Max ms | Refused | Cores | Segment files | Runs | Most MiB on disk |
            | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |""";

    private final Path parent;
    private final String server;
    private final Duration warmUp;
    private final Duration measured;
    private final long keptBytes;
    private final Optional<Path> jsonLines;

    private LogLoadDriver(Arguments arguments) {
        parent = Path.of(arguments.take("--dir").orElseThrow(() -> new IllegalArgumentException("--dir is missing")));
        server = arguments.take("--server").orElse("log");
        warmUp = arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ofSeconds(3));
        measured = arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(10));
        keptBytes = (long) arguments.takeInt("--kept-mib").orElse(3072) << 20;
        jsonLines = arguments.take("--json").map(Path::of);
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        try {
            var arguments = new Arguments(words);
            var driver = new LogLoadDriver(arguments);
            var workloads = workloads(arguments.take("--workloads").orElse("batches,spread,singles"));
            arguments.refuseTheRest();
            boolean clean = true;
            System.out.println(HEAD);
            for (var workload : workloads) {
                clean &= driver.drive(workload);
            }
            System.exit(clean ? 0 : REFUSED);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    private static List<Workload> workloads(String words) {
        return Arrays.stream(words.split(",", -1))
                .map(word -> Workload.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList();
    }

    private boolean drive(Workload workload) throws IOException, InterruptedException {
        Files.createDirectories(parent);
        var directory = Files.createTempDirectory(parent, "log-");
        try {
            return tell(workload, measure(workload, directory));
        } finally {
            delete(directory);
        }
    }

    /** @param cores how many the log and its writers kept busy, warm-up and end included */
    private record Measured(Writers.Counted counted, Retention.Seen seen, double cores) {}

    private Measured measure(Workload workload, Path directory) throws IOException, InterruptedException {
        try (var log =
                SegmentLog.open(LogConfig.defaults(directory), new LocalDisk(), InstantSource.system(), new Random())) {
            Shards.open(log, workload.shards());
            long keptRecords = keptBytes / (workload.payloadBytes() / workload.records());
            var retention = Retention.start(log, directory, workload.shards(), keptRecords);
            var writers = new Writers(log, workload.appends(), workload.writers());
            long began = System.nanoTime();
            long cpuBefore = cpuNanos();
            var counted = writers.work(warmUp, measured);
            double cores = (double) (cpuNanos() - cpuBefore) / (System.nanoTime() - began);
            return new Measured(counted, retention.end(), cores);
        }
    }

    private static long cpuNanos() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    private boolean tell(Workload workload, Measured measured) throws IOException {
        var counted = measured.counted;
        var latencies = counted.latencies();
        double appendsPerSecond = latencies.count() * 1e9 / counted.measured().toNanos();
        var seen = measured.seen;
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %d | %d | %,.1f | %,.0f | %s | %s | %s | %s | %d | %.2f | %d | %d | %,d |",
                server,
                workload.label(),
                workload.shards(),
                workload.writers(),
                appendsPerSecond * workload.payloadBytes() / 1e6,
                appendsPerSecond * workload.records(),
                millis(latencies.percentile(50)),
                millis(latencies.percentile(99)),
                millis(latencies.percentile(99.9)),
                millis(latencies.max()),
                counted.errors(),
                measured.cores,
                seen.segments(),
                seen.runs(),
                seen.bytesMax() >> 20));
        if (jsonLines.isPresent()) {
            Figure.of(server, workload.label())
                    .with("shards", workload.shards())
                    .with("writers", workload.writers())
                    .with("measured_seconds", counted.measured().toNanos() / 1e9)
                    .with("records_per_second", appendsPerSecond * workload.records())
                    .with("payload_bytes_per_second", appendsPerSecond * workload.payloadBytes())
                    .with("requests_per_second", appendsPerSecond)
                    .with("errors", counted.errors())
                    .with("cores", measured.cores)
                    .with("segment_files", seen.segments())
                    .with("regrouped_files", seen.runs())
                    .with("disk_bytes_max", seen.bytesMax())
                    .with(latencies)
                    .appendTo(jsonLines.get());
        }
        var failure = counted.firstError().isEmpty() ? seen.failure() : counted.firstError();
        if (!failure.isEmpty()) {
            System.err.println(workload.label() + ": " + failure);
        }
        return failure.isEmpty();
    }

    private static String millis(Duration latency) {
        return String.format(Locale.ROOT, "%.2f", latency.toNanos() / 1e6);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

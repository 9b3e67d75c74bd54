package io.millrace.bench.stored;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import io.millrace.bench.latency.Latencies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Fills a server with small records, measures puts and reads at the tail on the way, then cuts it down and starts it
 * again. Prints two Markdown tables. Leaves with 1 when a record was refused or missing.
 */
public final class StoredDriver {
    private static final int WENT_WRONG = 1;
    private static final int WRONG_USAGE = 2;
    private static final String STREAM = "stored";
    private static final String WARM_UP_STREAM = "warm-up";
    private static final long FIRST_MARK_RECORDS = 1_000_000;
    /** Fits the memory that the tail is served from, however small the records. */
    private static final int TAIL_ROUND_RECORDS = 100_000;

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(2);
    private static final String USAGE = """
            StoredDriver --launcher FILE --dir DIR [options]
              --launcher FILE   what starts the server: millrace
              --dir DIR         for the server's data, deleted afterwards; about 70 bytes a record
              --records N       stored in the end                              (2000000)
              --shards N        of the stream                                  (4)
              --warm-up-seconds N  puts into another stream, before all        (10)
              --seconds N       for each measurement of puts and of reads      (2)
              --starts N        after kill -9                                  (3)
              --server NAME     what the rows call it                          (millrace)
              --json FILE       appends a line of JSON for each row
            """;
    private static final String GROWTH_HEAD = """
            | Records stored | Put records/s | p50 ms | p99 ms | Tail read records/s | On disk MiB |
            | --: | --: | --: | --: | --: | --: |""";
    private static final String START_HEAD = """

            | Records stored | Start after kill -9 | First GetRecords ms | First PutRecords ms |
            | --: | --: | --: | --: |""";

    private final Path launcher;
    private final Path parent;
    private final long records;
    private final int shards;
    private final Duration warmUp;
    private final Duration each;
    private final int starts;
    private final String server;
    private final Optional<Path> jsonLines;
    private final SmallRecords small = new SmallRecords(STREAM);
    private long stored;

    private StoredDriver(Arguments arguments) {
        launcher = Path.of(required(arguments, "--launcher")).toAbsolutePath();
        parent = Path.of(required(arguments, "--dir"));
        records = arguments.takeInt("--records").orElse(2_000_000);
        shards = arguments.takeInt("--shards").orElse(4);
        warmUp = arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ofSeconds(10));
        each = arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(2));
        starts = arguments.takeInt("--starts").orElse(3);
        server = arguments.take("--server").orElse("millrace");
        jsonLines = arguments.take("--json").map(Path::of);
    }

    public static void main(String[] words) throws InterruptedException {
        try {
            var arguments = new Arguments(words);
            var driver = new StoredDriver(arguments);
            arguments.refuseTheRest();
            driver.drive();
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(WENT_WRONG);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    private static String required(Arguments arguments, String name) {
        return arguments.take(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private void drive() throws IOException, InterruptedException {
        var data = Files.createTempDirectory(Files.createDirectories(parent), "stored-");
        try {
            Tail tail;
            try (var running = StartedServer.start(launcher, data)) {
                tail = grow(running, data);
                running.kill();
            }
            System.out.println(START_HEAD);
            for (int start = 1; start <= starts; start++) {
                startAgain(data, tail, start);
            }
        } finally {
            delete(data);
        }
    }

    /** Returns a consumer that has read all. */
    private Tail grow(StartedServer running, Path data) throws IOException, InterruptedException {
        var client = running.client();
        untilAnswered(running, () -> client.call("ListStreams", "{}"));
        // What a server does in its first seconds is slower than all that follows.
        create(running, WARM_UP_STREAM);
        warmUp(client);
        client.call("DeleteStream", "{\"StreamName\":\"" + WARM_UP_STREAM + "\"}");
        create(running, STREAM);

        System.out.println(GROWTH_HEAD);
        var tail = Tail.of(client, STREAM, shards);
        for (long mark : marks()) {
            if (mark > stored) {
                stored += small.put(client, mark - stored).records();
            }
            tail = measure(client, data);
        }
        return tail;
    }

    /** Returns when it can be put into. */
    private void create(StartedServer running, String stream) throws IOException, InterruptedException {
        var client = running.client();
        client.call("CreateStream", "{\"StreamName\":\"" + stream + "\",\"ShardCount\":" + shards + "}");
        untilAnswered(running, () -> Tail.of(client, stream, shards));
    }

    private void warmUp(Client client) throws IOException, InterruptedException {
        var puts = new SmallRecords(WARM_UP_STREAM);
        long began = System.nanoTime();
        while (System.nanoTime() - began < warmUp.toNanos()) {
            var tail = Tail.of(client, WARM_UP_STREAM, shards);
            tail.read(client, puts.put(client, TAIL_ROUND_RECORDS).records());
        }
    }

    /** None, a million, ten times that and so on, and what was asked for. */
    private List<Long> marks() {
        var marks = new ArrayList<>(List.of(0L));
        for (long mark = FIRST_MARK_RECORDS; mark < records; mark *= 10) {
            marks.add(mark);
        }
        marks.add(records);
        return marks;
    }

    private Tail measure(Client client, Path data) throws IOException, InterruptedException {
        long before = stored;
        var put = small.putFor(client, each);
        stored += put.records();
        var tail = Tail.of(client, STREAM, shards);
        long read = 0;
        long nanos = 0;
        while (nanos < each.toNanos()) {
            long fresh = small.put(client, TAIL_ROUND_RECORDS).records();
            stored += fresh;
            nanos += tail.read(client, fresh).toNanos();
            read += fresh;
        }
        tellGrowth(before, put.perSecond(), put.latencies(), read * 1e9 / nanos, bytesIn(data));
        return tail;
    }

    /** Starts it, asks for the oldest record and puts more until both succeed, and sees that nothing is missing. */
    private void startAgain(Path data, Tail tail, int start) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (var running = StartedServer.start(launcher, data)) {
            var client = running.client();
            untilAnswered(running, () -> Tail.read(client, Tail.iterator(client, STREAM, 0, "TRIM_HORIZON"), 1));
            double readMillis = (System.nanoTime() - began) / 1e6;
            long before = stored;
            stored += small.put(client, SmallRecords.BATCH_RECORDS).records();
            double putMillis = (System.nanoTime() - began) / 1e6;
            // Exactly these come behind what was read last: all before the kill is there, and nothing twice.
            tail.read(client, stored - before);
            tellStart(before, start, readMillis, putMillis);
            running.kill();
        }
    }

    /** What may fail while the server starts. */
    private interface Attempt {
        Object make() throws IOException;
    }

    private static void untilAnswered(StartedServer running, Attempt attempt) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + ANSWERS_WITHIN.toNanos();
        while (true) {
            try {
                attempt.make();
                return;
            } catch (IOException e) {
                if (!running.isAlive() || System.nanoTime() - giveUpAt > 0) {
                    throw new IOException("the server does not answer: " + e.getMessage(), e);
                }
                Thread.sleep(ASK_AGAIN_AFTER);
            }
        }
    }

    private void tellGrowth(long before, double putPerSecond, Latencies latencies, double readPerSecond, long bytes)
            throws IOException {
        System.out.println(String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %.2f | %.2f | %,.0f | %,d |",
                before,
                putPerSecond,
                latencies.percentile(50).toNanos() / 1e6,
                latencies.percentile(99).toNanos() / 1e6,
                readPerSecond,
                bytes >> 20));
        tell(Figure.of(server, "stored records")
                .with("shards", shards)
                .with("stored_records", before)
                .with("put_records_per_second", putPerSecond)
                .with("tail_records_per_second", readPerSecond)
                .with("disk_bytes", bytes)
                .with(latencies));
    }

    private void tellStart(long before, int start, double readMillis, double putMillis) throws IOException {
        System.out.println(
                String.format(Locale.ROOT, "| %,d | %d | %,.0f | %,.0f |", before, start, readMillis, putMillis));
        tell(Figure.of(server, "start with stored records after kill -9")
                .with("stored_records", before)
                .with("first_read_millis", readMillis)
                .with("first_put_millis", putMillis));
    }

    private void tell(Figure figure) throws IOException {
        if (jsonLines.isPresent()) {
            figure.appendTo(jsonLines.get());
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        long bytes = 0;
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                bytes += sizeOf(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return bytes;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            // Let go since it was listed.
            return 0;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

/** A stream of one server is copied to another server, whatever happens to the stream and to the copying. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class MirrorTest {
    private static final BigInteger HASH_KEYS_HALF = BigInteger.TWO.pow(127);
    private static final int KEYS = 40;
    private static final int PER_KEY = 60;
    private static final int KILLS = 4;
    private static final String IDLE = "1s";
    private static final Duration WAIT_MAX = Duration.ofSeconds(90);

    private static Millrace here;
    private static Millrace there;

    @TempDir
    private Path folder;

    private final KinesisClient hereClient = SdkClient.URL_CONNECTION.connect(here);
    private final KinesisClient thereClient = SdkClient.URL_CONNECTION.connect(there);
    private final Kinesis source = new Kinesis(hereClient);
    private final Kinesis target = new Kinesis(thereClient);
    private CommandRun command;

    @BeforeAll
    static void startServers() {
        here = Millrace.start(MillraceConfig.ephemeral());
        there = Millrace.start(MillraceConfig.ephemeral());
    }

    @AfterAll
    static void stopServers() {
        here.close();
        there.close();
    }

    @BeforeEach
    void useHome() {
        command = new CommandRun(here.endpoint().toString(), folder);
    }

    @Test
    void copiesDataKeysOrderAndRoutingIntoAStreamWithTheSameShards() {
        var stream = source.newStream(3);
        var random = new SplittableRandom(3);
        var routes = IntStream.range(0, KEYS)
                .mapToObj(_ -> new BigInteger(128, new Random(random.nextLong())).toString())
                .toList();
        put(
                stream,
                IntStream.range(0, 3_000)
                        .mapToObj(n -> {
                            int key = random.nextInt(KEYS);
                            var record = PutRecordsRequestEntry.builder()
                                    .partitionKey((n % 3 == 0 ? "routed-" : "key-") + key)
                                    .data(SdkBytes.fromUtf8String(n + "." + "x".repeat(random.nextInt(50))));
                            return n % 3 == 0
                                    ? record.explicitHashKey(routes.get(key)).build()
                                    : record.build();
                        })
                        .toList());
        // Two shards of unequal size: the copy must be split where the source was.
        split(hereClient, stream, Kinesis.SECOND, HASH_KEYS_HALF.subtract(BigInteger.TEN));
        put(stream, numbered(0, 5));

        var result = mirror(stream, "copy-of-" + stream, "--create", "--until-idle", IDLE);

        assertThat(result.err()).contains("Created stream copy-of-" + stream, "with 4 shards");
        assertThat(Tiling.openRanges(target.shards("copy-of-" + stream)))
                .isEqualTo(Tiling.openRanges(source.shards(stream)));
        var original = records(source, stream);
        var copy = records(target, "copy-of-" + stream);
        assertThat(copy).hasSize(3_000 + 5 * KEYS);
        assertThat(byKey(copy)).isEqualTo(byKey(original));
        // The open shards of the source that were never resharded are the same, record by record.
        assertThat(texts(
                        target, "copy-of-" + stream, Tiling.shardThatBeginsAt(target.shards("copy-of-" + stream), "0")))
                .isEqualTo(texts(source, stream, Kinesis.FIRST));
    }

    @Test
    void keepsTheOrderOfKeysWhileTheSourceIsResharded() throws Exception {
        var stream = source.newStream(1);
        var copy = target.newStream(3);
        try (var runs = Executors.newVirtualThreadPerTaskExecutor()) {
            var mirror = CompletableFuture.supplyAsync(
                    () -> run("mirror", stream, copy, "--target-endpoint", thereUrl()), runs);

            put(stream, numbered(0, 15));
            split(hereClient, stream, Kinesis.FIRST, HASH_KEYS_HALF);
            put(stream, numbered(15, 30));
            split(hereClient, stream, Kinesis.THIRD, HASH_KEYS_HALF.add(HASH_KEYS_HALF.shiftRight(1)));
            put(stream, numbered(30, 45));
            merge(stream, Kinesis.SECOND, "shardId-000000000003");
            put(stream, numbered(45, PER_KEY));
            awaitCount(copy, KEYS * PER_KEY, () -> !mirror.isDone());
            command.interrupt();

            var result = mirror.get(1, TimeUnit.MINUTES);
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(result.err()).contains(KEYS * PER_KEY / 1000 + ",");
        }
        assertThat(byKey(records(target, copy))).isEqualTo(everythingInOrder());
    }

    @Test
    void goesOnAfterItsCheckpointWhenItWasInterrupted() {
        var stream = source.newStream(2);
        var copy = target.newStream(2);
        put(stream, numbered(0, 10));
        mirror(stream, copy, "--until-idle", IDLE);
        put(stream, numbered(10, 20));
        split(hereClient, stream, Kinesis.FIRST, HASH_KEYS_HALF.shiftRight(1));
        put(stream, numbered(20, PER_KEY));

        var second = mirror(stream, copy, "--until-idle", IDLE);

        assertThat(second.err()).contains("Going on after the checkpoint");
        assertThat(byKey(records(target, copy))).isEqualTo(everythingInOrder());
    }

    @Test
    void losesNothingWhenItsProcessIsKilledAgainAndAgain() throws Exception {
        var stream = source.newStream(2);
        var copy = target.newStream(3);
        var random = new SplittableRandom(7);
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int kill = 0; kill < KILLS; kill++) {
                int from = kill * PER_KEY / KILLS;
                int to = (kill + 1) * PER_KEY / KILLS;
                int before = records(target, copy).size();
                var written = writers.submit(() -> {
                    for (int number = from; number < to; number++) {
                        put(stream, numbered(number, number + 1));
                    }
                });
                var process = startMirror(stream, copy);
                awaitCount(copy, before + random.nextInt(1, (to - from) * KEYS), process::isAlive);
                process.destroyForcibly().waitFor();
                written.get();
                if (kill == 1) {
                    split(hereClient, stream, Kinesis.FIRST, HASH_KEYS_HALF.shiftRight(1));
                }
            }
        }
        mirror(stream, copy, "--until-idle", IDLE);

        byKey(records(target, copy)).forEach((key, numbers) -> {
            assertThat(new TreeSet<>(numbers)).as(key).hasSize(PER_KEY);
            int last = -1;
            int sentAgain = 0;
            for (int number : numbers) {
                if (number != last + 1) {
                    assertThat(number).as("%s in %s", key, numbers).isLessThanOrEqualTo(last);
                    sentAgain++;
                }
                last = number;
            }
            assertThat(sentAgain).as("%s in %s", key, numbers).isLessThanOrEqualTo(KILLS);
        });
    }

    @Test
    void endsWellWhenItsProcessIsAskedToEnd() throws Exception {
        var stream = source.newStream(1);
        var copy = target.newStream(1);
        put(stream, numbered(0, 1));
        var process = startMirror(stream, copy);
        awaitCount(copy, KEYS, process::isAlive);

        process.destroy();

        assertThat(process.waitFor()).isZero();
        assertThat(folder.resolve("mirror.log")).content().contains(" to " + copy + " at " + there.endpoint());
    }

    @Test
    void copiesOnlyWhatComesLaterWhenAskedTo() throws Exception {
        var stream = source.newStream(1);
        var copy = target.newStream(1);
        put(stream, numbered(0, 1));
        try (var runs = Executors.newVirtualThreadPerTaskExecutor()) {
            var mirror = CompletableFuture.supplyAsync(
                    () -> run("mirror", stream, copy, "--from", "latest", "--target-endpoint", thereUrl()), runs);
            // Where "now" is, the mirror alone knows; it has begun when something of this comes through.
            var marks = new AtomicInteger();
            Await.within(WAIT_MAX, "a mirror that has begun", () -> {
                assertThat(mirror).isNotDone();
                put(stream, List.of(record("mark", marks.getAndIncrement())));
                return !records(target, copy).isEmpty();
            });
            put(stream, numbered(1, 3));
            Await.within(WAIT_MAX, "all keys", () -> {
                assertThat(mirror).isNotDone();
                return byKey(records(target, copy))
                        .keySet()
                        .containsAll(everythingInOrder().keySet());
            });
            command.interrupt();
            assertThat(mirror.get(1, TimeUnit.MINUTES).exitCode()).isZero();
        }
        assertThat(byKey(records(target, copy)).get("key-0")).doesNotContain(0);
    }

    @Test
    void refusesACheckpointThatIsAboutAStreamThatWasMadeAnew() {
        var stream = source.newStream(1);
        var copy = target.newStream(1);
        mirror(stream, copy, "--until-idle", "1ms");
        var first = created(stream);
        // The service tells the time of its making in whole seconds.
        Await.until("a stream of another second", () -> {
            hereClient.deleteStream(request -> request.streamName(stream));
            source.awaitGone(stream);
            hereClient.createStream(request -> request.streamName(stream).shardCount(1));
            source.awaitActive(stream);
            return !created(stream).equals(first);
        });

        var result = run("mirror", stream, copy, "--target-endpoint", thereUrl());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("is about another source").hasLineCount(1);
    }

    @Test
    void saysWhichOfTheTwoStreamsIsMissing() {
        var stream = source.newStream(1);

        var noTarget = run("mirror", stream, "nothing", "--target-endpoint", thereUrl());
        var noSource = run("mirror", "nothing", stream, "--target-endpoint", thereUrl());

        assertThat(noTarget.err()).startsWith("Stream nothing does not exist at " + there.endpoint());
        assertThat(noSource.err()).startsWith("Stream nothing does not exist at " + here.endpoint());
        assertThat(List.of(noTarget.exitCode(), noSource.exitCode())).containsOnly(1);
    }

    private Instant created(String stream) {
        return hereClient
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamCreationTimestamp();
    }

    private CommandRun.Result mirror(String from, String to, String... more) {
        var arguments = new ArrayList<>(List.of("mirror", from, to, "--target-endpoint", thereUrl()));
        arguments.addAll(List.of(more));
        return command.succeed(arguments.toArray(String[]::new));
    }

    private CommandRun.Result run(String... arguments) {
        return command.run(arguments);
    }

    private static String thereUrl() {
        return there.endpoint().toString();
    }

    private Process startMirror(String from, String to) throws IOException {
        return CommandProcess.start(
                folder,
                folder.resolve("mirror.log"),
                "mirror",
                from,
                to,
                "--source-endpoint",
                here.endpoint().toString(),
                "--target-endpoint",
                thereUrl());
    }

    private void awaitCount(String stream, int count, BooleanSupplier runs) {
        Await.within(WAIT_MAX, count + " records in " + stream, () -> {
            // Asked first: what a mirror did before it ended is there when it is counted.
            boolean running = runs.getAsBoolean();
            boolean there = records(target, stream).size() >= count;
            assertThat(there || running)
                    .as("a mirror that runs; it says: %s", log())
                    .isTrue();
            assertThat(log()).doesNotContain("Unexpected");
            return there;
        });
    }

    /** What mirrors in processes of their own said. */
    private String log() {
        var log = folder.resolve("mirror.log");
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(String stream, List<PutRecordsRequestEntry> records) {
        for (int from = 0; from < records.size(); from += 500) {
            var call = records.subList(from, Math.min(records.size(), from + 500));
            var reply =
                    hereClient.putRecords(request -> request.streamName(stream).records(call));
            assertThat(reply.failedRecordCount()).isZero();
        }
    }

    /** For each key the numbers from one up to another, as a producer of all keys would write them. */
    private static List<PutRecordsRequestEntry> numbered(int from, int to) {
        return IntStream.range(from, to)
                .boxed()
                .flatMap(number -> IntStream.range(0, KEYS).mapToObj(key -> record("key-" + key, number)))
                .toList();
    }

    private static PutRecordsRequestEntry record(String key, int number) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromUtf8String(String.valueOf(number)))
                .build();
    }

    private static Map<String, List<Integer>> everythingInOrder() {
        var all = new HashMap<String, List<Integer>>();
        for (int key = 0; key < KEYS; key++) {
            all.put("key-" + key, IntStream.range(0, PER_KEY).boxed().toList());
        }
        return all;
    }

    /** The numbers that the records of each key begin with, in the order of the stream. */
    private static Map<String, List<Integer>> byKey(List<Record> records) {
        var numbers = new HashMap<String, List<Integer>>();
        for (var record : records) {
            numbers.computeIfAbsent(record.partitionKey(), _ -> new ArrayList<>())
                    .add(Integer.valueOf(record.data().asUtf8String().split("\\.", -1)[0]));
        }
        return numbers;
    }

    /** All records, shard by shard, which is parents before children. */
    private static List<Record> records(Kinesis kinesis, String stream) {
        return kinesis.shards(stream).stream()
                .flatMap(shard -> kinesis.read(stream, shard.shardId()).records().stream())
                .toList();
    }

    private static List<String> texts(Kinesis kinesis, String stream, String shardId) {
        return kinesis.read(stream, shardId).texts();
    }

    private void split(KinesisClient client, String stream, String shard, BigInteger at) {
        client.splitShard(
                request -> request.streamName(stream).shardToSplit(shard).newStartingHashKey(at.toString()));
        new Kinesis(client).awaitActive(stream);
    }

    private void merge(String stream, String left, String right) {
        hereClient.mergeShards(
                request -> request.streamName(stream).shardToMerge(left).adjacentShardToMerge(right));
        source.awaitActive(stream);
    }
}

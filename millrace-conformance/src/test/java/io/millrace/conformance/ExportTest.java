package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

/** What is exported from one stream and imported into another is there as it was. */
@ExtendWith(SharedServer.class)
class ExportTest {
    private static final int KEYS = 20;
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);
    private static final BigInteger HASH_KEYS_QUARTER = BigInteger.TWO.pow(126);
    /** In the second of two shards, where few of the keys lead by themselves. */
    private static final String ROUTE =
            BigInteger.TWO.pow(127).add(BigInteger.ONE).toString();

    @TempDir
    private Path folder;

    private KinesisClient client;
    private Kinesis kinesis;
    private CommandRun command;

    @BeforeEach
    void useServer(Millrace millrace) {
        client = SdkClient.URL_CONNECTION.connect(millrace);
        kinesis = new Kinesis(client);
        command = new CommandRun(millrace.endpoint().toString(), folder.resolve("home"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders.jsonl", "orders.jsonl.gz", "orders/"})
    void givesBackDataKeysOrderAndRouting(String place) {
        var stream = reshardedStream();
        var copy = Kinesis.uniqueName();

        command.succeed("export", stream, folder + "/" + place);
        var imported = command.succeed("import", folder + "/" + place, copy, "--create");

        assertThat(imported.err()).contains("with 3 shards");
        assertThat(Tiling.openRanges(kinesis.shards(copy))).isEqualTo(Tiling.openRanges(kinesis.shards(stream)));
        assertThat(byKey(copy)).isEqualTo(byKey(stream));
        // The second shard was never resharded: what was routed into it is in its like.
        assertThat(texts(
                        copy,
                        Tiling.shardThatBeginsAt(
                                kinesis.shards(copy), BigInteger.TWO.pow(127).toString())))
                .containsAll(texts(stream, Kinesis.SECOND))
                .hasSameSizeAs(texts(stream, Kinesis.SECOND));
    }

    @Test
    void compressesTheFilesOfADirectoryWhenAskedTo() throws IOException {
        var stream = reshardedStream();
        var copy = kinesis.newStream(1);

        command.succeed("export", stream, folder + "/all/", "--gzip");
        command.succeed("import", folder + "/all", copy);

        try (var files = Files.list(folder.resolve("all"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "export.json",
                            "shardId-000000000000.jsonl.gz",
                            "shardId-000000000001.jsonl.gz",
                            "shardId-000000000002.jsonl.gz",
                            "shardId-000000000003.jsonl.gz");
        }
        assertThat(byKey(copy)).isEqualTo(byKey(stream));
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aProcessThatIsAskedToEndLeavesNothingBehindAndSaysSo(Millrace millrace) throws Exception {
        var stream = kinesis.newStream(1);
        var exports = Files.createDirectory(folder.resolve("exports"));
        var log = folder.resolve("export.log");
        // It waits for the shard, so that the signal meets it in the middle.
        var token = millrace.adminToken();
        command.succeed(
                "faults",
                "set",
                "--stream",
                stream,
                "--operation",
                "GetRecords",
                "--internal-failure",
                "100%",
                "--admin-token",
                token);
        var process = CommandProcess.start(
                folder,
                log,
                "export",
                stream,
                exports.resolve("orders.jsonl").toString(),
                "--endpoint",
                millrace.endpoint().toString());
        while (isEmpty(exports)) {
            assertThat(process.isAlive()).isTrue();
            LockSupport.parkNanos(ASK_AGAIN.toNanos());
        }

        process.destroy();

        assertThat(process.waitFor()).as(Files.readString(log)).isEqualTo(1);
        assertThat(exports).isEmptyDirectory();
        assertThat(log).content().endsWith("Interrupted. Nothing was written.\n");
        command.succeed("faults", "clear", "--stream", stream, "--admin-token", token);
    }

    @Test
    void exportsWhatCameSinceATime() throws IOException {
        var stream = kinesis.newStream(1);
        put(stream, IntStream.range(0, 3).mapToObj(n -> record("k", n)).toList());
        var third = kinesis.read(stream, Kinesis.FIRST).records().getLast().approximateArrivalTimestamp();
        var file = folder.resolve("late.jsonl");

        command.succeed(
                "export",
                stream,
                file.toString(),
                "--timestamp",
                third.plusMillis(1).toString());
        // Its first and its last line.
        assertThat(Files.readAllLines(file)).hasSize(2);

        Files.delete(file);
        command.succeed(
                "export",
                stream,
                file.toString(),
                "--timestamp",
                third.minusSeconds(60).toString());
        assertThat(Files.readAllLines(file)).hasSize(5);
    }

    /** Two shards, of which the first was split between two halves of the records. */
    private String reshardedStream() {
        var stream = kinesis.newStream(2);
        put(stream, records(0, 15));
        client.splitShard(request -> request.streamName(stream)
                .shardToSplit(Kinesis.FIRST)
                .newStartingHashKey(HASH_KEYS_QUARTER.toString()));
        kinesis.awaitActive(stream);
        put(stream, records(15, 30));
        return stream;
    }

    private static List<PutRecordsRequestEntry> records(int from, int to) {
        return IntStream.range(from, to)
                .boxed()
                .flatMap(number -> IntStream.range(0, KEYS)
                        .mapToObj(key -> key % 4 == 0
                                ? record("routed-" + key, number).toBuilder()
                                        .explicitHashKey(ROUTE)
                                        .build()
                                : record("key-" + key, number)))
                .toList();
    }

    private static PutRecordsRequestEntry record(String key, int number) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromByteArray(
                        (number + " \u0000\u00ff\"\n" + key).getBytes(StandardCharsets.ISO_8859_1)))
                .build();
    }

    private void put(String stream, List<PutRecordsRequestEntry> records) {
        var reply = client.putRecords(request -> request.streamName(stream).records(records));
        assertThat(reply.failedRecordCount()).isZero();
    }

    /** The data of each key's records, in the order of the stream. */
    private Map<String, List<SdkBytes>> byKey(String stream) {
        var data = new TreeMap<String, List<SdkBytes>>();
        for (var shard : kinesis.shards(stream)) {
            for (var record : kinesis.read(stream, shard.shardId()).records()) {
                data.computeIfAbsent(record.partitionKey(), _ -> new ArrayList<>())
                        .add(record.data());
            }
        }
        return data;
    }

    private List<SdkBytes> texts(String stream, String shardId) {
        return kinesis.read(stream, shardId).records().stream()
                .map(Record::data)
                .toList();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.cli.ClientCommands;
import io.millrace.cli.Shell;
import io.millrace.server.Millrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command line against a server: what goes in by {@code put} comes out of {@code tail}. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class CommandLineTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LINES = 3_000;
    private static final BigInteger HASH_KEYS_HALF = BigInteger.TWO.pow(127);
    private static final String IDLE = "1s";

    @TempDir
    private Path folder;

    private Millrace millrace;
    private final String stream = Kinesis.uniqueName();

    /** {@code out} has one character for each byte, so that bytes which are no text are compared as well. */
    private record Result(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    @BeforeEach
    void useServer(Millrace shared) {
        millrace = shared;
    }

    @Test
    void createsListsDescribesAndDeletesAStream() {
        succeed("streams", "create", stream, "--shards", "3", "--wait");

        assertThat(listed()).containsOnlyOnce(stream);
        var described =
                json(succeed("streams", "describe", stream, "--output", "json").out());
        assertThat(described.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(described.path("mode").asText()).isEqualTo("PROVISIONED");
        assertThat(described.path("openShards").asInt()).isEqualTo(3);
        assertThat(described.path("shards"))
                .extracting(shard -> shard.path("id").asText())
                .containsExactly(Kinesis.FIRST, Kinesis.SECOND, Kinesis.THIRD);

        succeed("streams", "delete", stream, "--wait");

        assertThat(listed()).doesNotContain(stream);
        var missing = run(new byte[0], "streams", "describe", stream);
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err().lines())
                .singleElement()
                .asString()
                .startsWith("Stream " + stream + " does not exist at " + millrace.endpoint());
    }

    @Test
    void aNameThatIsTakenIsToldInOneLine() {
        succeed("streams", "create", stream);

        var again = run(new byte[0], "streams", "create", stream);

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err().lines()).singleElement().asString().contains(stream + " already exists");
    }

    @Test
    void givesBackTheLinesOfAFile() throws IOException {
        var lines = lines(LINES);

        succeed("put", stream, "--create", "--file", file(lines).toString());

        assertThat(tail("raw").lines()).containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void givesBackAFileByteForByteWhenAllLinesHaveOneKey() throws IOException {
        var file = file(lines(LINES));

        succeed("put", stream, "--create", "--partition-key", "one", "--file", file.toString());

        assertThat(tail("raw").out()).isEqualTo(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    @Test
    void givesBackStandardInput() {
        succeed("streams", "create", stream, "--shards", "1", "--wait");

        var put = run("one\ntwo\nthree".getBytes(StandardCharsets.UTF_8), "put", stream);

        assertThat(put.exitCode()).as(put.err()).isZero();
        assertThat(tail("raw").lines()).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void tellsInJsonWhereEachRecordLies() throws IOException {
        succeed("streams", "create", stream, "--shards", "1", "--wait");
        var lines = List.of("plain", "{\"a\":\"\\u0000\"}", "", "tab\tand \"quotes\"");
        succeed("put", stream, "--partition-key", "one", "--file", file(lines).toString());

        var records = tail("json").lines().stream().map(CommandLineTest::json).toList();

        assertThat(records).extracting(record -> record.path("data").asText()).containsExactlyElementsOf(lines);
        assertThat(records).allSatisfy(record -> {
            assertThat(record.path("shardId").asText()).isEqualTo(Kinesis.FIRST);
            assertThat(record.path("partitionKey").asText()).isEqualTo("one");
            assertThat(record.path("approximateArrivalTimestamp").asText()).endsWith("Z");
        });
        assertThat(records)
                .extracting(
                        record -> new BigInteger(record.path("sequenceNumber").asText()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void tellsBytesThatAreNoTextAsBase64() throws IOException {
        var bytes = new byte[] {(byte) 0xff, 0, (byte) 0xfe};
        var put = run(bytes, "put", stream, "--create");
        assertThat(put.exitCode()).as(put.err()).isZero();

        var record = json(tail("json").out());

        assertThat(record.path("dataBase64").binaryValue()).isEqualTo(bytes);
        assertThat(record.has("data")).isFalse();
    }

    @Test
    void followsASplitAndKeepsTheOrderOfAKey() throws IOException {
        succeed("streams", "create", stream, "--shards", "1", "--wait");
        var lines = lines(LINES);
        var before = lines.subList(0, LINES / 2);
        var after = lines.subList(LINES / 2, LINES);

        succeed("put", stream, "--partition-key", "one", "--file", file(before).toString());
        split();
        succeed("put", stream, "--partition-key", "one", "--file", file(after).toString());

        assertThat(tail("raw").lines()).containsExactlyElementsOf(lines);
    }

    @Test
    void readsParentsAndChildrenOfASplitWhenKeysAreSpread() throws IOException {
        succeed("streams", "create", stream, "--shards", "1", "--wait");
        var lines = lines(200);

        succeed("put", stream, "--file", file(lines.subList(0, 100)).toString());
        split();
        succeed("put", stream, "--file", file(lines.subList(100, 200)).toString());

        var found = tail("raw").lines();
        assertThat(found).containsExactlyInAnyOrderElementsOf(lines);
        // A parent is read to its end before its children.
        assertThat(found.subList(0, 100)).containsExactlyInAnyOrderElementsOf(lines.subList(0, 100));
    }

    private void split() {
        try (var client = SdkClient.URL_CONNECTION.connect(millrace)) {
            client.splitShard(request -> request.streamName(stream)
                    .shardToSplit(Kinesis.FIRST)
                    .newStartingHashKey(HASH_KEYS_HALF.toString()));
            new Kinesis(client).awaitActive(stream);
        }
    }

    private Result tail(String format) {
        return succeed("tail", stream, "--from", "trim-horizon", "--format", format, "--until-idle", IDLE);
    }

    private List<String> listed() {
        var streams = json(succeed("streams", "list", "--output", "json").out());
        return StreamSupport.stream(streams.spliterator(), false)
                .map(one -> one.path("name").asText())
                .toList();
    }

    /** Lines of many lengths, each there once, with characters of all byte values that do not end a line. */
    private static List<String> lines(int count) {
        var random = new SplittableRandom(count);
        return IntStream.range(0, count)
                .mapToObj(number -> number + " "
                        + random.ints(random.nextInt(120), 0x0e, 0x100)
                                .mapToObj(Character::toString)
                                .collect(Collectors.joining()))
                .toList();
    }

    private Path file(List<String> lines) throws IOException {
        return Files.write(folder.resolve("lines"), lines, StandardCharsets.ISO_8859_1);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    @Test
    void setsListsAndClearsFaults() {
        succeed("streams", "create", stream, "--wait");

        succeed("faults", "set", "--stream", stream, "--throttle", "100%", "--latency", "1ms", "--for", "5m");

        var refused = run(new byte[0], "streams", "describe", stream);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("Rate exceeded for stream " + stream);
        assertThat(succeed("faults", "list").out()).contains(stream);
        assertThat(succeed("faults", "clear", "--stream", stream).out()).doesNotContain(stream);
        succeed("streams", "describe", stream);
        succeed("faults", "set", "--stream", stream, "--break-off", "5%");
        assertThat(succeed("faults", "list").out()).contains("breakOff").contains("0.05");
        succeed("faults", "clear", "--stream", stream);
        var wrong = run(new byte[0], "faults", "set", "--stream", stream, "--throttle", "130%");
        assertThat(wrong.exitCode()).isEqualTo(2);
        var unknown = run(new byte[0], "faults", "set", "--operation", "PutRecrods", "--throttle", "1");
        assertThat(unknown.err()).contains("there is no operation PutRecrods");
        assertThat(unknown.exitCode()).isEqualTo(1);
        var shut = run(new byte[0], "faults", "list", "--admin-token", "that-of-another-server");
        assertThat(shut.err()).contains("does not let you set faults");
        assertThat(shut.exitCode()).isEqualTo(1);
    }

    private Result succeed(String... arguments) {
        var result = run(new byte[0], arguments);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    /** As a person would run it, in an environment where only the address and the data directory are set. */
    private Result run(byte[] input, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var shell = new Shell(
                new ByteArrayInputStream(input),
                out,
                err,
                false,
                Map.of(
                        "MILLRACE_ENDPOINT",
                        millrace.endpoint().toString(),
                        "MILLRACE_DATA_DIR",
                        millrace.dataDirectory().toString()),
                InstantSource.system(),
                Thread::sleep,
                new SplittableRandom(1),
                _ -> {});
        var root = new CommandLine(CommandSpec.create().name("millrace"));
        new ClientCommands(shell).mountOn(root);
        int exitCode = root.execute(arguments);
        return new Result(exitCode, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
    }
}

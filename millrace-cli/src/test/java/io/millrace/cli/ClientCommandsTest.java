package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCommandsTest {
    private final CommandRun run = new CommandRun();

    @Test
    void makesAStreamOnDemandUnlessShardsAreGiven() {
        assertThat(run.run("streams", "create", "a").out()).isEqualTo("Stream a is being created.\n");
        assertThat(run.run("streams", "create", "b", "--shards", "3", "--wait").out())
                .isEqualTo("Stream b is ACTIVE with 3 shards.\n");
        assertThat(run.run("streams", "create", "c", "--on-demand", "--wait").out())
                .isEqualTo("Stream c is ACTIVE with 4 shards.\n");

        assertThat(run.run("streams", "list").out()).isEqualTo("""
                        NAME  STATUS  MODE         CREATED
                        a     ACTIVE  ON_DEMAND    2030-01-01T00:00:00Z
                        b     ACTIVE  PROVISIONED  2030-01-01T00:00:00Z
                        c     ACTIVE  ON_DEMAND    2030-01-01T00:00:00Z
                        """);
    }

    @Test
    void waitsUntilAStreamIsActive() {
        run.kinesis.looksUntilActive = 20;

        assertThat(run.run("streams", "create", "a", "--wait").out()).isEqualTo("Stream a is ACTIVE with 4 shards.\n");
        assertThat(run.clock.instant()).isAfter("2030-01-01T00:00:05Z");
    }

    @Test
    void doesNotWaitForEver() {
        run.kinesis.looksUntilActive = Integer.MAX_VALUE;

        var result = run.run("streams", "create", "a", "--wait");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("Stream a is still CREATING after 5 minutes.\n");
    }

    @Test
    void refusesToMakeAStreamTwice() {
        run.kinesis.withStream("a", 1);

        var result = run.run("streams", "create", "a");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("Stream a already exists at http://127.0.0.1:4567.\n");
    }

    @Test
    void describesAStreamWithItsShardsAndTheirParents() {
        run.kinesis.withStream("a", 2);
        run.kinesis.merge(
                "a",
                run.kinesis.shardsOf("a").getFirst(),
                run.kinesis.shardsOf("a").getLast());

        assertThat(run.run("streams", "describe", "a").out()).isEqualTo("""
                        Name           a
                        ARN            arn:aws:kinesis:us-east-1:000000000000:stream/a
                        Status         ACTIVE
                        Mode           PROVISIONED
                        Retention      24 h
                        Created        2030-01-01T00:00:00Z
                        Open shards    1
                        Consumers      -
                        Record limit   1024 KiB
                        Encryption     -
                        Shard metrics  -

                        SHARD                 STATE   PARENTS                                     STARTING HASH KEY                        ENDING HASH KEY
                        shardId-000000000000  closed  -                                           0                                        170141183460469231731687303715884105727
                        shardId-000000000001  closed  -                                           170141183460469231731687303715884105728  340282366920938463463374607431768211455
                        shardId-000000000002  open    shardId-000000000000, shardId-000000000001  0                                        340282366920938463463374607431768211455
                        """);
    }

    @Test
    void printsJsonForPrograms() {
        run.kinesis.withStream("a", 1);

        assertThat(run.run("streams", "list", "--output", "json").out()).isEqualToIgnoringWhitespace("""
                        [{"name":"a","arn":"arn:aws:kinesis:us-east-1:000000000000:stream/a","status":"ACTIVE",
                        "mode":"PROVISIONED","created":"2030-01-01T00:00:00Z"}]""");
        assertThat(run.run("streams", "describe", "a", "--output", "json").out())
                .isEqualToIgnoringWhitespace("""
                        {"name":"a","arn":"arn:aws:kinesis:us-east-1:000000000000:stream/a","status":"ACTIVE",
                        "mode":"PROVISIONED","retentionHours":24,"created":"2030-01-01T00:00:00Z","openShards":1,
                        "maxRecordKiB":1024,"shardMetrics":[],
                        "shards":[{"id":"shardId-000000000000","state":"open","parents":[],"startingHashKey":"0",
                        "endingHashKey":"340282366920938463463374607431768211455"}]}""");
        assertThat(run.run("streams", "delete", "a", "--output", "json").out())
                .isEqualToIgnoringWhitespace("{\"name\":\"a\",\"status\":\"DELETING\"}");
    }

    @Test
    void waitsUntilADeletedStreamIsGone() {
        run.kinesis.withStream("a", 1);

        assertThat(run.run("streams", "delete", "a", "--wait").out()).isEqualTo("Stream a is gone.\n");
        assertThat(run.kinesis.has("a")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"describe", "delete"})
    void tellsThatAStreamIsMissing(String command) {
        var result = run.run("streams", command, "nothing");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("Stream nothing does not exist at http://127.0.0.1:4567.")
                .hasLineCount(1);
    }

    @Test
    void tellsHowToStartAServerThatDoesNotAnswer() throws IOException {
        int port = portWhereNobodyListens();

        var result = run.withRealConnections().run("streams", "list", "--endpoint", "http://127.0.0.1:" + port);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("Nothing answers at http://127.0.0.1:" + port + ". Start the server with: millrace serve\n");
    }

    @Test
    void tellsThatWhatAnswersIsNoKinesis() throws Exception {
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var answers = Thread.ofVirtual().start(() -> answerNotFound(server));

            var result = run.withRealConnections()
                    .run("streams", "list", "--endpoint", "http://127.0.0.1:" + server.getLocalPort());

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err())
                    .endsWith("answered with HTTP status 404. Is it a Kinesis endpoint?\n")
                    .hasLineCount(1);
            answers.interrupt();
        }
    }

    @Test
    void showsTheStackTraceOnlyWhenAsked() {
        run.kinesis.failNext(2, FakeKinesis.denied());

        assertThat(run.run("streams", "list").err()).isEqualTo("You may not. (AccessDeniedException)\n");
        assertThat(run.run("streams", "list", "--debug").err())
                .startsWith("You may not. (AccessDeniedException)\n")
                .contains("\tat io.millrace.cli.");
    }

    @Test
    void refusesACertificateFileThatHoldsNone(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("ca.pem"), "not a certificate");

        var result = run.withRealConnections()
                .run("streams", "list", "--endpoint", "https://127.0.0.1:1", "--ca-certificate", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains(file.toString()).hasLineCount(1);
    }

    @Test
    void helpsWithEachCommand() {
        for (var command : List.of(
                List.of("streams"),
                List.of("streams", "create"),
                List.of("streams", "list"),
                List.of("streams", "describe"),
                List.of("streams", "delete"),
                List.of("streams", "scale"),
                List.of("streams", "split"),
                List.of("streams", "merge"),
                List.of("streams", "mode"),
                List.of("streams", "retention"),
                List.of("streams", "max-record-size"),
                List.of("streams", "warm-throughput"),
                List.of("streams", "encryption"),
                List.of("streams", "monitoring"),
                List.of("consumers"),
                List.of("consumers", "register"),
                List.of("tags", "set"),
                List.of("policy", "put"),
                List.of("account", "commitment"),
                List.of("mirror"),
                List.of("export"),
                List.of("import"),
                List.of("put"),
                List.of("tail"))) {
            var arguments = new ArrayList<>(command);
            arguments.add("--help");

            var result = run.run(arguments.toArray(String[]::new));

            assertThat(result.exitCode()).isZero();
            assertThat(result.out()).startsWith("Usage: millrace " + String.join(" ", command));
        }
    }

    @Test
    void asksWhatToDoWithStreams() {
        var result = run.run("streams");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("Say what to do: ");
    }

    @Test
    void showsItsVersion() {
        assertThat(run.run("version").out()).matches("millrace .+ \\(Java \\d+, .+\\)\n");
    }

    private static int portWhereNobodyListens() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void answerNotFound(ServerSocket server) {
        while (!server.isClosed()) {
            try (var connection = server.accept()) {
                var in = connection.getInputStream();
                var buffer = new byte[64 * 1024];
                if (in.read(buffer) > 0) {
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException _) {
                // The test has ended.
            }
        }
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands that change streams and what belongs to them, against a server. */
@ExtendWith(SharedServer.class)
class AdministrationTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private CommandRun command;
    private Kinesis kinesis;

    @BeforeEach
    void useServer(Millrace millrace) {
        kinesis = new Kinesis(SdkClient.URL_CONNECTION.connect(millrace));
        command = new CommandRun(millrace.endpoint().toString(), folder);
    }

    @Test
    void splitsAShardInTheMiddleAndMergesItsHalvesInAnyOrder() {
        var stream = kinesis.newStream(1);

        command.succeed("streams", "split", stream, "0", "--wait");
        assertThat(openRanges(stream))
                .containsExactly(
                        "0-170141183460469231731687303715884105727",
                        "170141183460469231731687303715884105728-340282366920938463463374607431768211455");

        command.succeed("streams", "merge", stream, "2", "1", "--wait");
        assertThat(openRanges(stream)).containsExactly("0-340282366920938463463374607431768211455");
    }

    @Test
    void splitsAShardWhereItIsTold() {
        var stream = kinesis.newStream(1);

        var result = command.succeed("streams", "split", stream, Kinesis.FIRST, "--at", "100", "--wait");

        assertThat(result.out()).isEqualTo("Stream " + stream + " is ACTIVE with 2 shards.\n");
        assertThat(openRanges(stream)).containsExactly("0-99", "100-340282366920938463463374607431768211455");
    }

    @Test
    void namesTheShardThatIsMissing() {
        var stream = kinesis.newStream(1);

        var result = command.run("streams", "split", stream, "7");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("Stream " + stream + " has no shard 7. See: millrace streams describe " + stream + "\n");
    }

    @Test
    void scalesAStream() {
        var stream = kinesis.newStream(2);

        command.succeed("streams", "scale", stream, "4", "--wait");

        assertThat(openRanges(stream)).hasSize(4);
    }

    @Test
    void showsAndChangesTheModeOfAStream() {
        var stream = kinesis.newStream(2);
        assertThat(json("streams", "mode", stream).path("mode").asText()).isEqualTo("PROVISIONED");

        command.succeed("streams", "mode", stream, "on-demand", "--wait");

        assertThat(json("streams", "mode", stream).path("mode").asText()).isEqualTo("ON_DEMAND");
        assertThat(command.succeed("streams", "mode", stream, "provisioned", "--wait")
                        .out())
                .isEqualTo("Stream " + stream + " is ACTIVE with 2 shards.\n");
        assertThat(command.succeed("streams", "mode", stream).out()).isEqualTo("Mode  PROVISIONED\n");
        assertThat(command.run("streams", "mode", stream, "lavish").exitCode()).isEqualTo(2);
    }

    @Test
    void showsAndChangesHowLongRecordsAreKept() {
        var stream = kinesis.newStream(1);
        assertThat(command.succeed("streams", "retention", stream).out()).isEqualTo("Retention hours  24\n");

        command.succeed("streams", "retention", stream, "7d");
        assertThat(json("streams", "retention", stream).path("retentionHours").asInt())
                .isEqualTo(168);

        command.succeed("streams", "retention", stream, "24h");
        assertThat(json("streams", "retention", stream).path("retentionHours").asInt())
                .isEqualTo(24);

        assertThat(command.run("streams", "retention", stream, "90m").exitCode())
                .isEqualTo(2);
        assertThat(command.run("streams", "retention", stream, "1h").err())
                .contains("Minimum allowed retention period is 24 hours");
    }

    @Test
    void showsAndChangesHowLargeARecordMayBe() {
        var stream = kinesis.newStream(1);
        assertThat(command.succeed("streams", "max-record-size", stream).out()).isEqualTo("Record limit KiB  1024\n");

        command.succeed("streams", "max-record-size", stream, "2048", "--wait");

        assertThat(json("streams", "max-record-size", stream)
                        .path("maxRecordKiB")
                        .asInt())
                .isEqualTo(2048);
        assertThat(command.run("streams", "max-record-size", stream, "512").exitCode())
                .isEqualTo(1);
        assertThat(command.run("streams", "max-record-size", stream, "large").exitCode())
                .isEqualTo(2);
    }

    @Test
    void turnsEncryptionOnAndOff() {
        var stream = kinesis.newStream(1);
        assertThat(json("streams", "encryption", stream).path("encryption").asText())
                .isEqualTo("NONE");

        command.succeed("streams", "encryption", stream, "on", "--key", "alias/orders", "--wait");
        assertThat(command.succeed("streams", "encryption", stream).out())
                .isEqualTo("Encryption  KMS\nKey         alias/orders\n");

        command.succeed("streams", "encryption", stream, "off", "--wait");
        assertThat(json("streams", "encryption", stream))
                .isEqualTo(JSON.createObjectNode().put("encryption", "NONE"));

        command.succeed("streams", "encryption", stream, "on", "--wait");
        assertThat(json("streams", "encryption", stream).path("key").asText()).isEqualTo("alias/aws/kinesis");
    }

    @Test
    void enablesAndDisablesTheMetricsOfShards() {
        var stream = kinesis.newStream(1);
        assertThat(command.succeed("streams", "monitoring", stream).out()).isEqualTo("Shard metrics  -\n");

        assertThat(command.succeed("streams", "monitoring", stream, "--enable", "IncomingBytes,OutgoingBytes")
                        .out())
                .isEqualTo("Shard metrics  IncomingBytes, OutgoingBytes\n");
        kinesis.awaitActive(stream);
        command.succeed("streams", "monitoring", stream, "--disable", "IncomingBytes");
        kinesis.awaitActive(stream);

        assertThat(json("streams", "monitoring", stream).path("shardMetrics"))
                .extracting(JsonNode::asText)
                .containsExactly("OutgoingBytes");
        assertThat(command.run("streams", "monitoring", stream, "--enable", "Temperature")
                        .err())
                .contains("Member must satisfy enum value set");
    }

    @Test
    void showsAndChangesTheThroughputAStreamIsKeptReadyFor() {
        // A server of its own, since its account stays committed for a day.
        try (var millrace = Millrace.start(MillraceConfig.ephemeral())) {
            var committed = new CommandRun(millrace.endpoint().toString(), folder);
            committed.succeed("streams", "create", "orders", "--on-demand", "--wait");
            assertThat(committed
                            .run("streams", "warm-throughput", "orders", "6")
                            .exitCode())
                    .isEqualTo(1);
            committed.succeed("account", "commitment", "on");

            assertThat(committed.succeed("streams", "warm-throughput", "orders").out())
                    .isEqualTo("Target MiB/s   0\nCurrent MiB/s  4\n");
            assertThat(committed
                            .succeed("streams", "warm-throughput", "orders", "6", "--wait")
                            .out())
                    .isEqualTo("Stream orders is ACTIVE with 6 shards.\n");
            assertThat(committed.succeed("streams", "warm-throughput", "orders").out())
                    .isEqualTo("Target MiB/s   6\nCurrent MiB/s  6\n");
        }
    }

    @Test
    void setsListsAndRemovesTagsByNameAndByArn() {
        var stream = kinesis.newStream(1);
        var arn = json("streams", "describe", stream).path("arn").asText();

        command.succeed("tags", "set", stream, "team=billing", "note=a=b");
        command.succeed("tags", "set", arn, "team=orders");
        assertThat(tags(stream)).isEqualTo(Map.of("team", "orders", "note", "a=b"));
        assertThat(tags(arn)).isEqualTo(tags(stream));

        command.succeed("tags", "remove", stream, "note");
        command.succeed("tags", "remove", arn, "team");
        assertThat(command.succeed("tags", "list", stream).out()).isEqualTo("KEY  VALUE\n");
        assertThat(command.run("tags", "set", stream, "team").exitCode()).isEqualTo(2);
    }

    @Test
    void putsGetsAndDeletesAPolicy() throws IOException {
        var stream = kinesis.newStream(1);
        var arn = json("streams", "describe", stream).path("arn").asText();
        var policy = """
                {"Version":"2012-10-17","Statement":[{"Sid":"read","Effect":"Allow",\
                "Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kinesis:GetRecords",\
                "Resource":"%s"}]}""".formatted(arn);
        var file = Files.writeString(folder.resolve("policy.json"), policy);
        assertThat(command.succeed("policy", "get", stream).out()).isEqualTo("{}\n");

        command.succeed("policy", "put", stream, "--file", file.toString());
        assertThat(JSON.readTree(command.succeed("policy", "get", arn).out())).isEqualTo(JSON.readTree(policy));

        command.succeed("policy", "delete", stream);
        assertThat(command.succeed("policy", "get", stream).out()).isEqualTo("{}\n");
    }

    @Test
    void showsTheLimitsOfTheAccount() {
        kinesis.newStream(3);

        var limits = json("account", "limits");

        assertThat(limits.path("openShards").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(limits.path("shardLimit").asInt())
                .isGreaterThan(limits.path("openShards").asInt());
    }

    @Test
    void commitsTheAccountToAMinimumOfThroughput() {
        assertThat(json("account", "commitment", "on").path("status").asText()).isEqualTo("ENABLED");
        assertThat(json("account", "commitment").path("started").asText()).endsWith("Z");
        command.succeed("account", "commitment", "off");
        assertThat(json("account", "commitment").path("status").asText()).isNotEqualTo("ENABLED");
    }

    @Test
    void registersListsDescribesAndDeregistersConsumers() {
        var stream = kinesis.newStream(1);

        command.succeed("consumers", "register", stream, "one", "--wait");
        command.succeed("consumers", "register", stream, "two", "--wait");
        assertThat(json("consumers", "list", stream))
                .extracting(consumer -> consumer.path("name").asText())
                .containsExactlyInAnyOrder("one", "two");
        var described = json("consumers", "describe", stream, "one");
        assertThat(described.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(described.path("arn").asText()).contains(stream + "/consumer/one:");
        assertThat(command.run("consumers", "register", stream, "one").err())
                .isEqualTo("Stream " + stream + " already has a consumer one.\n");

        command.succeed("consumers", "deregister", stream, "one", "--wait");

        assertThat(json("consumers", "list", stream))
                .extracting(consumer -> consumer.path("name").asText())
                .containsExactly("two");
        assertThat(command.run("consumers", "describe", stream, "one").err())
                .startsWith("Stream " + stream + " has no consumer one.");
    }

    private List<String> openRanges(String stream) {
        return StreamSupport.stream(
                        json("streams", "describe", stream).path("shards").spliterator(), false)
                .filter(shard -> shard.path("state").asText().equals("open"))
                .map(shard -> shard.path("startingHashKey").asText() + "-"
                        + shard.path("endingHashKey").asText())
                .toList();
    }

    private Map<String, String> tags(String resource) {
        return StreamSupport.stream(json("tags", "list", resource).spliterator(), false)
                .collect(Collectors.toMap(
                        tag -> tag.path("key").asText(),
                        tag -> tag.path("value").asText()));
    }

    private JsonNode json(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        var out = command.succeed(all.toArray(String[]::new)).out();
        try {
            return JSON.readTree(out);
        } catch (IOException e) {
            throw new AssertionError(out, e);
        }
    }
}

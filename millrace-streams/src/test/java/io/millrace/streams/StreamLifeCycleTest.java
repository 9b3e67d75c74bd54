package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ValidationException;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.streams.sequence.SequenceNumber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class StreamLifeCycleTest {
    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void createsAStreamThatTakesRecordsAndGivesThemBack() {
        service.create("orders", 3);

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        var stored = service.put("orders", "customer-1", "one");
        var page = service.read(service.iterator("orders", stored.shardId(), ShardIteratorType.TRIM_HORIZON));

        assertThat(page.records()).hasSize(1);
        assertThat(page.records().getFirst().sequenceNumber()).isEqualTo(stored.sequenceNumber());
        assertThat(Service.text(page.records().getFirst().data())).isEqualTo("one");
        assertThat(page.millisBehindLatest()).isZero();
        assertThat(service.contents("orders", stored.shardId())).containsExactly("one");
    }

    @Test
    void isCreatingUntilTheShardsAreThere() {
        service.streams.createStream(Service.CALLER, provisioned("orders", 2));

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.CREATING);
        assertThat(service.describe("orders").shards()).isEmpty();
        assertThatThrownBy(() -> service.put("orders", "key", "data"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orders under account 000000000000 not found.");

        service.settle();

        assertThat(service.describe("orders").shards()).hasSize(2);
    }

    @Test
    void refusesANameThatIsTaken() {
        service.create("orders", 1);

        assertThatThrownBy(() -> service.create("orders", 1))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 already exists.");
    }

    @Test
    void forgetsADeletedStreamAndItsRecords() {
        service.create("orders", 2);
        service.put("orders", "key", "data");

        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.DELETING);
        service.settle();

        assertThatThrownBy(() -> service.describe("orders")).isInstanceOf(ResourceNotFoundException.class);
        assertThat(service.log.shardCount()).isZero();
        service.restart();
        assertThatThrownBy(() -> service.describe("orders")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void keepsStreamsRecordsAndNumbersOverARestart() {
        service.create("orders", 1);
        var stored = service.put("orders", "key", "before");
        var iterator = service.iterator("orders", stored.shardId(), ShardIteratorType.TRIM_HORIZON);

        service.restart();

        assertThat(service.read(iterator).records().getFirst().sequenceNumber()).isEqualTo(stored.sequenceNumber());
        service.put("orders", "key", "after");
        assertThat(service.contents("orders", stored.shardId())).isEqualTo(List.of("before", "after"));
    }

    @Test
    void takesTheModeThatWasGivenOrThatTheShardCountTells() {
        create(request -> request.streamName("given")
                .streamModeDetails(mode(StreamMode.PROVISIONED))
                .shardCount(2));
        create(request -> request.streamName("told").shardCount(3));
        create(request -> request.streamName("neither"));
        create(request -> request.streamName("ignored")
                .streamModeDetails(mode(StreamMode.ON_DEMAND))
                .shardCount(9));

        assertThat(modeAndShards("given")).isEqualTo("PROVISIONED 2");
        assertThat(modeAndShards("told")).isEqualTo("PROVISIONED 3");
        assertThat(modeAndShards("neither")).isEqualTo("ON_DEMAND 4");
        assertThat(modeAndShards("ignored")).isEqualTo("ON_DEMAND 4");
        service.restart();
        assertThat(modeAndShards("given")).isEqualTo("PROVISIONED 2");
        assertThat(modeAndShards("neither")).isEqualTo("ON_DEMAND 4");
    }

    @Test
    void refusesAProvisionedStreamWithoutAShardCount() {
        assertThatThrownBy(() ->
                        create(request -> request.streamName("orders").streamModeDetails(mode(StreamMode.PROVISIONED))))
                .isInstanceOf(ValidationException.class)
                .hasMessage("1 validation error detected: Value null at 'shardCount' failed to satisfy constraint:"
                        + " Member must not be null");
    }

    @Test
    void refusesWarmThroughputWithoutTheAccountsCommitment() {
        assertThatThrownBy(() -> create(request -> request.streamName("tide").warmThroughputMiBps(100)))
                .isInstanceOf(ValidationException.class);
        create(request -> request.streamName("tide").warmThroughputMiBps(0));
    }

    @Test
    void refusesMoreShardsThanTheAccountMayHave() {
        service.create("orders", 9_990);

        assertThatThrownBy(() -> create(request -> request.streamName("more").shardCount(11)))
                .isInstanceOf(LimitExceededException.class)
                .hasMessage("This request would exceed the shard limit for the account 000000000000 in us-east-1."
                        + " Current shard count for the account: 9990. Limit: 10000. Number of additional shards that"
                        + " would have resulted from this request: 11. Refer to the AWS Service Limits page"
                        + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and"
                        + " how to request higher limits.");
        service.create("more", 10);
        service.streams.createStream(Service.caller("000000000000", "eu-west-1"), provisioned("elsewhere", 11));
    }

    @Test
    void refusesMoreOnDemandStreamsThanTheAccountMayHave() {
        for (int i = 0; i < 50; i++) {
            service.streams.createStream(
                    Service.CALLER,
                    CreateStreamRequest.builder().streamName("tide-" + i).build());
        }
        assertThatThrownBy(() -> create(request -> request.streamName("tide-50")))
                .isInstanceOf(LimitExceededException.class);
        service.create("orders", 1);
    }

    @Test
    void bearsStreamsTwoSecondsInThePast() {
        service.create("orders", 3);

        for (var shard : service.describe("orders").shards()) {
            var starting = SequenceNumber.parse(shard.sequenceNumberRange().startingSequenceNumber());
            assertThat(starting.orElseThrow().shardCreationSecond()).isEqualTo(service.clock.millis() / 1_000 - 2);
        }
    }

    @Test
    void keepsTheTagsItWasCreatedWith() {
        create(request -> request.streamName("orders").shardCount(1).tags(Map.of("team", "storefront")));
        service.restart();
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        service.settle();
        assertThatThrownBy(() -> service.describe("orders")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void takesTagsOfLettersAndDigitsOfAnyLanguage() {
        create(request -> request.streamName("orders")
                .shardCount(1)
                .tags(Map.of("équipe/2", "Größe 7", "команда", "a_b.c:/=+-@", "empty", "", "not-aws:", "aws:")));
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
    }

    @Test
    void refusesTagsOfOtherCharacters() {
        for (var text : List.of("a;b", "a,b", "a\tb", "a\nb", "a*", "\ud83d\ude00", "\ud83d")) {
            for (var tags : List.of(Map.of(text, "x"), Map.of("x", text), Map.of(text + "%", "x"))) {
                refusesTags(
                        tags,
                        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space,"
                                + " _ . / = + - % @.");
            }
        }
    }

    @Test
    void refusesAPercentSignThatTheFirstCheckLetsPass() {
        for (var tags : List.of(Map.of("a%b", "x"), Map.of("x", "100%"))) {
            refusesTags(
                    tags,
                    "Failed to add tags to stream orders under account 000000000000 because some tags contained illegal"
                            + " characters. The allowed characters are Unicode letters, white-spaces,"
                            + " '_',',','/','=','+','-','@'.");
        }
    }

    @Test
    void keepsTheTagsOfAwsToAws() {
        refusesTags(
                Map.of("team", "storefront", "aws:team", "x"),
                "Failed to add tags to stream orders under account 000000000000 because tag keys that begin with aws: are"
                        + " reserved.");
    }

    @Test
    void refusesMoreThanFiftyTags() {
        refusesTags(
                tags(51),
                "Failed to add tags to stream orders under account 000000000000 because a given stream cannot have more"
                        + " than 10 tags associated with it.");
        create(request -> request.streamName("orders").shardCount(1).tags(tags(50)));
    }

    private void refusesTags(Map<String, String> tags, String message) {
        assertThatThrownBy(() -> create(
                        request -> request.streamName("orders").shardCount(1).tags(tags)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> service.describe("orders")).isInstanceOf(ResourceNotFoundException.class);
    }

    private static Map<String, String> tags(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "key-" + i, i -> "value-" + i));
    }

    @Test
    void deletesOnlyWhatIsThere() {
        service.streams.createStream(Service.CALLER, provisioned("orders", 1));
        assertThatThrownBy(() -> delete("orders"))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 not ACTIVE, instead in state CREATING");
        service.settle();
        delete("orders");
        assertThatThrownBy(() -> delete("orders"))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 not ACTIVE, instead in state DELETING");
        assertThatThrownBy(() -> service.streams.createStream(Service.CALLER, provisioned("orders", 1)))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 already exists.");
        service.settle();
        assertThatThrownBy(() -> delete("orders"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orders under account 000000000000 not found.");
        assertThat(service.meters
                        .find("IncomingBytes")
                        .tag("StreamName", "orders")
                        .counter())
                .isNull();
    }

    @Test
    void waitsAsLongAsItIsTold(@TempDir Path elsewhere) {
        var slow = new StreamsConfig(Duration.ofMillis(500), Duration.ofSeconds(1), 100, 50, ThroughputLimits.OFF);
        try (var patient = Service.in(elsewhere, slow)) {
            patient.streams.createStream(Service.CALLER, provisioned("orders", 1));
            patient.clock.advance(Duration.ofMillis(499));
            patient.streams.reconcile();
            assertThat(patient.describe("orders").streamStatus()).isEqualTo(StreamStatus.CREATING);
            patient.clock.advance(Duration.ofMillis(1));
            patient.streams.reconcile();
            assertThat(patient.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        }
    }

    @Test
    void aStreamMadeAnewStartsEmpty() {
        service.create("orders", 1);
        service.put("orders", "key", "old");
        delete("orders");
        service.settle();
        service.create("orders", 1);

        assertThat(service.contents("orders", "shardId-0")).isEmpty();
    }

    private void delete(String name) {
        service.streams.deleteStream(
                Service.CALLER, DeleteStreamRequest.builder().streamName(name).build());
    }

    private void create(Consumer<CreateStreamRequest.Builder> request) {
        var builder = CreateStreamRequest.builder();
        request.accept(builder);
        service.streams.createStream(Service.CALLER, builder.build());
        service.settle();
    }

    private static StreamModeDetails mode(StreamMode mode) {
        return StreamModeDetails.builder().streamMode(mode).build();
    }

    private String modeAndShards(String name) {
        var description = service.describe(name);
        return description.streamModeDetails().streamMode() + " "
                + description.shards().size();
    }

    private static CreateStreamRequest provisioned(String name, int shards) {
        return CreateStreamRequest.builder().streamName(name).shardCount(shards).build();
    }
}

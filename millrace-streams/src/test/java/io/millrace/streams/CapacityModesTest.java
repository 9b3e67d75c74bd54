package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ValidationException;
import io.millrace.streams.limits.ThroughputLimits;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;

class CapacityModesTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/";
    private static final String NOT_COMMITTED = "WarmThroughputMiBps can be set only for on-demand streams of accounts"
            + " with MinimumThroughputBillingCommitment enabled.";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(
                directory, new StreamsConfig(Duration.ZERO, Duration.ofSeconds(1), 100, 2, ThroughputLimits.OFF));
        service.create("orders", 2);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void switchesTheModeAndKeepsTheShards() {
        switchTo("orders", StreamMode.ON_DEMAND);

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        service.settle();

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(service.describe("orders").streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);
        assertThat(service.shards("orders")).hasSize(2);
        assertThatThrownBy(() -> service.streams.splitShard(
                        Service.CALLER,
                        SplitShardRequest.builder()
                                .streamName("orders")
                                .shardToSplit("shardId-0")
                                .newStartingHashKey("5")
                                .build()))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void remembersTheModeOverARestartInTheMiddleOfTheSwitch() {
        switchTo("orders", StreamMode.ON_DEMAND);
        service.restart();
        service.settle();

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(service.describe("orders").streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);
    }

    @Test
    void takesPutsWhileItSwitches() {
        switchTo("orders", StreamMode.ON_DEMAND);

        var shard = service.put("orders", "key", "data").shardId();

        service.settle();
        assertThat(service.contents("orders", shard)).containsExactly("data");
    }

    @Test
    void acceptsTheModeItHasWithoutAnyChange() {
        for (int i = 0; i < 5; i++) {
            switchTo("orders", StreamMode.PROVISIONED);
            assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        }
    }

    @Test
    void switchesTwiceInTwentyFourHoursAndNoMore() {
        switchAndSettle(StreamMode.ON_DEMAND);
        switchAndSettle(StreamMode.PROVISIONED);
        service.restart();

        refused(
                () -> switchTo("orders", StreamMode.ON_DEMAND),
                LimitExceededException.class,
                "Stream orders under account 000000000000 has switched its mode 2 times in the last 24 hours, which is"
                        + " the limit.");

        service.clock.advance(Duration.ofHours(24));
        switchAndSettle(StreamMode.ON_DEMAND);
    }

    @Test
    void refusesToSwitchWhatIsNotThereOrNotActive() {
        refused(
                () -> switchTo("elsewhere", StreamMode.ON_DEMAND),
                ResourceNotFoundException.class,
                "Stream elsewhere under account 000000000000 not found.");
        switchTo("orders", StreamMode.ON_DEMAND);
        refused(
                () -> switchTo("orders", StreamMode.PROVISIONED),
                ResourceInUseException.class,
                "Stream orders under account 000000000000 not ACTIVE, instead in state UPDATING");
    }

    @Test
    void refusesMoreOnDemandStreamsThanTheAccountMayHave() {
        createOnDemand("first", 0);
        createOnDemand("second", 0);

        refused(
                () -> switchTo("orders", StreamMode.ON_DEMAND),
                LimitExceededException.class,
                "This request would exceed the on-demand stream limit for the account 000000000000 in us-east-1."
                        + " Current on-demand stream count: 2. Limit: 2.");
    }

    @Test
    void describesTheAccountsLimits() {
        createOnDemand("elastic", 0);

        var limits = service.streams.describeLimits(
                Service.CALLER, DescribeLimitsRequest.builder().build());

        assertThat(limits.shardLimit()).isEqualTo(100);
        assertThat(limits.openShardCount()).isEqualTo(6);
        assertThat(limits.onDemandStreamCount()).isEqualTo(1);
        assertThat(limits.onDemandStreamCountLimit()).isEqualTo(2);
        var elsewhere = service.streams.describeLimits(
                Service.caller("111111111111", "us-east-1"),
                DescribeLimitsRequest.builder().build());
        assertThat(elsewhere.openShardCount()).isZero();
        assertThat(elsewhere.onDemandStreamCount()).isZero();
    }

    @Test
    void warmsAStreamOfACommittedAccount() {
        commit(MinimumThroughputBillingCommitmentInputStatus.ENABLED);
        createOnDemand("elastic", 0);
        assertThat(summary("elastic").warmThroughput().targetMiBps()).isZero();
        assertThat(summary("elastic").warmThroughput().currentMiBps()).isEqualTo(4);

        var response = service.streams.updateStreamWarmThroughput(Service.CALLER, warming("elastic", 10));

        assertThat(response.streamName()).isEqualTo("elastic");
        assertThat(response.streamARN()).isEqualTo(ARN + "elastic");
        assertThat(response.warmThroughput().targetMiBps()).isEqualTo(10);
        assertThat(response.warmThroughput().currentMiBps()).isEqualTo(4);
        assertThat(summary("elastic").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        service.settle();
        assertThat(summary("elastic").openShardCount()).isEqualTo(10);
        assertThat(summary("elastic").warmThroughput().currentMiBps()).isEqualTo(10);
        service.restart();
        assertThat(summary("elastic").warmThroughput().targetMiBps()).isEqualTo(10);
    }

    @Test
    void createsAStreamThatIsWarmFromTheStart() {
        commit(MinimumThroughputBillingCommitmentInputStatus.ENABLED);

        createOnDemand("elastic", 9);

        assertThat(summary("elastic").openShardCount()).isEqualTo(9);
        assertThat(summary("elastic").warmThroughput().targetMiBps()).isEqualTo(9);
    }

    @Test
    void warmsAStreamThatBecomesOnDemandAndForgetsItWhenItIsProvisionedAgain() {
        commit(MinimumThroughputBillingCommitmentInputStatus.ENABLED);
        service.streams.updateStreamMode(
                Service.CALLER,
                switching("orders", StreamMode.ON_DEMAND).toBuilder()
                        .warmThroughputMiBps(6)
                        .build());
        service.settle();
        assertThat(summary("orders").openShardCount()).isEqualTo(6);

        switchAndSettle(StreamMode.PROVISIONED);

        assertThat(summary("orders").warmThroughput()).isNull();
        service.clock.advance(Duration.ofHours(24));
        switchAndSettle(StreamMode.ON_DEMAND);
        assertThat(summary("orders").warmThroughput().targetMiBps()).isZero();
    }

    @Test
    void refusesWarmThroughputWhereItCanNotBe() {
        createOnDemand("elastic", 0);
        assertThat(summary("elastic").warmThroughput()).isNull();
        refused(() -> warm("elastic", 5), ValidationException.class, NOT_COMMITTED);
        refused(() -> createOnDemand("other", 5), ValidationException.class, NOT_COMMITTED);
        refused(
                () -> service.streams.updateStreamMode(
                        Service.CALLER,
                        switching("orders", StreamMode.ON_DEMAND).toBuilder()
                                .warmThroughputMiBps(5)
                                .build()),
                ValidationException.class,
                NOT_COMMITTED);
        commit(MinimumThroughputBillingCommitmentInputStatus.ENABLED);
        refused(
                () -> warm("orders", 5),
                ValidationException.class,
                "WarmThroughputMiBps can be set only for on-demand streams. Stream orders under account 000000000000"
                        + " is in Provisioned mode.");
        refused(
                () -> service.streams.updateStreamMode(
                        Service.CALLER,
                        switching("orders", StreamMode.PROVISIONED).toBuilder()
                                .warmThroughputMiBps(5)
                                .build()),
                ValidationException.class,
                "WarmThroughputMiBps can be set only for on-demand streams. Stream orders under account 000000000000"
                        + " is in Provisioned mode.");
        refused(
                () -> warm("elastic", 10_241),
                ValidationException.class,
                "1 validation error detected: Value '10241' at 'warmThroughputMiBps' failed to satisfy constraint:"
                        + " Member must have value less than or equal to 10240");
        assertThatThrownBy(() -> warm("elastic", 200))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("shard limit");
        refused(
                () -> warm("elsewhere", 5),
                ResourceNotFoundException.class,
                "Stream elsewhere under account 000000000000 not found.");
    }

    private void switchTo(String stream, StreamMode mode) {
        service.streams.updateStreamMode(Service.CALLER, switching(stream, mode));
    }

    private void switchAndSettle(StreamMode mode) {
        switchTo("orders", mode);
        service.settle();
        assertThat(service.describe("orders").streamModeDetails().streamMode()).isEqualTo(mode);
    }

    private static UpdateStreamModeRequest switching(String stream, StreamMode mode) {
        return UpdateStreamModeRequest.builder()
                .streamARN(ARN + stream)
                .streamModeDetails(details -> details.streamMode(mode))
                .build();
    }

    private void warm(String stream, int mib) {
        service.streams.updateStreamWarmThroughput(Service.CALLER, warming(stream, mib));
    }

    private static UpdateStreamWarmThroughputRequest warming(String stream, int mib) {
        return UpdateStreamWarmThroughputRequest.builder()
                .streamName(stream)
                .warmThroughputMiBps(mib)
                .build();
    }

    private void createOnDemand(String stream, int warmMib) {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName(stream)
                        .warmThroughputMiBps(warmMib)
                        .build());
        service.settle();
    }

    private void commit(MinimumThroughputBillingCommitmentInputStatus status) {
        service.streams.updateAccountSettings(
                Service.CALLER,
                UpdateAccountSettingsRequest.builder()
                        .minimumThroughputBillingCommitment(commitment -> commitment.status(status))
                        .build());
    }

    private StreamDescriptionSummary summary(String stream) {
        return service.streams
                .describeStreamSummary(
                        Service.CALLER,
                        DescribeStreamSummaryRequest.builder()
                                .streamName(stream)
                                .build())
                .streamDescriptionSummary();
    }

    private static void refused(ThrowingCallable call, Class<?> type, String message) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessage(message);
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutputStatus;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** What an account can do once it is committed; on a server of its own, since all tests share one account. */
class WarmThroughputTest {
    @ParameterizedTest
    @EnumSource(names = {"URL_CONNECTION", "NETTY_HTTP2"})
    void aCommittedAccountHasWarmStreams(SdkClient kind) {
        try (var millrace = Millrace.start(MillraceConfig.ephemeral());
                var client = kind.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(
                    request -> request.streamModeDetails(mode -> mode.streamMode(StreamMode.ON_DEMAND)));
            assertThat(summary(kinesis, stream).warmThroughput()).isNull();
            assertThatExceptionOfType(ValidationException.class)
                    .isThrownBy(() -> client.updateStreamWarmThroughput(
                            request -> request.streamName(stream).warmThroughputMiBps(8)));
            assertThat(client.describeAccountSettings(request -> {})
                            .minimumThroughputBillingCommitment()
                            .status())
                    .isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.DISABLED);

            var commitment = commit(kinesis, MinimumThroughputBillingCommitmentInputStatus.ENABLED);

            assertThat(commitment).isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.ENABLED);
            var answer = client.updateStreamWarmThroughput(
                    request -> request.streamName(stream).warmThroughputMiBps(8));
            assertThat(answer.warmThroughput().targetMiBps()).isEqualTo(8);
            assertThat(answer.warmThroughput().currentMiBps()).isEqualTo(4);
            kinesis.awaitActive(stream);
            assertThat(summary(kinesis, stream).openShardCount()).isEqualTo(8);
            assertThat(summary(kinesis, stream).warmThroughput().currentMiBps()).isEqualTo(8);
            var warm = kinesis.newStream(request -> request.warmThroughputMiBps(6));
            assertThat(summary(kinesis, warm).openShardCount()).isEqualTo(6);
            assertThat(commit(kinesis, MinimumThroughputBillingCommitmentInputStatus.DISABLED))
                    .isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.ENABLED_UNTIL_EARLIEST_ALLOWED_END);
            var settings = client.describeAccountSettings(request -> {}).minimumThroughputBillingCommitment();
            assertThat(Duration.between(settings.startedAt(), settings.earliestAllowedEndAt()))
                    .isEqualTo(Duration.ofDays(1));
        }
    }

    private static MinimumThroughputBillingCommitmentOutputStatus commit(
            Kinesis kinesis, MinimumThroughputBillingCommitmentInputStatus status) {
        return kinesis.client()
                .updateAccountSettings(
                        request -> request.minimumThroughputBillingCommitment(commitment -> commitment.status(status)))
                .minimumThroughputBillingCommitment()
                .status();
    }

    private static StreamDescriptionSummary summary(Kinesis kinesis, String stream) {
        return kinesis.client()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary();
    }
}

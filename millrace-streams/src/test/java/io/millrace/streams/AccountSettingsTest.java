package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Caller;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.DescribeAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutput;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutputStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;

class AccountSettingsTest {
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
    void startsWithoutACommitment() {
        assertThat(described(Service.CALLER)).isEqualTo(Commitment.describeNone());
        assertThat(disable()).isEqualTo(Commitment.describeNone());
    }

    @Test
    void commitsTheAccountInThisRegionAlone() {
        var start = service.clock.instant();

        var answer = enable();

        assertThat(answer.status()).isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.ENABLED);
        assertThat(answer.startedAt()).isEqualTo(start);
        assertThat(answer.earliestAllowedEndAt()).isEqualTo(start.plus(Duration.ofHours(24)));
        assertThat(answer.endedAt()).isNull();
        assertThat(described(Service.CALLER)).isEqualTo(answer);
        assertThat(described(Service.caller(Service.ACCOUNT, "eu-west-1"))).isEqualTo(Commitment.describeNone());
        assertThat(described(Service.caller("111111111111", "us-east-1"))).isEqualTo(Commitment.describeNone());
    }

    @Test
    void staysCommittedForADayWhenItIsDisabledEarlier() {
        var start = service.clock.instant();
        enable();
        service.clock.advance(Duration.ofHours(1));

        var answer = disable();

        assertThat(answer.status())
                .isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.ENABLED_UNTIL_EARLIEST_ALLOWED_END);
        assertThat(answer.earliestAllowedEndAt()).isEqualTo(start.plus(Duration.ofHours(24)));
        service.restart();
        assertThat(described(Service.CALLER)).isEqualTo(answer);

        service.clock.advance(Duration.ofHours(23));
        var over = described(Service.CALLER);
        assertThat(over.status()).isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.DISABLED);
        assertThat(over.endedAt()).isEqualTo(start.plus(Duration.ofHours(24)));
    }

    @Test
    void cancelsAnEndThatHasNotComeWhenItIsEnabledAgain() {
        var start = service.clock.instant();
        enable();
        disable();

        assertThat(enable().status()).isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.ENABLED);

        service.clock.advance(Duration.ofDays(2));
        assertThat(described(Service.CALLER).status())
                .isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.ENABLED);
        assertThat(described(Service.CALLER).startedAt()).isEqualTo(start);
    }

    @Test
    void endsAtOnceAfterADayAndBeginsAnewWhenEnabledAgain() {
        enable();
        service.clock.advance(Duration.ofHours(30));
        var end = service.clock.instant();

        var answer = disable();

        assertThat(answer.status()).isEqualTo(MinimumThroughputBillingCommitmentOutputStatus.DISABLED);
        assertThat(answer.endedAt()).isEqualTo(end);
        service.clock.advance(Duration.ofHours(1));
        assertThat(disable().endedAt()).isEqualTo(end);
        assertThat(enable().startedAt()).isEqualTo(service.clock.instant());
    }

    private MinimumThroughputBillingCommitmentOutput described(Caller caller) {
        return service.streams
                .describeAccountSettings(
                        caller, DescribeAccountSettingsRequest.builder().build())
                .minimumThroughputBillingCommitment();
    }

    private MinimumThroughputBillingCommitmentOutput enable() {
        return update(MinimumThroughputBillingCommitmentInputStatus.ENABLED);
    }

    private MinimumThroughputBillingCommitmentOutput disable() {
        return update(MinimumThroughputBillingCommitmentInputStatus.DISABLED);
    }

    private MinimumThroughputBillingCommitmentOutput update(MinimumThroughputBillingCommitmentInputStatus status) {
        return service.streams
                .updateAccountSettings(
                        Service.CALLER,
                        UpdateAccountSettingsRequest.builder()
                                .minimumThroughputBillingCommitment(commitment -> commitment.status(status))
                                .build())
                .minimumThroughputBillingCommitment();
    }
}

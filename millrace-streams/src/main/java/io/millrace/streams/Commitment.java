package io.millrace.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutput;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutputStatus;

/**
 * An account's commitment to a minimum of throughput in a region, which lasts for at least a day. It ends by the clock
 * alone, so nobody has to be awake at that moment.
 *
 * @param endsMillis when it ended or will end; absent while it goes on
 */
record Commitment(long startedMillis, Optional<Long> endsMillis) {
    private static final Duration LASTS_AT_LEAST = Duration.ofHours(24);

    static Commitment startingAt(long nowMillis) {
        return new Commitment(nowMillis, Optional.empty());
    }

    boolean inForce(long nowMillis) {
        return endsMillis.isEmpty() || endsMillis.get() > nowMillis;
    }

    /** The commitment after it was asked for once more: if it was about to end, it no longer is. */
    Commitment enabled(long nowMillis) {
        return inForce(nowMillis) ? new Commitment(startedMillis, Optional.empty()) : startingAt(nowMillis);
    }

    /** The commitment after it was given up: it ends now if it may, or else as soon as it may. */
    Commitment disabled(long nowMillis) {
        boolean ending = endsMillis.isPresent();
        return ending ? this : new Commitment(startedMillis, Optional.of(Math.max(nowMillis, earliestEndMillis())));
    }

    private long earliestEndMillis() {
        return startedMillis + LASTS_AT_LEAST.toMillis();
    }

    MinimumThroughputBillingCommitmentOutput describe(long nowMillis) {
        var description =
                MinimumThroughputBillingCommitmentOutput.builder().startedAt(Instant.ofEpochMilli(startedMillis));
        if (!inForce(nowMillis)) {
            return description
                    .status(MinimumThroughputBillingCommitmentOutputStatus.DISABLED)
                    .endedAt(endsMillis.map(Instant::ofEpochMilli).orElseThrow())
                    .build();
        }
        return description
                .status(
                        endsMillis.isEmpty()
                                ? MinimumThroughputBillingCommitmentOutputStatus.ENABLED
                                : MinimumThroughputBillingCommitmentOutputStatus.ENABLED_UNTIL_EARLIEST_ALLOWED_END)
                .earliestAllowedEndAt(Instant.ofEpochMilli(earliestEndMillis()))
                .build();
    }

    /** What is said of an account that never committed itself. */
    static MinimumThroughputBillingCommitmentOutput describeNone() {
        return MinimumThroughputBillingCommitmentOutput.builder()
                .status(MinimumThroughputBillingCommitmentOutputStatus.DISABLED)
                .build();
    }
}

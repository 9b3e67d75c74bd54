package io.millrace.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;

/** {@code millrace account}: what holds for all streams of an account in a region. */
@Command(name = "account", description = "Show the limits and settings of the account.")
final class AccountCommand implements Runnable {
    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Show how many shards and on-demand streams there are, and how many there may be.")
    int limits(@Mixin ResultOptions result, @Mixin EndpointOptions endpoint) throws IOException {
        try (var streams = endpoint.open()) {
            var kinesis = streams.client();
            var limits = kinesis.describeLimits(_ -> {});
            result.show(new Facts()
                    .with("Open shards", "openShards", limits.openShardCount())
                    .with("Shard limit", "shardLimit", limits.shardLimit())
                    .with("On-demand streams", "onDemandStreams", limits.onDemandStreamCount())
                    .with("On-demand stream limit", "onDemandStreamLimit", limits.onDemandStreamCountLimit()));
        }
        return ExitCode.OK;
    }

    @Command(description = "Show the commitment to a minimum of throughput, or turn it on or off.")
    int commitment(
            @Parameters(arity = "0..1", paramLabel = "on|off", description = "What it is to be.") @Nullable Toggle toggle,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var streams = endpoint.open()) {
            var kinesis = streams.client();
            var commitment = toggle == null
                    ? kinesis.describeAccountSettings(_ -> {}).minimumThroughputBillingCommitment()
                    : kinesis.updateAccountSettings(request ->
                                    request.minimumThroughputBillingCommitment(wanted -> wanted.status(status(toggle))))
                            .minimumThroughputBillingCommitment();
            result.show(new Facts()
                    .with("Status", "status", commitment.statusAsString())
                    .with("Started", "started", commitment.startedAt())
                    .with("Earliest end", "earliestEnd", commitment.earliestAllowedEndAt())
                    .with("Ended", "ended", commitment.endedAt()));
        }
        return ExitCode.OK;
    }

    private static MinimumThroughputBillingCommitmentInputStatus status(Toggle toggle) {
        return switch (toggle) {
            case on -> MinimumThroughputBillingCommitmentInputStatus.ENABLED;
            case off -> MinimumThroughputBillingCommitmentInputStatus.DISABLED;
        };
    }
}

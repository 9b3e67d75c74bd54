package io.millrace.streams;

import io.millrace.catalog.Catalog;
import io.millrace.model.Caller;
import io.millrace.model.Namespace;
import io.millrace.model.ValidationException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.kinesis.model.DescribeAccountSettingsResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsResponse;

/**
 * DescribeAccountSettings and UpdateAccountSettings: which accounts are committed to a minimum of throughput, and so may
 * ask for streams that are warm beforehand. Like streams, commitments are written first and then shown.
 */
final class AccountSettings {
    private final Catalog catalog;
    private final ScalingTables tables;
    private final InstantSource clock;
    private final Map<Namespace, Commitment> commitments;

    AccountSettings(Catalog catalog, ScalingTables tables, InstantSource clock) {
        this.catalog = catalog;
        this.tables = tables;
        this.clock = clock;
        this.commitments = new ConcurrentHashMap<>(catalog.read(tables::loadCommitments));
    }

    DescribeAccountSettingsResponse describe(Caller caller) {
        var commitment = Optional.ofNullable(commitments.get(caller.namespace()));
        return DescribeAccountSettingsResponse.builder()
                .minimumThroughputBillingCommitment(
                        commitment.map(known -> known.describe(clock.millis())).orElseGet(Commitment::describeNone))
                .build();
    }

    synchronized UpdateAccountSettingsResponse update(Caller caller, UpdateAccountSettingsRequest request) {
        long now = clock.millis();
        var known = Optional.ofNullable(commitments.get(caller.namespace()));
        var changed = switch (request.minimumThroughputBillingCommitment().status()) {
            case ENABLED ->
                Optional.of(
                        known.map(commitment -> commitment.enabled(now)).orElseGet(() -> Commitment.startingAt(now)));
            case DISABLED -> known.map(commitment -> commitment.disabled(now));
            case UNKNOWN_TO_SDK_VERSION -> throw new AssertionError("the model's enum was checked before");
        };
        changed.ifPresent(commitment -> write(caller.namespace(), commitment));
        return UpdateAccountSettingsResponse.builder()
                .minimumThroughputBillingCommitment(
                        changed.map(commitment -> commitment.describe(now)).orElseGet(Commitment::describeNone))
                .build();
    }

    private void write(Namespace namespace, Commitment commitment) {
        catalog.transact(connection -> {
            tables.putCommitment(connection, namespace, commitment);
            return true;
        });
        commitments.put(namespace, commitment);
    }

    boolean committed(Namespace namespace) {
        var commitment = commitments.get(namespace);
        return commitment != null && commitment.inForce(clock.millis());
    }

    /** Refuses warm throughput to accounts without a commitment. */
    void requireCommitted(Namespace namespace) {
        if (!committed(namespace)) {
            throw new ValidationException("WarmThroughputMiBps can be set only for on-demand streams of accounts with"
                    + " MinimumThroughputBillingCommitment enabled.");
        }
    }
}

package io.millrace.streams;

import io.millrace.model.Caller;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.MetricsName;

/**
 * EnableEnhancedMonitoring and DisableEnhancedMonitoring, both in force when they return: {@link ShardMeters} follow the
 * stream's settings.
 */
final class EnhancedMonitoring {
    /** The metrics that there are, in the order of the API's own list. */
    private static final List<MetricsName> METRICS = List.of(
            MetricsName.INCOMING_BYTES,
            MetricsName.INCOMING_RECORDS,
            MetricsName.OUTGOING_BYTES,
            MetricsName.OUTGOING_RECORDS,
            MetricsName.WRITE_PROVISIONED_THROUGHPUT_EXCEEDED,
            MetricsName.READ_PROVISIONED_THROUGHPUT_EXCEEDED,
            MetricsName.ITERATOR_AGE_MILLISECONDS);

    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;

    EnhancedMonitoring(StreamDirectory directory, StreamRegister register, StreamTables tables) {
        this.directory = directory;
        this.register = register;
        this.tables = tables;
    }

    static List<MetricsName> inOrder(Set<MetricsName> metrics) {
        return METRICS.stream().filter(metrics::contains).toList();
    }

    EnableEnhancedMonitoringResponse enable(Caller caller, EnableEnhancedMonitoringRequest request) {
        var change = change(
                caller,
                new Named(request.streamName(), request.streamARN(), "EnableEnhancedMonitoring"),
                request.shardLevelMetrics(),
                Set::addAll);
        return EnableEnhancedMonitoringResponse.builder()
                .streamName(change.after().address().name())
                .streamARN(change.after().address().arn())
                .currentShardLevelMetrics(inOrder(change.before().settings().shardLevelMetrics()))
                .desiredShardLevelMetrics(inOrder(change.after().settings().shardLevelMetrics()))
                .build();
    }

    DisableEnhancedMonitoringResponse disable(Caller caller, DisableEnhancedMonitoringRequest request) {
        var change = change(
                caller,
                new Named(request.streamName(), request.streamARN(), "DisableEnhancedMonitoring"),
                request.shardLevelMetrics(),
                Set::removeAll);
        return DisableEnhancedMonitoringResponse.builder()
                .streamName(change.after().address().name())
                .streamARN(change.after().address().arn())
                .currentShardLevelMetrics(inOrder(change.before().settings().shardLevelMetrics()))
                .desiredShardLevelMetrics(inOrder(change.after().settings().shardLevelMetrics()))
                .build();
    }

    /** The stream that a request of this operation names. */
    private record Named(@Nullable String name, @Nullable String arn, String operation) {}

    private record Change(StreamState before, StreamState after) {}

    private Change change(
            Caller caller,
            Named named,
            List<MetricsName> asked,
            BiConsumer<Set<MetricsName>, Collection<MetricsName>> combination) {
        return register.inTurn(() -> {
            var stream = directory.require(caller, named.name(), named.arn(), named.operation());
            var before = stream.state();
            before.requireActive();
            var metrics = EnumSet.noneOf(MetricsName.class);
            metrics.addAll(before.settings().shardLevelMetrics());
            combination.accept(metrics, asked.contains(MetricsName.ALL) ? METRICS : asked);
            var after = register.change(stream, connection -> {
                var changed = before.withSettings(before.settings().withShardLevelMetrics(metrics));
                tables.updateStream(connection, changed);
                return changed;
            });
            return new Change(before, after);
        });
    }
}

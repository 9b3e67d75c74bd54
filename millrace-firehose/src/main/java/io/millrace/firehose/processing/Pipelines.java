package io.millrace.firehose.processing;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.functions.FunctionInvoker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;

/** Opens pipelines. May be used by many threads at once. */
public final class Pipelines {
    private static final Duration CALL_MAX = Duration.ofMinutes(5);

    private final FunctionInvoker functions;
    private final Duration callMax;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Pauses pauses;
    private final Map<StreamName, ProcessingMeters> meters = new ConcurrentHashMap<>();
    private Optional<JqLibrary> jq = Optional.empty();

    /**
     * Opens nothing yet.
     *
     * @param random safe for use by many threads
     */
    public Pipelines(
            FunctionInvoker functions,
            MeterRegistry registry,
            InstantSource clock,
            RandomGenerator random,
            Pauses pauses) {
        this(functions, CALL_MAX, registry, clock, random, pauses);
    }

    Pipelines(
            FunctionInvoker functions,
            Duration callMax,
            MeterRegistry registry,
            InstantSource clock,
            RandomGenerator random,
            Pauses pauses) {
        this.functions = functions;
        this.callMax = callMax;
        this.registry = registry;
        this.clock = clock;
        this.random = random;
        this.pauses = pauses;
    }

    private record StreamName(String account, String region, String name) {
        static StreamName of(StreamIdentity stream) {
            return new StreamName(stream.account(), stream.region(), stream.name());
        }
    }

    /** A pipeline for one version of a delivery stream; without a configuration, records go through it untouched. */
    public Pipeline open(
            @Nullable ProcessingConfiguration configuration, StreamIdentity stream, PipelineOptions options) {
        var processors = Processors.of(configuration);
        // Streams that process nothing cost nothing: there may be a thousand of them.
        if (processors.isEmpty() && options.metadata() != PipelineOptions.Metadata.PARTITION_KEYS) {
            return new Untouched();
        }
        var streamMeters = meters.computeIfAbsent(StreamName.of(stream), _ -> new ProcessingMeters(registry, stream));
        return new ProcessingPipeline(
                processors,
                options,
                processors
                        .lambda()
                        .map(lambda -> new Transformation(
                                lambda, stream, functions, callMax, clock, random, pauses, streamMeters)),
                processors.metadataQuery().map(query -> MetadataQuery.compile(query, jq())),
                clock,
                streamMeters);
    }

    /**
     * Whether a record that is processed again may come to another end: a function may say something else, and so may a query
     * whose end depends on the machine.
     */
    public boolean vary(@Nullable ProcessingConfiguration configuration) {
        var processors = Processors.of(configuration);
        return processors.lambda().isPresent()
                || processors
                        .metadataQuery()
                        .map(query -> MetadataQuery.compile(query, jq()).varies())
                        .orElse(false);
    }

    /** The functions of jq, loaded when a query is first compiled. */
    private synchronized JqLibrary jq() {
        if (jq.isEmpty()) {
            jq = Optional.of(new JqLibrary());
        }
        return jq.get();
    }

    /** Takes the meters of a delivery stream's processing out of the registry; it is gone. */
    public void forget(StreamIdentity stream) {
        var removed = meters.remove(StreamName.of(stream));
        if (removed != null) {
            removed.remove();
        }
    }
}

package io.millrace.firehose.processing;

import io.millrace.firehose.source.SourceRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stages, one after another. Holds no state between chunks. */
final class ProcessingPipeline implements Pipeline {
    static final String PROCESSING_FAILED = "processing-failed";
    static final String DECOMPRESSION_FAILED = "decompression-failed";

    private static final String EXTRACTION_FAILED = "DynamicPartitioning.MetadataExtractionFailed";
    private static final Set<String> TABLE_KEYS =
            Set.of("destinationDatabaseName", "destinationTableName", "operation");

    private static final int CHUNK_BYTES = 1 << 20;
    /** Small, because a thousand times as much may come out of it. */
    private static final int COMPRESSED_CHUNK_BYTES = 128 << 10;

    private final Processors processors;
    private final PipelineOptions options;
    private final Optional<Transformation> transformation;
    private final Optional<MetadataQuery> query;
    private final InstantSource clock;
    private final ProcessingMeters meters;

    ProcessingPipeline(
            Processors processors,
            PipelineOptions options,
            Optional<Transformation> transformation,
            Optional<MetadataQuery> query,
            InstantSource clock,
            ProcessingMeters meters) {
        this.processors = processors;
        this.options = options;
        this.transformation = transformation;
        this.query = query;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public ChunkHints chunks() {
        int bytes = processors.lambda().map(Processors.Lambda::bufferBytes).orElse(CHUNK_BYTES);
        return new ChunkHints(
                processors.decompress() ? Math.min(bytes, COMPRESSED_CHUNK_BYTES) : bytes,
                processors.lambda().map(Processors.Lambda::interval).orElse(Duration.ZERO),
                processors.lambda().isPresent() ? options.outstanding() : 1);
    }

    @Override
    public List<Processed> process(List<SourceRecord> chunk) throws InterruptedException {
        var steps = takenApart(decompressed(chunk));
        if (transformation.isPresent()) {
            steps = transformation.get().transform(steps);
        }
        return finished(steps);
    }

    private List<Step> decompressed(List<SourceRecord> chunk) {
        var steps = new ArrayList<Step>(chunk.size());
        if (!processors.decompress()) {
            chunk.forEach(
                    record -> steps.add(Fragment.of(record, record.position().sub(), record.data())));
            return steps;
        }
        int failed = 0;
        long bytes = 0;
        long failedBytes = 0;
        try (var gunzip = new Gunzip()) {
            for (var record : chunk) {
                try {
                    var plain = gunzip.decompress(record.data());
                    bytes += plain.length;
                    steps.add(Fragment.of(record, record.position().sub(), plain));
                } catch (UnprocessableException e) {
                    failed++;
                    failedBytes += record.data().length;
                    steps.add(failed(
                            Fragment.of(record, record.position().sub(), record.data()),
                            DECOMPRESSION_FAILED,
                            "Decompression.InvalidData",
                            e));
                }
            }
        }
        meters.decompressed(chunk.size() - failed, bytes, failed, failedBytes);
        return steps;
    }

    private List<Step> takenApart(List<Step> steps) {
        if (!processors.extractMessages() && processors.subRecords().isEmpty()) {
            return steps;
        }
        var parts = new ArrayList<Step>(steps.size());
        for (var step : steps) {
            if (step instanceof Fragment fragment) {
                takeApart(fragment, parts);
            } else {
                parts.add(step);
            }
        }
        return parts;
    }

    private void takeApart(Fragment whole, List<Step> parts) {
        List<byte[]> data = List.of(whole.data());
        if (processors.extractMessages()) {
            try {
                data = CloudWatchMessages.of(whole.data());
            } catch (UnprocessableException e) {
                parts.add(failed(whole, PROCESSING_FAILED, "CloudWatchLogProcessing.InvalidData", e));
                return;
            }
            if (data.isEmpty()) {
                parts.add(new Step.Done(new Processed.Dropped(whole.source())));
                return;
            }
        }
        int number = 0;
        for (var piece : data) {
            List<byte[]> subRecords = List.of(piece);
            if (processors.subRecords().isPresent()) {
                try {
                    subRecords = processors.subRecords().get().of(piece);
                } catch (UnprocessableException e) {
                    parts.add(failed(
                            Fragment.of(whole.source(), whole.sub() + number, piece),
                            PROCESSING_FAILED,
                            "RecordDeAggregation.InvalidData",
                            e));
                    number++;
                    continue;
                }
            }
            for (var subRecord : subRecords) {
                parts.add(Fragment.of(whole.source(), whole.sub() + number, subRecord));
                number++;
            }
        }
    }

    private List<Processed> finished(List<Step> steps) {
        var finished = new ArrayList<Processed>(steps.size());
        long start = query.isPresent() ? meters.startNanos() : 0;
        for (var step : steps) {
            finished.add(
                    switch (step) {
                        case Step.Done(var outcome) -> outcome;
                        case Fragment fragment -> finished(fragment);
                    });
        }
        if (query.isPresent() && !steps.isEmpty()) {
            meters.queried(start);
        }
        return finished;
    }

    private Processed finished(Fragment fragment) {
        try {
            return switch (options.metadata()) {
                case UNUSED -> fragment.ready(delimited(fragment.data()), Map.of());
                case PARTITION_KEYS -> fragment.ready(delimited(fragment.data()), partitionKeys(fragment));
                case TABLES -> fragment.inTable(table(fragment)).ready(delimited(fragment.data()), Map.of());
            };
        } catch (UnprocessableException e) {
            return failed(fragment, PROCESSING_FAILED, EXTRACTION_FAILED, e).outcome();
        }
    }

    /**
     * By their names; a name that both the query and the function have is, for the function's, all of the expression in the
     * prefix.
     */
    private Map<String, String> partitionKeys(Fragment fragment) throws UnprocessableException {
        var keys = new HashMap<String, String>();
        Map<String, String> found = query.isPresent() ? found(query.get(), fragment) : Map.of();
        for (var key : options.keysFromQuery()) {
            keys.put(key, present(found.get(key)));
        }
        for (var key : options.keysFromLambda()) {
            var name = options.keysFromQuery().contains(key) ? "partitionKeyFromLambda:" + key : key;
            keys.put(name, present(fragment.fromLambda().get(key)));
        }
        return Map.copyOf(keys);
    }

    private static Map<String, String> found(MetadataQuery query, Fragment fragment) throws UnprocessableException {
        return query.of(fragment.data(), fragment.source().arrival());
    }

    private static String present(@Nullable String value) throws UnprocessableException {
        if (value == null || value.isEmpty()) {
            throw new UnprocessableException("partitionKeys values must not be null or empty");
        }
        return value;
    }

    private Map<String, String> table(Fragment fragment) throws UnprocessableException {
        var table = new HashMap<>(fragment.table());
        if (query.isPresent()) {
            table.putAll(found(query.get(), fragment));
        }
        table.keySet().retainAll(TABLE_KEYS);
        return Map.copyOf(table);
    }

    private byte[] delimited(byte[] data) {
        if (processors.delimiter().isEmpty() || options.output() == PipelineOptions.Output.CONVERTED) {
            return data;
        }
        var delimiter = processors.delimiter().get().bytes();
        var delimited = Arrays.copyOf(data, data.length + delimiter.length);
        System.arraycopy(delimiter, 0, delimited, data.length, delimiter.length);
        return delimited;
    }

    private Step.Done failed(Fragment fragment, String outputType, String code, UnprocessableException reason) {
        return new Step.Done(new Processed.Failed(
                fragment.source(),
                outputType,
                code,
                reason.text(),
                fragment.original(),
                1,
                clock.instant(),
                processors.lambda().map(Processors.Lambda::qualifiedArn).orElse("")));
    }

    @Override
    public void close() {
        // Nothing of its own is open: the invoker belongs to the server.
    }
}

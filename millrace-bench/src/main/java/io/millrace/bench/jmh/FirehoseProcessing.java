package io.millrace.bench.jmh;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.processing.Pipeline;
import io.millrace.firehose.processing.PipelineOptions;
import io.millrace.firehose.processing.Pipelines;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.FunctionsConfig;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.ProcessorParameterName;
import software.amazon.awssdk.services.firehose.model.ProcessorType;

/** What a delivery stream does to records of 1 KiB of JSON before they are delivered; times are a record's. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FirehoseProcessing {
    private static final int RECORDS = 500;

    private final Pipelines pipelines = new Pipelines(
            new FunctionInvoker(FunctionsConfig.none(), InstantSource.system()),
            new SimpleMeterRegistry(),
            InstantSource.system(),
            new SecureRandom(),
            Thread::sleep);
    private final Pipeline partitioned = open(
            PipelineOptions.partitioned("!{partitionKeyFromQuery:customer}/!{partitionKeyFromQuery:hour}/"),
            processor(
                    ProcessorType.METADATA_EXTRACTION,
                    ProcessorParameterName.METADATA_EXTRACTION_QUERY,
                    "{customer: .customer.id, hour: .timestamp|strftime(\"%Y-%m-%d-%H\")}"));
    private final Pipeline takenApart = open(
            PipelineOptions.plain(),
            processor(ProcessorType.RECORD_DE_AGGREGATION, ProcessorParameterName.SUB_RECORD_TYPE, "JSON"));
    private final List<SourceRecord> single = records(1, RECORDS);
    private final List<SourceRecord> aggregated = records(RECORDS, 1);

    private Pipeline open(PipelineOptions options, Processor processor) {
        return pipelines.open(
                ProcessingConfiguration.builder()
                        .enabled(true)
                        .processors(processor)
                        .build(),
                new StreamIdentity("000000000000", "us-east-1", "bench", "arn", "1"),
                options);
    }

    private static Processor processor(ProcessorType type, ProcessorParameterName name, String value) {
        return Processor.builder()
                .type(type)
                .parameters(ProcessorParameter.builder()
                        .parameterName(name)
                        .parameterValue(value)
                        .build())
                .build();
    }

    private static List<SourceRecord> records(int objects, int count) {
        var object = ("{\"timestamp\":1711111111,\"customer\":{\"id\":\"c-4711\",\"name\":\"Zoë\"},\"items\":["
                        + "{\"sku\":\"A-1\",\"n\":2,\"price\":9.99},".repeat(22)
                        + "{}],\"text\":\"" + "x".repeat(70) + "\"}\n")
                .repeat(objects)
                .getBytes(StandardCharsets.UTF_8);
        var records = new ArrayList<SourceRecord>();
        for (int i = 0; i < count; i++) {
            records.add(
                    new SourceRecord(new RecordPosition("shard", i, 0), Instant.EPOCH, object, new Origin.DirectPut()));
        }
        return records;
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public List<Processed> partitionKeysFromQuery() throws InterruptedException {
        return partitioned.process(single);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public List<Processed> takenApart() throws InterruptedException {
        return takenApart.process(aggregated);
    }
}

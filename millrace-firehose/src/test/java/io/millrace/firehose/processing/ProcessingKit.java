package io.millrace.firehose.processing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.FunctionsConfig;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.TestFunction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;

/** Pipelines with a function that misbehaves on command, a clock that stands, and pauses that are only written down. */
final class ProcessingKit implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    static final Instant ARRIVAL = Instant.ofEpochMilli(1711111111111L);
    static final String LAMBDA_ARN = "arn:aws:lambda:us-east-1:000000000000:function:clean";
    static final StreamIdentity STREAM = new StreamIdentity(
            "000000000000", "us-east-1", "s", "arn:aws:firehose:us-east-1:000000000000:deliverystream/s", "1");

    final TestFunction function;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<Duration> pauses = new ArrayList<>();
    final Pipelines pipelines;
    private final FunctionInvoker invoker;

    ProcessingKit() throws IOException {
        this(Duration.ofMinutes(5));
    }

    ProcessingKit(Duration callMax) throws IOException {
        var clock = new ManualClock(NOW);
        function = TestFunction.start();
        invoker = new FunctionInvoker(
                FunctionsConfig.of(function.uri().toString(), List.of(), "", "", "us-east-1"), clock);
        pipelines = new Pipelines(invoker, callMax, meters, clock, new Random(1), pauses::add);
    }

    Pipeline open(PipelineOptions options, Processor... processors) {
        return pipelines.open(configuration(processors), STREAM, options);
    }

    List<Processed> process(Pipeline pipeline, String... records) throws InterruptedException {
        var chunk = new ArrayList<SourceRecord>();
        for (var record : records) {
            chunk.add(record(chunk.size(), record.getBytes(UTF_8)));
        }
        return pipeline.process(chunk);
    }

    static SourceRecord record(long offset, byte[] data) {
        return record(offset, data, new Origin.DirectPut());
    }

    static SourceRecord record(long offset, byte[] data, Origin origin) {
        return new SourceRecord(new RecordPosition("shard", offset, 0), ARRIVAL, data, origin);
    }

    static ProcessingConfiguration configuration(Processor... processors) {
        return ProcessingConfiguration.builder()
                .enabled(true)
                .processors(processors)
                .build();
    }

    static Processor processor(String type, String... namesAndValues) {
        var parameters = new ArrayList<ProcessorParameter>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.add(ProcessorParameter.builder()
                    .parameterName(namesAndValues[i])
                    .parameterValue(namesAndValues[i + 1])
                    .build());
        }
        return Processor.builder().type(type).parameters(parameters).build();
    }

    static Processor lambda(String... more) {
        var parameters = new ArrayList<>(List.of("LambdaArn", LAMBDA_ARN));
        parameters.addAll(List.of(more));
        return processor("Lambda", parameters.toArray(String[]::new));
    }

    /** A function that makes an answer's record of each record of the event. */
    static TestFunction.Answer perRecord(UnaryOperator<ObjectNode> handler) {
        return new TestFunction.Answer(event -> {
            var answer = JSON.createObjectNode();
            var records = answer.putArray("records");
            for (var record : json(event).get("records")) {
                records.add(handler.apply((ObjectNode) record));
            }
            return answer.toString().getBytes(UTF_8);
        });
    }

    /** An answer's record that says the result and has the data in capitals. */
    static ObjectNode capitals(ObjectNode record, String result) {
        byte[] data;
        try {
            data = record.get("data").binaryValue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return JSON.createObjectNode()
                .put("recordId", record.get("recordId").textValue())
                .put("result", result)
                .put(
                        "data",
                        new String(data, UTF_8)
                                .toUpperCase(java.util.Locale.ROOT)
                                .getBytes(UTF_8));
    }

    static JsonNode json(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] gzip(byte[] plain) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(compressed)) {
            out.write(plain);
        }
        return compressed.toByteArray();
    }

    /** The data of what is ready, in order. */
    static List<String> ready(List<Processed> processed) {
        return processed.stream()
                .filter(Processed.Ready.class::isInstance)
                .map(outcome -> new String(((Processed.Ready) outcome).record().data(), UTF_8))
                .toList();
    }

    static Processed.Failed failed(Processed outcome) {
        if (outcome instanceof Processed.Failed failed) {
            return failed;
        }
        throw new AssertionError("not failed: " + outcome);
    }

    static Map<String, String> keys(Processed outcome) {
        if (outcome instanceof Processed.Ready ready) {
            return ready.partitionKeys();
        }
        throw new AssertionError("not ready: " + outcome);
    }

    @Override
    public void close() throws IOException {
        invoker.close();
        function.close();
    }
}

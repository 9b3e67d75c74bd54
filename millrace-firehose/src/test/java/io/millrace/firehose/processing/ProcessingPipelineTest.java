package io.millrace.firehose.processing;

import static io.millrace.firehose.processing.ProcessingKit.capitals;
import static io.millrace.firehose.processing.ProcessingKit.failed;
import static io.millrace.firehose.processing.ProcessingKit.gzip;
import static io.millrace.firehose.processing.ProcessingKit.keys;
import static io.millrace.firehose.processing.ProcessingKit.lambda;
import static io.millrace.firehose.processing.ProcessingKit.perRecord;
import static io.millrace.firehose.processing.ProcessingKit.processor;
import static io.millrace.firehose.processing.ProcessingKit.ready;
import static io.millrace.firehose.processing.ProcessingKit.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.processing.Pipeline.ChunkHints;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.Processor;

class ProcessingPipelineTest {
    private static final PipelineOptions PLAIN = PipelineOptions.plain();
    private static final Processor DECOMPRESSION = processor("Decompression", "CompressionFormat", "GZIP");
    private static final Processor MESSAGES = processor("CloudWatchLogProcessing", "DataMessageExtraction", "true");
    private static final Processor OBJECTS = processor("RecordDeAggregation", "SubRecordType", "JSON");
    private static final Processor NEWLINES = processor("AppendDelimiterToRecord");
    private static final Processor CUSTOMER = query("{customer:.customer}");
    private static final PipelineOptions BY_CUSTOMER =
            PipelineOptions.partitioned("data/!{partitionKeyFromQuery:customer}/!{timestamp:yyyy}/");

    private ProcessingKit kit;

    @BeforeEach
    void open() throws Exception {
        kit = new ProcessingKit();
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private static Processor query(String query) {
        return processor("MetadataExtraction", "MetadataExtractionQuery", query, "JsonParsingEngine", "JQ-1.6");
    }

    @Test
    void withoutProcessorsRecordsAndBytesStayAsTheyAre() throws Exception {
        var source = record(7, new byte[] {0, -1, 10});
        for (var pipeline : List.of(
                kit.pipelines.open(null, ProcessingKit.STREAM, PLAIN),
                kit.open(PLAIN),
                kit.pipelines.open(
                        ProcessingKit.configuration(NEWLINES).toBuilder()
                                .enabled(false)
                                .build(),
                        ProcessingKit.STREAM,
                        PLAIN))) {
            var processed = pipeline.process(List.of(source));

            assertThat(processed).singleElement().isInstanceOfSatisfying(Processed.Ready.class, ready -> {
                assertThat(ready.record().data()).isSameAs(source.data());
                assertThat(ready.record().position()).isEqualTo(source.position());
                assertThat(ready.record().arrival()).isEqualTo(source.arrival());
                assertThat(ready.partitionKeys()).isEmpty();
                assertThat(ready.record().table()).isEmpty();
            });
            assertThat(pipeline.chunks()).isEqualTo(new ChunkHints(1 << 20, Duration.ZERO, 1));
        }
        assertThat(kit.meters.getMeters()).isEmpty();
    }

    @Test
    void stagesHaveTheServicesOrderWhateverTheArraysIs() throws Exception {
        kit.function.always(perRecord(record -> capitals(record, "Ok")));
        var pipeline = kit.open(
                PipelineOptions.partitioned("!{partitionKeyFromQuery:c}"),
                NEWLINES,
                query("{c:.A}"),
                lambda(),
                OBJECTS,
                DECOMPRESSION);

        var processed = pipeline.process(List.of(record(0, gzip("{\"a\":\"x\"} {\"a\":\"y\"}".getBytes(UTF_8)))));

        assertThat(ready(processed)).containsExactly("{\"A\":\"X\"}\n", "{\"A\":\"Y\"}\n");
        assertThat(keys(processed.get(0))).isEqualTo(Map.of("c", "X"));
        assertThat(keys(processed.get(1))).isEqualTo(Map.of("c", "Y"));
    }

    @Test
    void whatCannotBeDecompressedFailsWithItsBytes() throws Exception {
        var processed = kit.open(PLAIN, DECOMPRESSION)
                .process(List.of(record(0, gzip(bytes("a"))), record(1, bytes("plain")), record(2, gzip(bytes("bc")))));

        assertThat(ready(processed)).containsExactly("a", "bc");
        var failed = failed(processed.get(1));
        assertThat(failed.outputType()).isEqualTo("decompression-failed");
        assertThat(failed.rawData()).isEqualTo(bytes("plain"));
        assertThat(failed.attempts()).isEqualTo(1);
        assertThat(failed.lambdaArn()).isEmpty();
        assertThat(count("OutputDecompressedRecords.Success")).isEqualTo(2);
        assertThat(count("OutputDecompressedBytes.Success")).isEqualTo(3);
        assertThat(count("OutputDecompressedRecords.Failed")).isEqualTo(1);
        assertThat(count("OutputDecompressedBytes.Failed")).isEqualTo(5);
    }

    @Test
    void logEventsBecomeRecordsAndControlMessagesAreDropped() throws Exception {
        var pipeline = kit.open(PLAIN, DECOMPRESSION, MESSAGES, NEWLINES);
        var data = gzip(
                bytes(
                        "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"g\",\"logStream\":\"s\","
                                + "\"subscriptionFilters\":[\"f\"],\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,\"message\":\"one é\"},"
                                + "{\"extractedFields\":{\"message\":\"not this\"},\"id\":\"2\",\"timestamp\":2,\"message\":\"two\"}]}"));
        var control = gzip(
                bytes(
                        "{\"messageType\":\"CONTROL_MESSAGE\",\"owner\":\"\",\"logGroup\":\"\",\"logStream\":\"\","
                                + "\"subscriptionFilters\":[],\"logEvents\":[{\"id\":\"\",\"timestamp\":1,\"message\":\"CWL CONTROL MESSAGE\"}]}"));

        var processed = pipeline.process(List.of(record(0, data), record(1, control), record(2, gzip(bytes("{}")))));

        assertThat(ready(processed)).containsExactly("one é\n", "two\n");
        assertThat(processed.get(2)).isInstanceOf(Processed.Dropped.class);
        assertThat(failed(processed.get(3)).outputType()).isEqualTo("processing-failed");
        assertThat(positions(processed)).hasSize(2);
    }

    @Test
    void logMessagesStayWholeWithoutExtraction() throws Exception {
        var payload = "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[]}";
        var off = processor("CloudWatchLogProcessing", "DataMessageExtraction", "false");

        assertThat(ready(kit.open(PLAIN, DECOMPRESSION, off).process(List.of(record(0, gzip(bytes(payload)))))))
                .containsExactly(payload);
    }

    @Test
    void theDelimiterIsANewlineUnlessAnotherIsGiven() throws Exception {
        assertThat(ready(kit.process(kit.open(PLAIN, NEWLINES), "a", "b"))).containsExactly("a\n", "b\n");
        for (var text : List.of("\\n", "\n", "")) {
            assertThat(ready(
                            kit.process(kit.open(PLAIN, processor("AppendDelimiterToRecord", "Delimiter", text)), "a")))
                    .containsExactly("a\n");
        }
        assertThat(ready(kit.process(kit.open(PLAIN, processor("AppendDelimiterToRecord", "Delimiter", "||")), "a")))
                .containsExactly("a||");
        assertThat(ready(kit.process(kit.open(PLAIN.converted(), NEWLINES), "a")))
                .containsExactly("a");
    }

    @Test
    void delimitedRecordsAreTakenApartAndEachPartHasAPlaceOfItsOwn() throws Exception {
        var pipeline = kit.open(
                PLAIN, processor("RecordDeAggregation", "SubRecordType", "DELIMITED", "Delimiter", "IyMjIw=="));

        var processed = kit.process(pipeline, "a####b####c", "d");

        assertThat(ready(processed)).containsExactly("a", "b", "c", "d");
        assertThat(positions(processed)).hasSize(4);
    }

    @Test
    void aMalformedAggregateFailsWhole() throws Exception {
        var processed = kit.process(kit.open(PLAIN, OBJECTS), "{}{", "[{}]", "{}");

        assertThat(ready(processed)).containsExactly("{}");
        assertThat(failed(processed.get(0)).rawData()).isEqualTo(bytes("{}{"));
        assertThat(failed(processed.get(1)).outputType()).isEqualTo("processing-failed");
    }

    @Test
    void partitionKeysComeFromTheQuery() throws Exception {
        var processed = kit.process(kit.open(BY_CUSTOMER, CUSTOMER), "{\"customer\":\"a/b\"}", "{\"customer\":7}");

        assertThat(keys(processed.get(0))).isEqualTo(Map.of("customer", "a/b"));
        assertThat(keys(processed.get(1))).isEqualTo(Map.of("customer", "7"));
        assertThat(kit.meters.get("JQProcessing.Duration").timer().count()).isEqualTo(1);
    }

    @Test
    void recordsWithoutTheirKeysFailAlone() throws Exception {
        var processed = kit.process(
                kit.open(BY_CUSTOMER, CUSTOMER),
                "{\"customer\":null}",
                "{\"customer\":\"\"}",
                "{}",
                "not JSON",
                "{\"customer\":\"a\"}");

        for (var outcome : processed.subList(0, 4)) {
            var failed = failed(outcome);
            assertThat(failed.outputType()).isEqualTo("processing-failed");
            assertThat(failed.errorCode()).isEqualTo("DynamicPartitioning.MetadataExtractionFailed");
            assertThat(failed.rawData()).isEqualTo(failed.source().data());
        }
        assertThat(failed(processed.get(0)).errorMessage()).isEqualTo("partitionKeys values must not be null or empty");
        assertThat(failed(processed.get(1)).errorMessage()).isEqualTo("partitionKeys values must not be null or empty");
        assertThat(ready(processed)).hasSize(1);
    }

    @Test
    void partitionKeysComeFromTheFunctionAsWell() throws Exception {
        kit.function.always(perRecord(record -> {
            var answer = capitals(record, "Ok");
            answer.putObject("metadata")
                    .putObject("partitionKeys")
                    .put("day", "monday")
                    .put("n", 7)
                    .put("unused", "x");
            return answer;
        }));
        var options = PipelineOptions.partitioned("!{partitionKeyFromLambda:day}/!{partitionKeyFromLambda:n}/");

        assertThat(keys(kit.process(kit.open(options, lambda()), "a").getFirst()))
                .isEqualTo(Map.of("day", "monday", "n", "7"));
    }

    @Test
    void aKeyThatQueryAndFunctionBothHaveIsTwoKeys() throws Exception {
        kit.function.always(perRecord(record -> {
            var answer = capitals(record, "Ok");
            answer.putObject("metadata").putObject("partitionKeys").put("k", "function");
            return answer.put("data", bytes("{\"k\":\"query\"}"));
        }));
        var options = PipelineOptions.partitioned("!{partitionKeyFromLambda:k}/!{partitionKeyFromQuery:k}/");

        assertThat(keys(kit.process(kit.open(options, lambda(), query("{k:.k}")), "a")
                        .getFirst()))
                .isEqualTo(Map.of("k", "query", "partitionKeyFromLambda:k", "function"));
    }

    @Test
    void aFunctionThatForgetsAKeyFailsTheRecordWithItsOriginalData() throws Exception {
        kit.function.always(perRecord(record -> capitals(record, "Ok")));
        var options = PipelineOptions.partitioned("!{partitionKeyFromLambda:day}/");

        var failed = failed(kit.process(kit.open(options, lambda()), "a").getFirst());

        assertThat(failed.errorCode()).isEqualTo("DynamicPartitioning.MetadataExtractionFailed");
        assertThat(failed.rawData()).isEqualTo(bytes("a"));
    }

    @Test
    void tablesComeFromTheQueryAndFromTheFunction() throws Exception {
        kit.function.always(perRecord(record -> {
            var answer = capitals(record, "Ok");
            answer.put("data", bytes("{\"op\":\"update\",\"none\":null}"));
            answer.putObject("metadata")
                    .putObject("otfMetadata")
                    .put("destinationDatabaseName", "db")
                    .put("destinationTableName", "t")
                    .put("operation", "insert")
                    .put("more", "x");
            return answer;
        }));

        assertThat(table(kit.open(PipelineOptions.tables(), lambda())))
                .isEqualTo(Map.of("destinationDatabaseName", "db", "destinationTableName", "t", "operation", "insert"));
        assertThat(table(kit.open(
                        PipelineOptions.tables(), lambda(), query("{operation:.op,destinationTableName:.none,x:1}"))))
                .isEqualTo(Map.of("destinationDatabaseName", "db", "destinationTableName", "t", "operation", "update"));
        assertThat(table(kit.open(PipelineOptions.tables()))).isEmpty();
    }

    private Map<String, String> table(Pipeline pipeline) throws InterruptedException {
        return kit.process(pipeline, "{}").getFirst() instanceof Processed.Ready ready
                ? ready.record().table()
                : Map.of("failed", "");
    }

    @Test
    void hintsFollowTheFunctionsBuffer() {
        assertThat(kit.open(PLAIN, lambda()).chunks()).isEqualTo(new ChunkHints(1 << 20, Duration.ofSeconds(60), 5));
        assertThat(kit.open(PipelineOptions.splunk(), lambda("BufferSizeInMBs", "0.25", "BufferIntervalInSeconds", "0"))
                        .chunks())
                .isEqualTo(new ChunkHints(256 << 10, Duration.ZERO, 10));
        assertThat(kit.open(PLAIN, DECOMPRESSION).chunks().bytes()).isEqualTo(128 << 10);
    }

    @Test
    void theMetersGoWithTheirStream() {
        kit.open(PLAIN, lambda());
        assertThat(kit.meters.getMeters()).isNotEmpty();

        kit.pipelines.forget(ProcessingKit.STREAM);

        assertThat(kit.meters.getMeters()).isEmpty();
    }

    private static Set<Object> positions(List<Processed> processed) {
        var positions = new HashSet<>();
        for (var outcome : processed) {
            if (outcome instanceof Processed.Ready ready) {
                positions.add(ready.record().position());
            }
        }
        return positions;
    }

    private double count(String meter) {
        return kit.meters.get(meter).counter().count();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

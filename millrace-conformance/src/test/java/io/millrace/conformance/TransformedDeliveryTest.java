package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import io.millrace.testkit.TestFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;

/** A function behind an endpoint changes, drops and refuses records on their way, and says where they belong. */
class TransformedDeliveryTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:clean";

    private static TestFunction function;
    private static Millrace millrace;
    private static FirehoseSdk firehose;

    @BeforeAll
    static void start() throws IOException {
        function = TestFunction.start().always(new TestFunction.Answer(TransformedDeliveryTest::clean));
        millrace = Millrace.start(MillraceConfig.ephemeral()
                .with("firehose.interval-max", "200ms")
                .with("functions.endpoint", function.uri().toString()));
        firehose = FirehoseSdk.connect(millrace.endpoint());
    }

    @AfterAll
    static void stop() throws IOException {
        firehose.close();
        millrace.close();
        function.close();
    }

    /** Upper case, but for what is to be dropped or can't be done; the first letter is the partition. */
    private static byte[] clean(byte[] event) {
        try {
            var answer = JSON.createObjectNode();
            var records = answer.putArray("records");
            for (var record : JSON.readTree(event).path("records")) {
                var text = text(record.path("data").asText());
                var cleaned = records.addObject()
                        .put("recordId", record.path("recordId").asText());
                clean(text, cleaned);
            }
            return JSON.writeValueAsBytes(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void clean(String text, ObjectNode cleaned) {
        switch (text) {
            case "drop" -> cleaned.put("result", "Dropped");
            case "fail" -> cleaned.put("result", "ProcessingFailed").put("data", packed(text));
            default -> {
                cleaned.put("result", "Ok").put("data", packed(text.toUpperCase(Locale.ROOT) + "\n"));
                cleaned.putObject("metadata").putObject("partitionKeys").put("letter", text.substring(0, 1));
            }
        }
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static String packed(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ExtendedS3DestinationConfiguration.Builder transformed(String bucket) {
        var processor = Processor.builder()
                .type("Lambda")
                .parameters(
                        parameter("LambdaArn", FUNCTION),
                        parameter("BufferSizeInMBs", "1"),
                        parameter("BufferIntervalInSeconds", "0"))
                .build();
        return FirehoseSdk.to(bucket)
                .errorOutputPrefix("err/!{firehose:error-output-type}/")
                .processingConfiguration(it -> it.enabled(true).processors(processor));
    }

    private static ProcessorParameter parameter(String name, String value) {
        return ProcessorParameter.builder()
                .parameterName(name)
                .parameterValue(value)
                .build();
    }

    private static DeliveredFolder bucket(String name) {
        return new DeliveredFolder(millrace.dataDirectory().resolve("objects").resolve(name));
    }

    @Test
    void aFunctionChangesDropsAndRefuses() throws IOException {
        firehose.create("cleaned", transformed("cleaned").prefix("ok/"));
        firehose.put("cleaned", List.of("one", "drop", "fail", "two"));
        Await.until("delivery", () -> bucket("cleaned").lines("ok/").size() >= 2);
        Await.until("error output", () -> !bucket("cleaned").lines("err/").isEmpty());

        assertThat(bucket("cleaned").lines("ok/")).containsExactly("ONE", "TWO");
        var failed = bucket("cleaned").lines("err/processing-failed/");
        assertThat(failed).hasSize(1);
        var line = JSON.readTree(failed.getFirst());
        assertThat(text(line.path("rawData").asText())).isEqualTo("fail");
        assertThat(line.path("errorCode").asText()).isEqualTo("Lambda.ProcessingFailedStatus");
        assertThat(line.path("lambdaARN").asText()).isEqualTo(FUNCTION + ":$LATEST");
        assertThat(function.calls())
                .allSatisfy(call -> assertThat(call.target())
                        .startsWith("/2015-03-31/functions/")
                        .contains("clean"));
    }

    @Test
    void aFunctionSaysWhereRecordsBelong() {
        firehose.create(
                "sorted",
                transformed("sorted")
                        .prefix("letter=!{partitionKeyFromLambda:letter}/")
                        .bufferingHints(hints -> hints.sizeInMBs(64).intervalInSeconds(60))
                        .dynamicPartitioningConfiguration(dynamic -> dynamic.enabled(true)));
        firehose.put("sorted", "apple", "bee", "ant");
        Await.until("delivery", () -> bucket("sorted").lines("").size() >= 3);

        assertThat(bucket("sorted").lines("letter=a/")).containsExactly("APPLE", "ANT");
        assertThat(bucket("sorted").lines("letter=b/")).containsExactly("BEE");
    }
}

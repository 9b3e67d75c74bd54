package io.millrace.firehose.processing;

import static io.millrace.firehose.processing.ProcessingKit.capitals;
import static io.millrace.firehose.processing.ProcessingKit.failed;
import static io.millrace.firehose.processing.ProcessingKit.json;
import static io.millrace.firehose.processing.ProcessingKit.lambda;
import static io.millrace.firehose.processing.ProcessingKit.perRecord;
import static io.millrace.firehose.processing.ProcessingKit.ready;
import static io.millrace.firehose.processing.ProcessingKit.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.firehose.source.Origin;
import io.millrace.functions.FunctionInvoker;
import io.millrace.testkit.Seeds;
import io.millrace.testkit.TestFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransformationTest {
    private static final PipelineOptions PLAIN = PipelineOptions.plain();
    private static final String ID = "49" + "0".repeat(47) + "000000";

    @Test
    void sendsTheEventOfADirectPutMemberForMember() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.process(kit.open(PLAIN, lambda()), "hello");

            var event = new String(kit.function.calls().getFirst().body(), UTF_8);
            assertThat(event)
                    .matches(
                            "\\{\"invocationId\":\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\",.*");
            assertThat(event.substring(event.indexOf(',') + 1))
                    .isEqualTo(
                            "\"deliveryStreamArn\":\"arn:aws:firehose:us-east-1:000000000000:deliverystream/s\","
                                    + "\"region\":\"us-east-1\",\"records\":[{\"recordId\":\"" + ID + "\","
                                    + "\"approximateArrivalTimestamp\":1711111111111,\"data\":\"aGVsbG8=\","
                                    + "\"kinesisRecordMetadata\":{\"sequenceNumber\":\"" + ID
                                    + "\",\"subsequenceNumber\":\"0\",\"partitionKey\":\"" + ID
                                    + "\",\"shardId\":\"shardId-000000000000\",\"approximateArrivalTimestamp\":1711111111111}}]}");
        }
    }

    @Test
    void sendsTheEventOfAKinesisStreamMemberForMember() throws Exception {
        try (var kit = new ProcessingKit()) {
            var origin = new Origin.KinesisStream(
                    "arn:aws:kinesis:us-east-1:000000000000:stream/in",
                    "shardId-000000000003",
                    "4965",
                    2,
                    "k\"\\\n\u2028\uD83D\uDE00\uD800é");
            kit.open(PLAIN, lambda()).process(List.of(record(7, "hello".getBytes(UTF_8), origin)));

            var event = new String(kit.function.calls().getFirst().body(), UTF_8);
            assertThat(event.substring(event.indexOf(',') + 1))
                    .isEqualTo("\"sourceKinesisStreamArn\":\"arn:aws:kinesis:us-east-1:000000000000:stream/in\","
                            + "\"deliveryStreamArn\":\"arn:aws:firehose:us-east-1:000000000000:deliverystream/s\","
                            + "\"region\":\"us-east-1\",\"records\":[{\"recordId\":\"4965000002000000\","
                            + "\"approximateArrivalTimestamp\":1711111111111,\"data\":\"aGVsbG8=\","
                            + "\"kinesisRecordMetadata\":{\"sequenceNumber\":\"4965\",\"subsequenceNumber\":\"2\","
                            + "\"partitionKey\":\"k\\\"\\\\\\u000a\\u2028\\ud83d\\ude00\\ud800é\","
                            + "\"shardId\":\"shardId-000000000003\",\"approximateArrivalTimestamp\":1711111111111}}]}");
        }
    }

    @Test
    void aKafkaRecordHasAKeyAndAValueAndIsAnsweredWithAValue() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> ProcessingKit.JSON
                    .createObjectNode()
                    .put("recordId", record.get("recordId").textValue())
                    .put("result", "Ok")
                    .put("kafkaRecordValue", "d29ybGQ=")));
            var origin = new Origin.KafkaTopic("topic", 3, 42, "key".getBytes(UTF_8));

            var processed = kit.open(PLAIN, lambda()).process(List.of(record(42, "hello".getBytes(UTF_8), origin)));

            assertThat(ready(processed)).containsExactly("world");
            var sent =
                    json(kit.function.calls().getFirst().body()).get("records").get(0);
            assertThat(sent.get("kafkaRecordKey").textValue()).isEqualTo("a2V5");
            assertThat(sent.get("kafkaRecordValue").textValue()).isEqualTo("aGVsbG8=");
            assertThat(sent.get("mskRecordMetadata").get("offset").textValue()).isEqualTo("42");
            assertThat(sent.get("mskRecordMetadata").get("partitionId").textValue())
                    .isEqualTo("3");
        }
    }

    @Test
    void eachRecordGetsWhatTheAnswerSaysOfItInTheRecordsOrder() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> switch (text(record)) {
                case "drop" -> capitals(record, "Dropped");
                case "fail" -> capitals(record, "ProcessingFailed");
                default -> capitals(record, "Ok");
            }));

            var processed = kit.process(kit.open(PLAIN, lambda()), "a", "drop", "fail", "b");

            assertThat(processed).hasSize(4);
            assertThat(ready(processed)).containsExactly("A", "B");
            assertThat(processed.get(1)).isInstanceOf(Processed.Dropped.class);
            var failed = failed(processed.get(2));
            assertThat(failed.errorCode()).isEqualTo("Lambda.ProcessingFailedStatus");
            assertThat(failed.errorMessage()).isEqualTo("ProcessingFailed status set for record");
            assertThat(failed.outputType()).isEqualTo("processing-failed");
            assertThat(failed.rawData()).isEqualTo("fail".getBytes(UTF_8));
            assertThat(failed.attempts()).isEqualTo(1);
            assertThat(failed.attemptEnding()).isEqualTo(ProcessingKit.NOW);
            assertThat(failed.lambdaArn()).isEqualTo(ProcessingKit.LAMBDA_ARN + ":$LATEST");
            assertThat(kit.meters.get("SucceedProcessing.Records").counter().count())
                    .isEqualTo(3);
            assertThat(kit.meters.get("SucceedProcessing.Bytes").counter().count())
                    .isEqualTo(6);
            assertThat(kit.meters.get("ExecuteProcessing.Success").summary().mean())
                    .isEqualTo(1);
            assertThat(kit.meters.get("ExecuteProcessing.Duration").timer().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void theOrderOfTheAnswerDoesNotMatter() throws Exception {
        try (var kit = new ProcessingKit()) {
            Seeds.forEach(20, random -> {
                kit.function.always(new TestFunction.Answer(event -> {
                    var records = new ArrayList<ObjectNode>();
                    json(event).get("records").forEach(record -> records.add(capitals((ObjectNode) record, "Ok")));
                    records.add(ProcessingKit.JSON
                            .createObjectNode()
                            .put("recordId", "nobody's")
                            .put("result", "Ok"));
                    Collections.shuffle(records, new Random(random.nextLong()));
                    return ("{\"more\":[1,{\"records\":[]}],\"records\":" + records + "}").getBytes(UTF_8);
                }));

                assertThat(ready(kit.process(kit.open(PLAIN, lambda()), "a", "b", "c", "d")))
                        .containsExactly("A", "B", "C", "D");
            });
        }
    }

    @Test
    void aRecordThatIsNotInTheAnswerFailsAloneAndIsNotTriedAgain() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> {
                var answer = capitals(record, "Ok");
                return text(record).equals("b") ? answer.put("recordId", "another") : answer;
            }));

            var processed = kit.process(kit.open(PLAIN, lambda()), "a", "b", "c");

            assertThat(ready(processed)).containsExactly("A", "C");
            assertThat(failed(processed.get(1)).errorCode()).isEqualTo("Lambda.MissingRecordId");
            assertThat(failed(processed.get(1)).errorMessage())
                    .isEqualTo(
                            "One or more record Ids were not returned. Ensure that the Lambda function returns all received"
                                    + " record Ids.");
            assertThat(failed(processed.get(1)).attempts()).isEqualTo(1);
            assertThat(kit.function.calls()).hasSize(1);
        }
    }

    @Test
    void answersThatAreNoneLackAllRecordIds() throws Exception {
        try (var kit = new ProcessingKit()) {
            for (var answer : List.of(
                    "",
                    "null",
                    "{}",
                    "[]",
                    "\"\"",
                    "{\"records\":null}",
                    "{\"records\":{}}",
                    "{\"records\":[",
                    "{\"records\":[1,[2],\"x\"]}",
                    "garbage",
                    "{\"records\":[{\"recordId\":null}]}",
                    "[".repeat(100_000))) {
                kit.function.next(new TestFunction.Status(200, answer));

                var processed = kit.process(kit.open(PLAIN, lambda()), "a", "b");

                assertThat(processed)
                        .allSatisfy(outcome ->
                                assertThat(failed(outcome).errorCode()).isEqualTo("Lambda.MissingRecordId"));
                assertThat(failed(processed.getFirst()).attempts()).isEqualTo(1);
            }
        }
    }

    @Test
    void randomGarbageNeverThrowsAndLosesNothing() throws Exception {
        try (var kit = new ProcessingKit()) {
            Seeds.forEach(100, random -> {
                kit.function.always(new TestFunction.Answer(event -> {
                    var answer = perRecord(record -> capitals(record, "Ok"))
                            .handler()
                            .apply(event);
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        answer[random.nextInt(answer.length)] = (byte) random.nextInt();
                    }
                    return answer;
                }));

                assertThat(kit.process(kit.open(PLAIN, lambda()), "a", "b", "c"))
                        .hasSize(3);
            });
        }
    }

    @Test
    void aRecordIdTwiceFailsItsRecordAlone() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(new TestFunction.Answer(event -> {
                var records = new ArrayList<ObjectNode>();
                json(event).get("records").forEach(record -> records.add(capitals((ObjectNode) record, "Ok")));
                records.add(records.getFirst());
                return ("{\"records\":" + records + "}").getBytes(UTF_8);
            }));

            var processed = kit.process(kit.open(PLAIN, lambda()), "a", "b");

            assertThat(ready(processed)).containsExactly("B");
            assertThat(failed(processed.getFirst()).errorCode()).isEqualTo("Lambda.DuplicatedRecordId");
            assertThat(failed(processed.getFirst()).errorMessage())
                    .isEqualTo("Multiple records were returned with the same record Id. Ensure that the Lambda function"
                            + " returns a unique record Id for each record.");
        }
    }

    @Test
    void badResultsAndBadDataFailTheirRecords() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> {
                var answer = capitals(record, "Ok");
                return switch (text(record)) {
                    case "lower" -> answer.put("result", "ok");
                    case "none" -> answer.without(List.of("result"));
                    case "null" -> answer.putNull("data");
                    case "absent" -> answer.without(List.of("data"));
                    case "object" -> {
                        answer.putObject("data").put("x", 1);
                        yield answer;
                    }
                    case "base64" -> answer.put("data", "not base64!");
                    default -> answer;
                };
            }));

            var processed = kit.process(
                    kit.open(PLAIN, lambda()), "lower", "none", "null", "absent", "object", "base64", "fine");

            assertThat(processed.subList(0, 6).stream()
                            .map(outcome -> failed(outcome).errorCode())
                            .toList())
                    .containsExactly(
                            "Lambda.InvalidResponse",
                            "Lambda.InvalidResponse",
                            "Lambda.InvalidReturnFormat",
                            "Lambda.InvalidReturnFormat",
                            "Lambda.InvalidReturnFormat",
                            "Lambda.JsonProcessingException");
            assertThat(failed(processed.get(2)).errorMessage())
                    .isEqualTo(
                            "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and"
                                    + " processing result is Ok. The value field cannot be null when the SourceType is MSKAsSource"
                                    + " and processing result is Ok.");
            assertThat(ready(processed)).containsExactly("FINE");
        }
    }

    @Test
    void aFunctionThatFailsIsCalledAgainAsOftenAsConfigured() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(new TestFunction.FunctionError("{\"errorType\":\"ValueError\"}"));

            var processed = kit.process(kit.open(PLAIN, lambda()), "a", "b");

            assertThat(processed).allSatisfy(outcome -> {
                assertThat(failed(outcome).errorCode()).isEqualTo("Lambda.FunctionError");
                assertThat(failed(outcome).errorMessage())
                        .isEqualTo("The Lambda function was successfully invoked but it returned an error result.");
                assertThat(failed(outcome).attempts()).isEqualTo(4);
            });
            assertThat(kit.function.calls()).hasSize(4);
            assertThat(kit.pauses).hasSize(3);
            assertThat(kit.pauses.get(0)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
            assertThat(kit.pauses.get(1)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
            assertThat(kit.pauses.get(2)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
            assertThat(kit.meters.get("ExecuteProcessing.Success").summary().mean())
                    .isZero();
            // The same event each time: the function may recognize it.
            assertThat(new HashSet<>(kit.function.calls().stream()
                            .map(call -> new String(call.body(), UTF_8))
                            .toList()))
                    .hasSize(1);
        }
    }

    @Test
    void noRetriesIsOneCall() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(new TestFunction.Status(500, ""));

            var processed = kit.process(kit.open(PLAIN, lambda("NumberOfRetries", "0")), "a");

            assertThat(failed(processed.getFirst()).attempts()).isEqualTo(1);
            assertThat(kit.function.calls()).hasSize(1);
        }
    }

    @Test
    void troubleThatPassesLeavesNoTrace() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function
                    .always(perRecord(record -> capitals(record, "Ok")))
                    .next(
                            new TestFunction.Status(429, "{}"),
                            new TestFunction.Reset(),
                            new TestFunction.Huge(FunctionInvoker.PAYLOAD_MAX_BYTES + 1_000_000));

            assertThat(ready(kit.process(kit.open(PLAIN, lambda()), "a"))).containsExactly("A");
            assertThat(kit.function.calls()).hasSize(4);
        }
    }

    @Test
    void everyRefusalHasItsCode() throws Exception {
        try (var kit = new ProcessingKit(Duration.ofMillis(300))) {
            var pipeline = kit.open(PLAIN, lambda("NumberOfRetries", "0"));
            assertThat(codeAfter(kit, pipeline, new TestFunction.Status(403, "{}")))
                    .isEqualTo("Lambda.InvokeAccessDenied");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Status(404, "{}")))
                    .isEqualTo("Lambda.ResourceNotFound");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Status(429, "{}")))
                    .isEqualTo("Lambda.InvokeLimitExceeded");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Status(413, "{}")))
                    .isEqualTo("Lambda.RequestTooLarge");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Status(400, "{}")))
                    .isEqualTo("Lambda.InvalidResponse");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Status(500, "{}")))
                    .isEqualTo("Lambda.ServiceException");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Reset())).isEqualTo("Lambda.ServiceException");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Babble("?\r\n\r\n")))
                    .isEqualTo("Lambda.ServiceException");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Huge(7_000_000)))
                    .isEqualTo("Lambda.FunctionError");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Hang())).isEqualTo("Lambda.FunctionTimedOut");
            assertThat(codeAfter(kit, pipeline, new TestFunction.Drip())).isEqualTo("Lambda.FunctionTimedOut");
        }
    }

    private static String codeAfter(ProcessingKit kit, Pipeline pipeline, TestFunction.Behaviour behaviour)
            throws InterruptedException {
        kit.function.next(behaviour);
        return failed(kit.process(pipeline, "a").getFirst()).errorCode();
    }

    @Test
    void deniedAccessIsSaidInTheServicesWords() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(new TestFunction.Status(403, "{}"));

            var processed = kit.process(kit.open(PLAIN, lambda("NumberOfRetries", "1")), "a");

            assertThat(failed(processed.getFirst()).errorMessage())
                    .isEqualTo(
                            "Access was denied. Ensure that the access policy allows access to the Lambda function.");
        }
    }

    @Test
    void anEventEndsWithTheRecordThatReachesTheBufferSize() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> capitals(record, "Ok")));
            var record = "x".repeat(100 << 10);

            var processed =
                    kit.process(kit.open(PLAIN, lambda("BufferSizeInMBs", "0.2")), record, record, record, record);

            assertThat(ready(processed)).hasSize(4);
            assertThat(kit.function.calls().stream()
                            .map(call -> json(call.body()).get("records").size())
                            .toList())
                    .containsExactly(3, 1);
        }
    }

    @Test
    void noEventIsLargerThanLambdaTakesAndARecordThatIsGoesToTheErrorOutput() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> capitals(record, "Dropped")));
            var large = "x".repeat(2 << 20);
            var tooLarge = "x".repeat(5 << 20);

            var processed = kit.process(
                    kit.open(PLAIN, lambda("BufferSizeInMBs", "3")), "a", large, tooLarge, large, large, "b");

            assertThat(processed).hasSize(6);
            assertThat(failed(processed.get(2)).errorCode()).isEqualTo("Lambda.RequestTooLarge");
            assertThat(kit.function.calls())
                    .hasSize(3)
                    .allSatisfy(call ->
                            assertThat(call.body().length).isLessThanOrEqualTo(FunctionInvoker.PAYLOAD_MAX_BYTES));
        }
    }

    @Test
    void aRecordThatJustFitsIsSent() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(perRecord(record -> capitals(record, "Dropped")));
            var pipeline = kit.open(PLAIN, lambda());
            kit.process(pipeline, "");
            int around = kit.function.calls().getFirst().body().length;
            int fits = (FunctionInvoker.PAYLOAD_MAX_BYTES - around) / 4 * 3;

            assertThat(kit.process(pipeline, "x".repeat(fits)).getFirst()).isInstanceOf(Processed.Dropped.class);
            assertThat(failed(kit.process(pipeline, "x".repeat(fits + 3)).getFirst())
                            .errorCode())
                    .isEqualTo("Lambda.RequestTooLarge");
        }
    }

    @Test
    void recordIdsAreUniqueAmongThePartsOfRecords() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.process(
                    kit.open(PLAIN, ProcessingKit.processor("RecordDeAggregation", "SubRecordType", "JSON"), lambda()),
                    "{}{}{}",
                    "{}{}");

            var ids = new HashSet<String>();
            json(kit.function.calls().getFirst().body())
                    .get("records")
                    .forEach(record -> ids.add(record.get("recordId").textValue()));
            assertThat(ids).hasSize(5);
        }
    }

    @Test
    void aQualifierStaysInTheErrorOutput() throws Exception {
        try (var kit = new ProcessingKit()) {
            kit.function.always(new TestFunction.Status(413, ""));
            var arn = ProcessingKit.LAMBDA_ARN + ":prod";

            var processed = kit.process(kit.open(PLAIN, ProcessingKit.processor("Lambda", "LambdaArn", arn)), "a");

            assertThat(failed(processed.getFirst()).lambdaArn()).isEqualTo(arn);
            assertThat(kit.function.calls().getFirst().target())
                    .endsWith("/functions/clean/invocations?Qualifier=prod");
        }
    }

    private static String text(ObjectNode record) {
        return new String(Base64.getDecoder().decode(record.get("data").textValue()), UTF_8);
    }
}

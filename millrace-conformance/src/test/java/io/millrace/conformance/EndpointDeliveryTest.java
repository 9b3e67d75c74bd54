package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import io.millrace.testkit.TestEndpoint;
import io.millrace.testkit.TestEndpoint.Reply;
import io.millrace.testkit.TestEndpoint.Request;
import io.millrace.testkit.TestSnowflake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.DestinationTableConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointCommonAttribute;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;

/** Records go in by the SDK's client and come to endpoints over HTTP, or to the bucket beside them. */
class EndpointDeliveryTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpEndpointCommonAttribute STAGE = HttpEndpointCommonAttribute.builder()
            .attributeName("stage")
            .attributeValue("test")
            .build();

    private static Millrace millrace;
    private static FirehoseSdk firehose;

    @BeforeAll
    static void start() {
        millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "200ms"));
        firehose = FirehoseSdk.connect(millrace.endpoint());
    }

    @AfterAll
    static void stop() {
        firehose.close();
        millrace.close();
    }

    private static DeliveredFolder bucket(String name) {
        return new DeliveredFolder(millrace.dataDirectory().resolve("objects").resolve(name));
    }

    private static Consumer<S3DestinationConfiguration.Builder> beside(String bucket) {
        return s3 -> s3.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::" + bucket);
    }

    private static void createHttp(
            String name, TestEndpoint endpoint, Consumer<HttpEndpointDestinationConfiguration.Builder> more) {
        var http = HttpEndpointDestinationConfiguration.builder()
                .endpointConfiguration(
                        it -> it.url(endpoint.url() + "/in?source=test").accessKey("the-key"))
                .retryOptions(retry -> retry.durationInSeconds(0))
                .s3Configuration(beside(name));
        more.accept(http);
        firehose.client()
                .createDeliveryStream(
                        request -> request.deliveryStreamName(name).httpEndpointDestinationConfiguration(http.build()));
    }

    private static Reply take(Request request) {
        return Reply.json(
                200, "{\"requestId\":\"" + request.headers().get("x-amz-firehose-request-id") + "\",\"timestamp\":1}");
    }

    private static List<String> received(TestEndpoint endpoint) {
        var records = new ArrayList<String>();
        for (var request : endpoint.requests()) {
            json(request.text())
                    .path("records")
                    .forEach(record -> records.add(unpacked(record.path("data").asText())));
        }
        return records;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unpacked(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    @Test
    void endpointsGetWhatWasPutAndTheBucketToo() {
        try (var endpoint = TestEndpoint.start(EndpointDeliveryTest::take)) {
            createHttp(
                    "taken",
                    endpoint,
                    http -> http.s3BackupMode("AllData")
                            .requestConfiguration(request -> request.commonAttributes(STAGE)));
            firehose.put("taken", "one", "two", "größer\n");
            Await.until("delivery", () -> received(endpoint).size() >= 3);
            Await.until("backup", () -> !bucket("taken").all().isEmpty());

            assertThat(received(endpoint)).containsExactly("one", "two", "größer\n");
            assertThat(bucket("taken").all()).isEqualTo("onetwogrößer\n");
            assertThat(bucket("taken").objects().keySet()).noneMatch(key -> key.contains("failed"));
            var request = endpoint.requests().getFirst();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target()).isEqualTo("/in?source=test");
            assertThat(json(request.text()).path("requestId").asText())
                    .isEqualTo(request.headers().get("x-amz-firehose-request-id"));
            assertThat(request.headers())
                    .containsEntry("x-amz-firehose-access-key", "the-key")
                    .containsEntry("x-amz-firehose-protocol-version", "1.0")
                    .containsEntry(
                            "x-amz-firehose-source-arn", "arn:aws:firehose:us-east-1:000000000000:deliverystream/taken")
                    .containsEntry("x-amz-firehose-common-attributes", "{\"commonAttributes\":{\"stage\":\"test\"}}");
        }
    }

    @Test
    void whatAnEndpointRefusesIsToldInTheBucket() {
        try (var endpoint = TestEndpoint.start(_ -> Reply.json(503, "not now"))) {
            createHttp("refused", endpoint, _ -> {});
            firehose.put("refused", "one", "two");
            Await.until(
                    "error output",
                    () -> bucket("refused").lines("http-endpoint-failed/").size() >= 2);

            assertThat(bucket("refused").lines("http-endpoint-failed/"))
                    .extracting(EndpointDeliveryTest::json)
                    .allSatisfy(line -> {
                        assertThat(line.path("attemptsMade").asInt()).isEqualTo(1);
                        assertThat(line.path("errorCode").asText()).isEqualTo("HttpEndpoint.DestinationException");
                        assertThat(line.path("errorMessage").asText())
                                .isEqualTo("The following response was received from the endpoint destination. 503:"
                                        + " not now");
                    })
                    .extracting(line -> unpacked(line.path("rawData").asText()))
                    .containsExactly("one", "two");
        }
    }

    @Test
    void anEndpointThatComesToItsSensesGetsTheSameBatchAgain() {
        var asked = new AtomicInteger();
        try (var endpoint =
                TestEndpoint.start(request -> asked.getAndIncrement() == 0 ? Reply.json(500, "no") : take(request))) {
            createHttp("again", endpoint, http -> http.retryOptions(retry -> retry.durationInSeconds(60)));
            firehose.put("again", "one", "two");
            Await.until("delivery", () -> endpoint.requests().size() >= 2);

            var requests = endpoint.requests();
            assertThat(requests.get(1).headers().get("x-amz-firehose-request-id"))
                    .isEqualTo(requests.get(0).headers().get("x-amz-firehose-request-id"));
            assertThat(json(requests.get(1).text()).path("records"))
                    .isEqualTo(json(requests.get(0).text()).path("records"));
            assertThat(bucket("again").objects()).isEmpty();
        }
    }

    @Test
    void anEndpointThatNeverAnswersStopsNobodyElse() {
        try (var silent = TestEndpoint.start(_ -> new Reply.Silence());
                var endpoint = TestEndpoint.start(EndpointDeliveryTest::take)) {
            createHttp("hanging", silent, _ -> {});
            createHttp("running", endpoint, _ -> {});
            firehose.put("hanging", "waits");
            Await.until("the request that hangs", () -> !silent.requests().isEmpty());
            firehose.put("running", "one");
            firehose.put("running", "two");
            Await.until("delivery", () -> received(endpoint).size() >= 2);

            assertThat(received(endpoint)).containsExactly("one", "two");
            assertThat(bucket("hanging").objects()).isEmpty();
            firehose.client().deleteDeliveryStream(request -> request.deliveryStreamName("hanging"));
        }
    }

    @Test
    void splunkGetsEventsAndSaysThatItHasIndexedThem() {
        try (var splunk = TestEndpoint.start(request -> request.target().contains("/ack")
                ? Reply.json(200, "{\"acks\":{\"7\":true}}")
                : Reply.json(200, "{\"text\":\"Success\",\"code\":0,\"ackId\":7}"))) {
            firehose.client()
                    .createDeliveryStream(request -> request.deliveryStreamName("splunk")
                            .splunkDestinationConfiguration(it -> it.hecEndpoint(splunk.url())
                                    .hecEndpointType("Raw")
                                    .hecToken("11111111-2222")
                                    .s3BackupMode("AllEvents")
                                    .s3Configuration(beside("splunk"))));
            firehose.put("splunk", "one\n", "two\n");
            Await.until(
                    "acknowledgement",
                    () -> splunk.requests().stream()
                            .anyMatch(request -> request.target().contains("/ack")));
            Await.until("backup", () -> !bucket("splunk").all().isEmpty());

            var request = splunk.requests().getFirst();
            assertThat(request.target()).startsWith("/services/collector/raw?channel=");
            assertThat(request.headers()).containsEntry("authorization", "Splunk 11111111-2222");
            assertThat(request.text()).isEqualTo("one\ntwo\n");
            assertThat(bucket("splunk").all()).isEqualTo("one\ntwo\n");
        }
    }

    /** The stand-in is made after Snowflake's published description; no Snowflake. */
    @Test
    void snowflakeGetsRowsAndTheBucketWhatAreNone() {
        try (var snowflake = TestSnowflake.start()) {
            snowflake.next(TestSnowflake.Step.APPEND, new TestSnowflake.Fault.LoseReply());
            firehose.client()
                    .createDeliveryStream(request -> request.deliveryStreamName("snowflake")
                            .snowflakeDestinationConfiguration(it -> it.accountUrl(snowflake.url())
                                    .user("loader")
                                    .privateKey(snowflake.privateKey())
                                    .database("d")
                                    .schema("s")
                                    .table("t")
                                    .dataLoadingOption("VARIANT_CONTENT_MAPPING")
                                    .contentColumnName("content")
                                    .roleARN(FirehoseSdk.ROLE)
                                    .s3BackupMode("AllData")
                                    .s3Configuration(beside("snowflake"))));
            firehose.put("snowflake", "{\"n\":1}", "oops", "{\"n\":2}");
            Await.until("rows", () -> snowflake.rows().size() >= 2);
            Await.until(
                    "error output",
                    () -> !bucket("snowflake").lines("snowflake-failed/").isEmpty());
            Await.until("backup", () -> bucket("snowflake").all().contains("oops"));

            assertThat(snowflake.rows()).containsExactly("{\"content\":{\"n\":1}}", "{\"content\":{\"n\":2}}");
            assertThat(bucket("snowflake").lines("snowflake-failed/"))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(json(line).path("errorCode").asText()).isEqualTo("Snowflake.InvalidInput");
                        assertThat(unpacked(json(line).path("rawData").asText()))
                                .isEqualTo("oops");
                    });
        }
    }

    @Test
    void aSnowflakeThatNeverAnswersStopsNobodyElse() {
        try (var snowflake = TestSnowflake.start();
                var endpoint = TestEndpoint.start(EndpointDeliveryTest::take)) {
            snowflake.next(TestSnowflake.Step.OPEN, new TestSnowflake.Fault.Hang());
            firehose.client()
                    .createDeliveryStream(request -> request.deliveryStreamName("frozen")
                            .snowflakeDestinationConfiguration(it -> it.accountUrl(snowflake.url())
                                    .user("loader")
                                    .privateKey(snowflake.privateKey())
                                    .database("d")
                                    .schema("s")
                                    .table("t")
                                    .roleARN(FirehoseSdk.ROLE)
                                    .s3Configuration(beside("frozen"))));
            createHttp("thawed", endpoint, _ -> {});
            firehose.put("frozen", "{}");
            Await.until("the request that hangs", () -> snowflake.requests().size() >= 3);
            firehose.put("thawed", "one");
            Await.until("delivery", () -> !received(endpoint).isEmpty());

            assertThat(received(endpoint)).containsExactly("one");
            assertThat(snowflake.rows()).isEmpty();
            firehose.client().deleteDeliveryStream(request -> request.deliveryStreamName("frozen"));
        }
    }

    @Test
    void errorsOfAnIcebergTableHaveThePrefixThatTheTableHas() {
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName("tables")
                        .icebergDestinationConfiguration(it -> it.roleARN(FirehoseSdk.ROLE)
                                .catalogConfiguration(catalog -> catalog.warehouseLocation("s3://warehouse/"))
                                .retryOptions(retry -> retry.durationInSeconds(0))
                                .processingConfiguration(FirehoseSdk.keyed(
                                        "{destinationDatabaseName:\"d\",destinationTableName:.t,operation:\"insert\"}"))
                                .destinationTableConfigurationList(
                                        DestinationTableConfiguration.builder()
                                                .destinationDatabaseName("d")
                                                .destinationTableName("one")
                                                .s3ErrorOutputPrefix("of-one/")
                                                .build(),
                                        DestinationTableConfiguration.builder()
                                                .destinationDatabaseName("d")
                                                .destinationTableName("two")
                                                .build())
                                .s3Configuration(beside("tables"))));
        firehose.put("tables", "{\"t\":\"one\"}", "{\"t\":\"two\"}");
        Await.until(
                "error output",
                () -> bucket("tables").lines("of-one/iceberg-failed/").size()
                                + bucket("tables").lines("iceberg-failed/").size()
                        >= 2);

        assertThat(bucket("tables").lines("of-one/iceberg-failed/"))
                .singleElement()
                .satisfies(line -> assertThat(
                                json(line).path("destinationTableName").asText())
                        .isEqualTo("one"));
        assertThat(bucket("tables").lines("iceberg-failed/"))
                .singleElement()
                .satisfies(line -> assertThat(
                                json(line).path("destinationTableName").asText())
                        .isEqualTo("two"));
    }

    @Test
    void searchGetsDocumentsAndTheBucketWhatItRefuses() {
        try (var search = TestEndpoint.start(_ -> Reply.json(
                200,
                "{\"errors\":true,\"items\":[{\"index\":{\"status\":201}},{\"index\":{\"status\":400,\"error\":"
                        + "{\"type\":\"mapper_parsing_exception\",\"reason\":\"failed to parse\"}}}]}"))) {
            firehose.client()
                    .createDeliveryStream(request -> request.deliveryStreamName("search")
                            .amazonopensearchserviceDestinationConfiguration(it -> it.clusterEndpoint(search.url())
                                    .indexName("logs")
                                    .indexRotationPeriod("NoRotation")
                                    .roleARN(FirehoseSdk.ROLE)
                                    .retryOptions(retry -> retry.durationInSeconds(0))
                                    .s3Configuration(beside("search"))));
            firehose.put("search", "{\"n\":1}", "{\"n\":\"x\"}");
            Await.until("error output", () -> !bucket("search").lines("").isEmpty());

            var lines = search.requests().getFirst().text().lines().toList();
            assertThat(search.requests()).hasSize(1);
            assertThat(lines.get(0)).startsWith("{\"index\":{\"_index\":\"logs\",\"_id\":\"");
            assertThat(List.of(lines.get(1), lines.get(3))).containsExactly("{\"n\":1}", "{\"n\":\"x\"}");
            assertThat(bucket("search").lines("AmazonOpenSearchService_failed/"))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(json(line).path("errorCode").asText()).isEqualTo("400");
                        assertThat(json(line).path("esIndexName").asText()).isEqualTo("logs");
                        assertThat(unpacked(json(line).path("rawData").asText()))
                                .isEqualTo("{\"n\":\"x\"}");
                    });
        }
    }
}

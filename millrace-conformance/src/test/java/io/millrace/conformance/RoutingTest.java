package io.millrace.conformance;

import static io.millrace.conformance.RawClient.CBOR;
import static io.millrace.conformance.RawClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.conformance.RawClient.Reply;
import io.millrace.server.Millrace;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answer a request gets before an operation has seen it, and the headers that every answer has. */
@ExtendWith(SharedServer.class)
class RoutingTest {
    private static final String NO_OPERATION = """
            <AccessDeniedException>
              <Message>Unable to determine service/operation name to be authorized</Message>
            </AccessDeniedException>
            """;

    private final RawClient client;

    RoutingTest(Millrace millrace) {
        this.client = new RawClient(millrace.endpoint());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void answersABrowsersPreflight() {
        var reply = client.post()
                .method("OPTIONS")
                .header("Origin", "https://example.org")
                .header("Access-Control-Request-Headers", "x-amz-target,x-custom")
                .header("Access-Control-Request-Method", "POST")
                .send();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
        assertThat(reply.header("Content-Length")).hasValue("0");
        assertThat(reply.header("Content-Type")).isEmpty();
        assertThat(reply.header("x-amz-id-2")).isEmpty();
        assertThat(reply.header("x-amzn-RequestId")).isPresent();
        assertThat(reply.header("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(reply.header("Access-Control-Allow-Headers")).hasValue("x-amz-target,x-custom");
        assertThat(reply.header("Access-Control-Allow-Methods")).hasValue("POST");
        assertThat(reply.header("Access-Control-Max-Age")).hasValue("172800");
    }

    @Test
    void echoesOnlyWhatThePreflightAskedFor() {
        var reply = client.post()
                .method("OPTIONS")
                .header("Origin", "https://example.org")
                .send();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Access-Control-Allow-Headers")).isEmpty();
        assertThat(reply.header("Access-Control-Allow-Methods")).isEmpty();
    }

    @Test
    void exposesItsHeadersToBrowsers() {
        var reply = client.request("ListStreams")
                .contentType(JSON)
                .header("Origin", "https://example.org")
                .body("{}")
                .send();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(reply.header("Access-Control-Expose-Headers"))
                .hasValue("x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS"})
    void refusesOtherMethodsThanPost(String method) {
        var reply = client.request("ListStreams").method(method).send();

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.header("Content-Type")).isEmpty();
        assertThat(reply.text()).isEqualTo(NO_OPERATION);
    }

    @Test
    void takesAnEmptyJsonBodyForOneThatCantBeRead() {
        var reply = client.request("ListStreams").contentType(JSON).send();

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).hasValue(JSON);
        assertThat(reply.text()).isEqualTo("{\"__type\":\"SerializationException\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {CBOR, "text/plain", "application/json", ""})
    void answersAnEmptyBodyOfAnyOtherTypeInCbor(String contentType) {
        var request = client.request("ListStreams");
        var reply = (contentType.isEmpty() ? request : request.contentType(contentType)).send();

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).hasValue(CBOR);
        assertOnlyType(reply.cbor(), "SerializationException");
    }

    @Test
    void missesTheOperationOfAnEmptyBody() {
        var inJson = client.request("Nothing").contentType(JSON).send();
        var inCbor = client.post().send();

        assertThat(inJson.status()).isEqualTo(400);
        assertOnlyType(inJson.json(), "UnknownOperationException");
        assertThat(inCbor.status()).isEqualTo(400);
        assertOnlyType(inCbor.cbor(), "UnknownOperationException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-amz-json-1.0", "application/cbor", ""})
    void knowsNoOperationInAnotherContentType(String contentType) {
        var request = client.request("ListStreams").body("{}");
        var reply = (contentType.isEmpty() ? request : request.contentType(contentType)).send();

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).isEmpty();
        assertThat(reply.text()).isEqualTo("<UnknownOperationException/>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Kinesis_20131202", "Kinesis_20131202.", ".ListStreams"})
    void canNotTellTheOperationOfAnIncompleteTarget(String target) {
        var request = client.post().signed().contentType("text/plain").body("{}");
        var reply = (target.isEmpty() ? request : request.target(target)).send();

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.header("Content-Type")).isEmpty();
        assertThat(reply.text()).isEqualTo(NO_OPERATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false", "null", "5", "\"text\"", "{", "{\"Limit\":1", "{]", "hello", "{} {}"})
    void refusesABodyThatIsNoObject(String body) {
        var reply = client.call("ListStreams", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).hasValue(JSON);
        assertThat(reply.text()).isEqualTo("{\"__type\":\"SerializationException\"}");
    }

    @ParameterizedTest
    @CsvSource({"f5, true", "f6, null", "05, a number", "61 78, a text", "bf, an unended map", "ff, a stray break"})
    void refusesCborThatIsNoMap(String hex, String what) {
        var reply = client.callInCbor("ListStreams", HexFormat.ofDelimiter(" ").parseHex(hex));

        assertThat(reply.status()).as(what).isEqualTo(400);
        assertThat(reply.header("Content-Type")).hasValue(CBOR);
        assertOnlyType(reply.cbor(), "SerializationException");
    }

    @Test
    void answersTheDeprecatedContentTypeInItsOwnWay() {
        var unreadable = client.request("ListStreams")
                .contentType("application/json")
                .body("{")
                .send();
        var readable = client.request("ListStreams")
                .contentType("application/json")
                .body("{}")
                .send();

        assertThat(unreadable.status()).isEqualTo(400);
        assertThat(unreadable.header("Content-Type")).hasValue("application/json");
        assertThat(unreadable.text())
                .isEqualTo("{\"Output\":{\"__type\":\"com.amazon.coral.service#SerializationException\"},"
                        + "\"Version\":\"1.0\"}");
        assertThat(readable.status()).isEqualTo(404);
        assertThat(readable.text())
                .isEqualTo("{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},"
                        + "\"Version\":\"1.0\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Kinesis_20131202",
                "Kinesis_20131202.",
                "Kinesis_20131202.Nothing",
                "Kinesis_20131202.listStreams",
                "Kinesis_20131202.ListStreams.More",
                "DynamoDB_20120810.ListTables"
            })
    void knowsNoOtherOperations(String target) {
        // Without credentials, too: the operation is looked for first.
        var request = client.post().contentType(JSON).body("{}");
        var reply = (target.isEmpty() ? request : request.target(target)).send();

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).isEqualTo("{\"__type\":\"UnknownOperationException\"}");
    }

    @Test
    void readsTheBodyBeforeTheTarget() {
        var reply = client.post()
                .contentType(JSON)
                .target("Nothing.AtAll")
                .body("{")
                .send();

        assertOnlyType(reply.json(), "SerializationException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/any/path", "/?query=ignored"})
    void looksAtNoPath(String path) {
        assertThat(client.request("ListStreams")
                        .path(path)
                        .contentType(JSON)
                        .body("{}")
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-amz-json-1.1; charset=utf-8",
                "application/x-amz-json-1.1 ;x=y",
                " application/x-amz-json-1.1"
            })
    void looksAtTheContentTypeUpToItsParameters(String contentType) {
        assertThat(client.request("ListStreams")
                        .contentType(contentType)
                        .body("{}")
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersOperationsWithoutOutputWithNothing() {
        var name = Kinesis.uniqueName();
        var inJson = client.call("CreateStream", "{\"StreamName\":\"" + name + "\",\"ShardCount\":1}");
        var inCbor = client.callInCbor("CreateStream", "{\"StreamName\":\"" + name + "-2\",\"ShardCount\":1}");

        for (var reply : List.of(inJson, inCbor)) {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEmpty();
            assertThat(reply.header("Content-Length")).hasValue("0");
        }
        assertThat(inJson.header("Content-Type")).hasValue(JSON);
        assertThat(inCbor.header("Content-Type")).hasValue(CBOR);
    }

    @Test
    void givesEveryAnswerItsHeaders() {
        var answers = List.of(
                client.call("ListStreams", "{}"),
                client.callInCbor("ListStreams", "{}"),
                client.call("DescribeStream", "{\"StreamName\":\"unknown\"}"),
                client.call("Nothing", "{}"),
                client.post().method("GET").send(),
                client.request("ListStreams")
                        .contentType("text/plain")
                        .body("x")
                        .send());

        assertThat(answers).allSatisfy(RoutingTest::assertHeaders);
        assertThat(answers)
                .extracting(reply -> reply.header("x-amzn-RequestId").orElseThrow())
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsTheConnectionOpen() {
        for (var reply : List.of(client.call("ListStreams", "{}"), client.call("Nothing", "{}"))) {
            assertThat(reply.header("Connection")).isNotEqualTo(Optional.of("close"));
        }
    }

    @Test
    void writesNothingWhereThereIsNothing() {
        var reply = client.call("ListShards", "{\"StreamName\":\"" + newStream() + "\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).doesNotContain("null");
        var shard = reply.json().get("Shards").get(0);
        assertThat(shard.has("ParentShardId")).isFalse();
        assertThat(shard.get("SequenceNumberRange").has("EndingSequenceNumber")).isFalse();
        assertThat(reply.json().has("NextToken")).isFalse();
    }

    @Test
    void takesNullForAbsentAndOverlooksWhatItDoesNotKnow() {
        var stream = newStream();
        var reply = client.call("ListShards", """
                {"StreamName": "%s", "NextToken": null, "ShardFilter": null, "Unheard": {"of": [1, 2, {"x": null}]}}
                """.formatted(stream));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().get("Shards")).hasSize(1);
    }

    @Test
    void writesTimestampsAsSecondsInJsonAndAsTaggedMillisecondsInCbor() {
        var stream = newStream();
        var name = "{\"StreamName\":\"" + stream + "\"}";

        var inJson = client.call("DescribeStreamSummary", name);
        var inCbor = client.callInCbor("DescribeStreamSummary", name);

        var seconds = inJson.json()
                .get("StreamDescriptionSummary")
                .get("StreamCreationTimestamp")
                .decimalValue();
        assertThat(seconds.scale()).isLessThanOrEqualTo(3);
        var millis = inCbor.cbor().get("StreamDescriptionSummary").get("StreamCreationTimestamp");
        assertThat(millis.isIntegralNumber()).isTrue();
        assertThat(millis.longValue()).isEqualTo(seconds.movePointRight(3).longValueExact());
        assertThat(HexFormat.of().formatHex(inCbor.body()))
                .contains(HexFormat.of().formatHex("StreamCreationTimestamp".getBytes(StandardCharsets.UTF_8)) + "c1");
    }

    private String newStream() {
        var name = Kinesis.uniqueName();
        client.call("CreateStream", "{\"StreamName\":\"" + name + "\",\"ShardCount\":1}");
        return Streams.awaitActive(client, name);
    }

    private static void assertHeaders(Reply reply) {
        assertThat(reply.header("x-amzn-RequestId"))
                .hasValueSatisfying(
                        id -> assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"));
        assertThat(reply.header("x-amz-id-2"))
                .hasValueSatisfying(
                        id -> assertThat(Base64.getDecoder().decode(id)).hasSizeBetween(64, 80));
        assertThat(reply.header("Date"))
                .hasValueSatisfying(date -> assertThat(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME))
                        .isAfter(ZonedDateTime.now(ZoneOffset.UTC).minusMinutes(1)));
        assertThat(reply.header("Content-Length")).hasValue(Integer.toString(reply.body().length));
    }

    private static void assertOnlyType(JsonNode body, String type) {
        assertThat(body.get("__type").asText()).isEqualTo(type);
        assertThat(body).hasSize(1);
    }
}

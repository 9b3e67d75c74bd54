package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.model.AccessDeniedException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ServiceUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The order in which the things that may be wrong with a request are told, and how. */
class DoorTest {
    private static final String JSON = "application/x-amz-json-1.1";
    private static final String CBOR = "application/x-amz-cbor-1.1";
    private static final String NONE = "";
    private static final String KNOWN = "Kinesis_20131202.ListStreams";

    private static final String ACCESS_DENIED = """
            <AccessDeniedException>
              <Message>Unable to determine service/operation name to be authorized</Message>
            </AccessDeniedException>
            """;
    private static final String MALFORMED = "{\"__type\":\"SerializationException\"}";
    private static final String UNKNOWN = "{\"__type\":\"UnknownOperationException\"}";
    private static final String MALFORMED_CBOR = "\u00bff__typevSerializationException\u00ff";
    private static final String UNKNOWN_CBOR = "\u00bff__typex\u0019UnknownOperationException\u00ff";
    private static final String DEPRECATED_MALFORMED =
            "{\"Output\":{\"__type\":\"com.amazon.coral.service#SerializationException\"},\"Version\":\"1.0\"}";
    private static final String DEPRECATED_UNKNOWN =
            "{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},\"Version\":\"1.0\"}";

    private final TestDoor door = TestDoor.open();

    @AfterEach
    void closeDoor() {
        door.close();
    }

    private static Stream<Arguments> protocolErrors() {
        return Stream.of(
                // content type, target, body: status, content type, body
                arguments(JSON, KNOWN, "", 400, JSON, MALFORMED),
                arguments(JSON, "Kinesis_20131202.Nope", "", 400, JSON, UNKNOWN),
                arguments(CBOR, KNOWN, "", 400, CBOR, MALFORMED_CBOR),
                arguments(NONE, KNOWN, "", 400, CBOR, MALFORMED_CBOR),
                arguments(NONE, NONE, "", 400, CBOR, UNKNOWN_CBOR),
                arguments("text/plain", KNOWN, "", 400, CBOR, MALFORMED_CBOR),
                arguments("text/plain", NONE, "x", 403, NONE, ACCESS_DENIED),
                arguments("text/plain", "Kinesis_20131202", "x", 403, NONE, ACCESS_DENIED),
                arguments("text/plain", "Kinesis_20131202.", "x", 403, NONE, ACCESS_DENIED),
                arguments("text/plain", ".ListStreams", "x", 403, NONE, ACCESS_DENIED),
                arguments("text/plain", KNOWN, "x", 404, NONE, "<UnknownOperationException/>\n"),
                arguments(NONE, KNOWN, "{}", 404, NONE, "<UnknownOperationException/>\n"),
                arguments(JSON, KNOWN, "true", 400, JSON, MALFORMED),
                arguments(JSON, NONE, "[1", 400, JSON, MALFORMED),
                arguments(JSON, "Kinesis_20131202.SplitShard", "null", 400, JSON, MALFORMED),
                arguments(CBOR, KNOWN, "\u0001", 400, CBOR, MALFORMED_CBOR),
                arguments("application/json", KNOWN, "nonsense", 400, "application/json", DEPRECATED_MALFORMED),
                arguments("application/json", KNOWN, "{}", 404, "application/json", DEPRECATED_UNKNOWN),
                arguments("application/json; charset=utf-8", NONE, "{}", 404, "application/json", DEPRECATED_UNKNOWN),
                arguments(JSON, NONE, "{}", 400, JSON, UNKNOWN),
                arguments(JSON, "Kinesis_20131202.", "{}", 400, JSON, UNKNOWN),
                arguments(JSON, "Kinesis_20131203.ListStreams", "{}", 400, JSON, UNKNOWN),
                arguments(JSON, "Kinesis_20131202.ListStreams.", "{}", 400, JSON, UNKNOWN),
                arguments(CBOR, "Kinesis_20131202.Nope", "\u00a0", 400, CBOR, UNKNOWN_CBOR),
                arguments(JSON + " ; charset=utf-8", KNOWN, "{}", 200, JSON, "{}"),
                arguments(CBOR, KNOWN, "\u00a0", 200, CBOR, "\u00a0"));
    }

    @ParameterizedTest
    @MethodSource("protocolErrors")
    void answersAsAwsDoes(
            String contentType, String target, String body, int status, String replyType, String replyBody) {
        var answer = exchange(post(contentType, target, body));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().getOrDefault("content-type", NONE)).isEqualTo(replyType);
        assertThat(answer.text()).isEqualTo(replyBody);
        assertThat(answer.headers()).containsKeys("x-amzn-requestid", "x-amz-id-2", "date", "content-length");
        assertThat(answer.headers()).doesNotContainKey("connection");
    }

    @Test
    void tellsBrowsersThatTheyMayCall() {
        var answer = exchange("""
                OPTIONS / HTTP/1.1\r
                Host: x\r
                Origin: http://page\r
                Access-Control-Request-Headers: x-amz-target,content-type\r
                Access-Control-Request-Method: POST\r
                \r
                """);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.headers())
                .containsEntry("access-control-allow-origin", "*")
                .containsEntry("access-control-allow-headers", "x-amz-target,content-type")
                .containsEntry("access-control-allow-methods", "POST")
                .containsEntry("access-control-max-age", "172800")
                .containsEntry("content-length", "0")
                .containsKey("x-amzn-requestid")
                .doesNotContainKeys("x-amz-id-2", "content-type", "access-control-expose-headers");
    }

    @Test
    void letsBrowsersReadOurHeaders() {
        var answer = exchange("POST / HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\nX-Amz-Target: " + KNOWN
                + "\r\nContent-Type: " + JSON + "\r\nContent-Length: 2\r\n\r\n{}");

        assertThat(answer.headers())
                .containsEntry("access-control-allow-origin", "*")
                .containsEntry(
                        "access-control-expose-headers",
                        "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date");
    }

    @Test
    void deniesEveryMethodButPost() {
        for (var method : List.of("GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW")) {
            var answer = exchange(method + " / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo(ACCESS_DENIED);
            assertThat(answer.headers()).doesNotContainKey("content-type");
        }
    }

    @Test
    void showsAPageToThoseWhoBringNoCredentials() {
        var page = exchange("GET /health/live?verbose HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).isEqualTo("fine\n");
        assertThat(page.headers()).containsEntry("content-type", "text/plain");

        var signed = exchange("GET /health/live HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n");
        assertThat(signed.text()).isEqualTo(ACCESS_DENIED);
        var presigned = exchange("GET /health/live?X-Amz-Algorithm=A HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(presigned.text()).isEqualTo(ACCESS_DENIED);
    }

    @Test
    void answersAHeadOfAPageWithItsHeadOnly() {
        try (var client = door.connect()) {
            var head =
                    client.send("HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n").read("HEAD");
            assertThat(head.headers()).containsEntry("content-length", "5");
            assertThat(client.send(RawClient.call("ListStreams", "{}")).read().text())
                    .isEqualTo("{}");
        }
    }

    @Test
    void looksAtTheBodyThenTheSignatureThenTheTypesThenTheConstraints() {
        var halfSigned = "Authorization: AWS4-HMAC-SHA256 Credential=A/b/c/d/e\r\n";

        assertThat(exchange(signed(halfSigned, "no object")).text()).isEqualTo(MALFORMED);
        for (var body :
                List.of("{" + EchoCodec.WRONG_TYPE + "}", "{" + EchoCodec.BROKEN_CONSTRAINT + "}", "{\"fine\":1}")) {
            var answer = exchange(signed(halfSigned, body));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).startsWith("{\"__type\":\"IncompleteSignatureException\",\"message\":\"Auth");
        }
        assertThat(exchange(signed("", "{" + EchoCodec.WRONG_TYPE + "}")).text())
                .isEqualTo("{\"__type\":\"SerializationException\","
                        + "\"Message\":\"Start of list found where not expected\"}");
        assertThat(exchange(signed("", "{" + EchoCodec.BROKEN_CONSTRAINT + "}")).text())
                .isEqualTo("{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected\"}");
    }

    @Test
    void passesARefusalOnFromEitherKindOfOperation() {
        door.unary = (_, _) -> {
            throw new ResourceInUseException("Stream \"a\\b\" is\nbusy \u00fc");
        };
        door.parked =
                (_, _) -> CompletableFuture.failedFuture(new CompletionException(new ResourceInUseException("later")));

        assertThat(exchange(RawClient.call("ListStreams", "{}")).text())
                .isEqualTo("{\"__type\":\"ResourceInUseException\","
                        + "\"message\":\"Stream \\\"a\\\\b\\\" is\\nbusy \u00c3\u00bc\"}");
        assertThat(exchange(RawClient.call("PutRecord", "{}")).text())
                .isEqualTo("{\"__type\":\"ResourceInUseException\",\"message\":\"later\"}");
    }

    @Test
    void completesOnTheLoopOfTheCallWhatIsGivenToIt() {
        var calledOn = new CompletableFuture<Thread>();
        var completedOn = new CompletableFuture<Thread>();
        door.parkedOnLoop = (_, input, loop) -> {
            calledOn.complete(Thread.currentThread());
            var reply = new CompletableFuture<String>();
            Thread.ofVirtual()
                    .start(() -> loop.execute(() -> {
                        completedOn.complete(Thread.currentThread());
                        reply.complete(input);
                    }));
            return reply;
        };

        var answer = exchange(RawClient.call("PutRecord", "{\"n\":1}"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"n\":1}");
        assertThat(completedOn.join()).isSameAs(calledOn.join());
    }

    @Test
    void tellsNothingOfAFaultAndStaysHealthy() {
        door.unary = (_, _) -> {
            throw new StackOverflowError("ours");
        };
        door.parked = (_, _) -> {
            throw new IllegalStateException("ours");
        };
        for (var operation : List.of("ListStreams", "PutRecord")) {
            var answer = exchange(RawClient.call(operation, "{}"));
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).isEqualTo("{\"__type\":\"InternalFailure\"}");
        }
        door.parked = (_, input) -> CompletableFuture.completedFuture(input);
        assertThat(exchange(RawClient.call("PutRecord", "{}")).status()).isEqualTo(200);
    }

    @Test
    void tellsClientsToComeBackWhenTheServiceIsUnavailable() {
        door.unary = (_, _) -> {
            throw new ServiceUnavailableException();
        };
        var answer = exchange(RawClient.call("ListStreams", "{}"));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("{\"__type\":\"ServiceUnavailable\"}");
    }

    @Test
    void asksThePolicyBeforeTheOperation() {
        door.policies = (caller, action, resources) -> {
            throw new AccessDeniedException(caller.principalArn() + " " + action + " " + resources);
        };
        door.unary = (_, _) -> {
            throw new AssertionError("called in spite of the policy");
        };
        assertThat(exchange(RawClient.call("ListStreams", "{}")).text())
                .isEqualTo("{\"__type\":\"AccessDeniedException\",\"message\":\"arn:aws:iam::000000000000:root"
                        + " kinesis:ListStreams [arn:aws:kinesis:us-east-1:000000000000:stream/*]\"}");
    }

    @Test
    void auditsManagementCallsWhetherTheyWorkOrNot() {
        exchange(signed("User-Agent: test/1\r\n", "{}"));
        door.unary = (_, _) -> {
            throw new ResourceInUseException("busy");
        };
        exchange(signed("", "{}"));
        exchange(RawClient.call("PutRecord", "{}"));

        assertThat(door.audited).hasSize(2);
        var worked = door.audited.remove();
        assertThat(worked.operation()).isEqualTo("ListStreams");
        assertThat(worked.errorCode()).isEmpty();
        assertThat(worked.resources()).containsExactly("arn:aws:kinesis:us-east-1:000000000000:stream/*");
        assertThat(worked.sourceAddress()).isEqualTo("127.0.0.1");
        assertThat(worked.userAgent()).isEqualTo("test/1");
        assertThat(worked.time()).isEqualTo(TestDoor.NOW);
        assertThat(door.audited.remove().errorCode()).isEqualTo(Optional.of("ResourceInUseException"));
    }

    @Test
    void auditsWhatWasAnsweredAlsoWhereTheLastByteFoundNoMemory() {
        try (var small = TestDoor.open(config ->
                        TestDoor.withRepliesInMemory(config, ReplyPages.PAGE_BYTES, 1024 * 1024, 1024 * 1024));
                var client = small.connect()) {
            small.unary = (_, _) -> "x".repeat(ReplyPages.PAGE_BYTES + 1);

            assertThat(client.send(signed("", "{}")).read().status()).isEqualTo(503);

            assertThat(small.audited).hasSize(1);
            assertThat(small.audited.remove().errorCode()).isEqualTo(Optional.of("ServiceUnavailable"));
            assertThat(small.repliesBytes()).isZero();
        }
    }

    @Test
    void countsRequestsByOperationAndStatus() {
        exchange(RawClient.call("ListStreams", "{}"));
        exchange(RawClient.call("ListStreams", "[]"));
        exchange(post(JSON, "Kinesis_20131202.Invented", "{}"));

        assertThat(requests("ListStreams", "2xx")).isEqualTo(1);
        assertThat(requests("ListStreams", "4xx")).isEqualTo(1);
        assertThat(requests("none", "4xx")).isEqualTo(1);
    }

    private long requests(String operation, String status) {
        return door.meters
                .get("millrace.requests")
                .tags("operation", operation, "status", status)
                .timer()
                .count();
    }

    private RawClient.Answer exchange(String request) {
        try (var client = door.connect()) {
            return client.send(request).read();
        }
    }

    private static String post(String contentType, String target, String body) {
        return "POST /any/path HTTP/1.1\r\nHost: x\r\n"
                + (contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n")
                + (target.isEmpty() ? "" : "X-Amz-Target: " + target + "\r\n")
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String signed(String headers, String body) {
        return RawClient.call("ListStreams", body).replace("Host: x\r\n", "Host: x\r\n" + headers);
    }
}

package io.millrace.firehose.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.testkit.TestEndpoint;
import io.millrace.testkit.TestEndpoint.Reply;
import io.millrace.testkit.TestEndpoint.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.ContentEncoding;
import software.amazon.awssdk.services.firehose.model.HttpEndpointCommonAttribute;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;

class HttpEndpointDestinationTest {
    private static final Instant NOW = Instant.parse("2030-01-02T00:00:00Z");

    @TempDir
    Path scratch;

    private Map<String, String> secrets = Map.of();
    private TestEndpoint endpoint = TestEndpoint.start(HttpEndpointDestinationTest::accept);

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void sendsTheRecordsAsTheContractSays() throws Exception {
        var batch = TestBatch.of("hello", "world");

        assertThat(attempt(batch, _ -> {})).isEqualTo(new Attempt.Delivered());

        var request = endpoint.requests().getFirst();
        var id = request.headers().get("x-amz-firehose-request-id");
        assertThat(id).hasSize(36);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/in?tenant=7");
        assertThat(request.text())
                .isEqualTo("{\"requestId\":\"" + id + "\",\"timestamp\":" + NOW.toEpochMilli()
                        + ",\"records\":[{\"data\":\"aGVsbG8=\"},{\"data\":\"d29ybGQ=\"}]}");
        assertThat(request.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("x-amz-firehose-protocol-version", "1.0")
                .containsEntry("x-amz-firehose-source-arn", TestBatch.STREAM.arn())
                .containsEntry("user-agent", "Amazon Kinesis Data Firehose Agent/1.0")
                .containsEntry("content-length", String.valueOf(request.body().length))
                .doesNotContainKeys(
                        "x-amz-firehose-access-key", "x-amz-firehose-common-attributes", "content-encoding");
    }

    @Test
    void sendsAccessKeyAndCommonAttributes() throws Exception {
        attempt(
                TestBatch.of("x"),
                to -> to.endpointConfiguration(at -> at.url(url()).accessKey("s3cret"))
                        .requestConfiguration(request -> request.commonAttributes(
                                List.of(attribute("team", "\u00fcber"), attribute("a", "\"1\"")))));

        assertThat(endpoint.requests().getFirst().headers())
                .containsEntry("x-amz-firehose-access-key", "s3cret")
                .containsEntry(
                        "x-amz-firehose-common-attributes",
                        "{\"commonAttributes\":{\"team\":\"\\u00FCber\",\"a\":\"\\\"1\\\"\"}}");
    }

    @Test
    void readsTheAccessKeyFromASecretEachTime() throws Exception {
        Consumer<HttpEndpointDestinationConfiguration.Builder> managed = to ->
                to.secretsManagerConfiguration(manager -> manager.enabled(true).secretARN("arn:secret"));

        var missing = attempt(TestBatch.of("x"), managed);
        secrets = Map.of("arn:secret", "{\"api_key\":\"from the secret\"}");
        var found = attempt(TestBatch.of("x"), managed);

        assertThat(failure(missing).code()).isEqualTo("HttpEndpoint.MissingSecret");
        assertThat(found).isEqualTo(new Attempt.Delivered());
        assertThat(endpoint.requests().getFirst().headers())
                .containsEntry("x-amz-firehose-access-key", "from the secret");
    }

    @Test
    void neverShowsAnAccessKeyThatNoHeaderMayHave() throws Exception {
        var attempt = attempt(
                TestBatch.of("x"),
                to -> to.endpointConfiguration(at -> at.url(url()).accessKey("top\nsecret")));

        assertThat(failure(attempt).message()).doesNotContain("top").doesNotContain("secret");
    }

    @Test
    void compressesWithGzip() throws Exception {
        attempt(
                TestBatch.of("hello"),
                to -> to.requestConfiguration(request -> request.contentEncoding(ContentEncoding.GZIP)));

        var request = endpoint.requests().getFirst();
        assertThat(request.headers())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("content-length", String.valueOf(request.body().length));
        assertThat(gunzip(request.body())).contains("{\"data\":\"aGVsbG8=\"}");
    }

    @Test
    void splitsABatchThatIsTooLargeForOneRequestAndKeepsTheOrder() throws Exception {
        var batch = TestBatch.of(Collections.nCopies(25_000, "0123456789").toArray(String[]::new));

        assertThat(attempt(batch, _ -> {})).isEqualTo(new Attempt.Delivered());
        assertThat(attempt(batch, _ -> {})).isEqualTo(new Attempt.Delivered());

        var requests = endpoint.requests();
        assertThat(requests.stream().map(HttpEndpointDestinationTest::records))
                .containsExactly(10_000, 10_000, 5_000, 10_000, 10_000, 5_000);
        var ids = requests.stream()
                .map(request -> request.headers().get("x-amz-firehose-request-id"))
                .toList();
        assertThat(ids.subList(0, 3)).doesNotHaveDuplicates().isEqualTo(ids.subList(3, 6));
    }

    @Test
    void keepsWhatWasDeliveredWhenALaterRequestIsRefused() throws Exception {
        restart(request -> endpoint.requests().size() <= 1 ? accept(request) : Reply.json(503, "{}"));

        var attempt = attempt(TestBatch.of(Collections.nCopies(10_003, "x").toArray(String[]::new)), _ -> {});

        assertThat(((Attempt.Partly) attempt).undelivered())
                .extracting(each -> each.position().offset())
                .containsExactly(10_000L, 10_001L, 10_002L);
    }

    @Test
    void givesARequestTheSameIdWhenTheRestOfItsBatchIsTriedAgainAndNoOtherThatId() throws Exception {
        restart(request -> endpoint.requests().size() == 2 ? Reply.json(503, "{}") : accept(request));
        var batch = TestBatch.of(Collections.nCopies(25_000, "x").toArray(String[]::new));

        attempt(batch, _ -> {});
        attempt(new TestBatch(batch.id(), batch.all().subList(10_000, 25_000)), _ -> {});

        var ids = endpoint.requests().stream()
                .map(request -> request.headers().get("x-amz-firehose-request-id"))
                .toList();
        assertThat(ids).hasSize(4);
        assertThat(ids.get(2)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(0));
        assertThat(ids.get(3)).isNotIn(ids.subList(0, 3));
    }

    @Test
    void givesUpOnlyTheRecordsOfTheRequestThatIsTooLarge() throws Exception {
        restart(request -> endpoint.requests().size() == 2 ? Reply.json(413, "{}") : accept(request));

        var attempt = attempt(TestBatch.of(Collections.nCopies(20_001, "x").toArray(String[]::new)), _ -> {});

        assertThat(endpoint.requests()).hasSize(3);
        assertThat(((Attempt.Partly) attempt).undelivered())
                .hasSize(10_000)
                .allMatch(each -> each.failure().remedy() == Failure.Remedy.GIVE_UP)
                .extracting(each -> each.position().offset())
                .startsWith(10_000L)
                .endsWith(19_999L);
    }

    @Test
    void sendsLargeBodiesFromAScratchFileAndRemovesIt() throws Exception {
        var megabyte = "x".repeat(1 << 20);

        assertThat(attempt(TestBatch.of(megabyte, megabyte, megabyte), _ -> {})).isEqualTo(new Attempt.Delivered());

        assertThat(endpoint.requests().getFirst().body().length).isGreaterThan(4 << 20);
        try (var files = Files.list(scratch)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void takesOnlyTheContractsYes() throws Exception {
        assertRefused(Reply.json(201, "{}"), "HttpEndpoint.DestinationException");
        assertRefused(Reply.json(302, "{}"), "HttpEndpoint.DestinationException");
        assertRefused(Reply.json(500, "oops"), "HttpEndpoint.DestinationException");
        assertRefused(Reply.json(200, ""), "HttpEndpoint.InvalidResponseFromDestination");
        assertRefused(Reply.json(200, "<html>"), "HttpEndpoint.InvalidResponseFromDestination");
        assertRefused(
                Reply.json(200, "{\"requestId\":\"another\",\"timestamp\":1}"),
                "HttpEndpoint.InvalidResponseFromDestination");
        assertRefused(
                request -> Reply.json(200, "{\"requestId\":\"" + id(request) + "\"}"),
                "HttpEndpoint.InvalidResponseFromDestination");
        assertRefused(
                request -> Reply.json(
                        200, "{\"requestId\":\"" + id(request) + "\",\"timestamp\":1,\"errorMessage\":\"full\"}"),
                "HttpEndpoint.InvalidResponseFromDestination");
        assertRefused(
                request -> new Reply.Response(
                        200,
                        Map.of("Content-Type", "text/plain"),
                        ("{\"requestId\":\"" + id(request) + "\",\"timestamp\":1}").getBytes(StandardCharsets.UTF_8)),
                "HttpEndpoint.InvalidResponseFromDestination");
    }

    @Test
    void tellsWhatTheEndpointSaid() throws Exception {
        restart(_ -> Reply.json(503, "come back later"));

        assertThat(failure(attempt(TestBatch.of("x"), _ -> {})).message())
                .isEqualTo("The following response was received from the endpoint destination. 503: come back later");
    }

    @Test
    void givesUpAtOnceWhenTheDataIsTooLargeForTheEndpoint() throws Exception {
        restart(_ -> Reply.json(413, "too large"));

        assertThat(failure(attempt(TestBatch.of("x"), _ -> {})).remedy()).isEqualTo(Failure.Remedy.GIVE_UP);
    }

    @Test
    void survivesWhatNoEndpointShouldDo() throws Exception {
        assertRefused(new Reply.Reset(), "HttpEndpoint.ConnectionReset");
        assertRefused(Reply.raw("what is this?\r\n\r\n"), "HttpEndpoint.ConnectionReset");
        assertRefused(
                Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"requ"), "HttpEndpoint.ConnectionReset");
        assertRefused(
                new Reply.Response(200, Map.of("Content-Type", "application/json"), new byte[2 << 20]),
                "HttpEndpoint.ResponseTooLarge");
    }

    @Test
    void saysSoWhenNobodyListens() throws Exception {
        endpoint.close();

        assertThat(failure(attempt(TestBatch.of("x"), _ -> {})).code()).isEqualTo("HttpEndpoint.ConnectionFailed");
    }

    @Test
    void endsWhenItIsInterruptedWhileTheEndpointIsSilent() throws Exception {
        restart(_ -> {
            Thread.currentThread().setName("asked");
            return new Reply.Silence();
        });
        var attempting = Thread.ofVirtual().start(() -> {
            try {
                attempt(TestBatch.of("x"), _ -> {});
            } catch (Exception e) {
                assertThat(e).isInstanceOf(InterruptedException.class);
            }
        });
        while (endpoint.requests().isEmpty()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("not so in time");
            }
            Thread.onSpinWait();
        }

        attempting.interrupt();

        assertThat(attempting.join(Duration.ofSeconds(30))).isTrue();
    }

    private void assertRefused(Reply reply, String code) throws Exception {
        assertRefused(_ -> reply, code);
    }

    private void assertRefused(Function<Request, Reply> behaviour, String code) throws Exception {
        restart(behaviour);
        var failure = failure(attempt(TestBatch.of("x"), _ -> {}));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.remedy()).isEqualTo(Failure.Remedy.RETRY);
    }

    private Attempt attempt(TestBatch batch, Consumer<HttpEndpointDestinationConfiguration.Builder> with)
            throws Exception {
        var builder = HttpEndpointDestinationConfiguration.builder().endpointConfiguration(at -> at.url(url()));
        with.accept(builder);
        try (var destinations = new HttpDestinations(
                HttpDestinationsConfig.anonymous(scratch),
                arn -> Optional.ofNullable(secrets.get(arn)),
                HttpEndpointDestinationTest::tls,
                () -> NOW)) {
            Destination destination = destinations.httpEndpoint(TestBatch.STREAM, builder.build());
            return destination.attempt(batch);
        }
    }

    private static SSLContext tls() {
        try {
            return SSLContext.getDefault();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private String url() {
        return endpoint.url() + "/in?tenant=7";
    }

    private void restart(Function<Request, Reply> behaviour) {
        endpoint.close();
        endpoint = TestEndpoint.start(behaviour);
    }

    private static Reply accept(Request request) {
        return Reply.json(200, "{\"requestId\":\"" + id(request) + "\",\"timestamp\":1578090903599}");
    }

    private static HttpEndpointCommonAttribute attribute(String name, String value) {
        return HttpEndpointCommonAttribute.builder()
                .attributeName(name)
                .attributeValue(value)
                .build();
    }

    private static String id(Request request) {
        return String.valueOf(request.headers().get("x-amz-firehose-request-id"));
    }

    private static Failure failure(Attempt attempt) {
        return ((Attempt.Refused) attempt).failure();
    }

    private static int records(Request request) {
        var text = request.text();
        return List.of(text.split("\"data\"", -1)).size() - 1;
    }

    private static String gunzip(byte[] bytes) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void encodesEveryByte() throws Exception {
        var bytes = new byte[256];
        for (int each = 0; each < bytes.length; each++) {
            bytes[each] = (byte) each;
        }
        var text = new String(bytes, StandardCharsets.ISO_8859_1);

        attempt(TestBatch.of(text), _ -> {});

        assertThat(endpoint.requests().getFirst().text())
                .contains(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }
}

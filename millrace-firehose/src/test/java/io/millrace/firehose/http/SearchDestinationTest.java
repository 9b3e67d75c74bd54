package io.millrace.firehose.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.testkit.TestEndpoint;
import io.millrace.testkit.TestEndpoint.Reply;
import io.millrace.testkit.TestEndpoint.Request;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.DefaultDocumentIdFormat;
import software.amazon.awssdk.services.firehose.model.ElasticsearchDestinationConfiguration;

class SearchDestinationTest {
    @TempDir
    Path scratch;

    private Map<String, String> domains = Map.of();
    private HttpDestinationsConfig.SearchLogin login = HttpDestinationsConfig.SearchLogin.anonymous();
    private TestEndpoint server = TestEndpoint.start(_ -> Reply.json(200, "{\"errors\":false}"));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void indexesEachRecordAsADocumentInOneLine() throws Exception {
        assertThat(attempt(TestBatch.of("{\"a\":1}\n", "{\n\"b\":2\r\n}"), _ -> {}))
                .isEqualTo(new Attempt.Delivered());

        var request = server.requests().getFirst();
        assertThat(request.target()).startsWith("/_bulk");
        assertThat(request.headers()).containsEntry("content-type", "application/x-ndjson");
        var lines = request.text().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("{\"index\":{\"_index\":\"orders-2030-01-01\",\"_id\":\"");
        assertThat(lines.get(1)).isEqualTo("{\"a\":1} ");
        assertThat(lines.get(3)).isEqualTo("{ \"b\":2  }");
    }

    @Test
    void givesARecordTheSameDocumentIdEachTimeAndNoTwoTheSame() throws Exception {
        attempt(TestBatch.of("{}", "{}"), _ -> {});
        attempt(TestBatch.of("{}", "{}"), _ -> {});

        var first = server.requests().get(0).text();
        assertThat(server.requests().get(1).text()).isEqualTo(first);
        assertThat(first.lines().distinct()).hasSize(3);
    }

    @Test
    void leavesTheIdToTheServerWhenAsked() throws Exception {
        attempt(
                TestBatch.of("{}"),
                to -> to.documentIdOptions(
                        options -> options.defaultDocumentIdFormat(DefaultDocumentIdFormat.NO_DOCUMENT_ID)));

        assertThat(server.requests().getFirst().text())
                .isEqualTo("{\"index\":{\"_index\":\"orders-2030-01-01\"}}\n{}\n");
    }

    @Test
    void rotatesTheIndexByTheRecordsArrivalInUtc() throws Exception {
        assertThat(index("NoRotation", "2030-01-01T23:30:00Z")).isEqualTo("orders");
        assertThat(index("OneHour", "2030-01-01T23:30:00Z")).isEqualTo("orders-2030-01-01-23");
        assertThat(index("OneDay", "2030-01-01T23:30:00Z")).isEqualTo("orders-2030-01-01");
        assertThat(index("OneMonth", "2030-01-01T23:30:00Z")).isEqualTo("orders-2030-01");
        // 2030-01-01 is a Tuesday; the week of 2029-12-30, a Sunday, holds it.
        assertThat(index("OneWeek", "2030-01-01T23:30:00Z")).isEqualTo("orders-2030-w01");
        assertThat(index("OneWeek", "2029-12-30T00:00:00Z")).isEqualTo("orders-2030-w01");
        assertThat(index("OneWeek", "2029-12-29T23:59:59Z")).isEqualTo("orders-2029-w52");
        assertThat(index("OneWeek", "2030-01-06T00:00:00Z")).isEqualTo("orders-2030-w02");
    }

    @Test
    void reportsEachDocumentThatWasRefusedWithItsReason() throws Exception {
        restart(
                _ -> Reply.json(
                        200,
                        "{\"errors\":true,\"items\":[{\"index\":{\"status\":201}},"
                                + "{\"index\":{\"status\":400,\"error\":{\"type\":\"mapper_parsing_exception\",\"reason\":\"bad date\"}}},"
                                + "{\"index\":{\"status\":429,\"error\":{\"type\":\"rejected\",\"reason\":\"queue full\"}}}]}"));

        var partly = (Attempt.Partly) attempt(TestBatch.of("{}", "{\"d\":1}", "{}"), _ -> {});

        assertThat(partly.undelivered())
                .extracting(each -> each.position().offset())
                .containsExactly(1L, 2L);
        assertThat(partly.undelivered())
                .extracting(Attempt.Undelivered::failure)
                .containsExactly(
                        new Failure("400", "mapper_parsing_exception: bad date", Failure.Remedy.GIVE_UP),
                        new Failure("429", "rejected: queue full", Failure.Remedy.RETRY));
        var details = partly.undelivered().getFirst().details();
        assertThat(details.keySet()).containsExactly("esDocumentId", "esIndexName", "esTypeName");
        assertThat(UUID.fromString(String.valueOf(details.get("esDocumentId")))).isNotNull();
        assertThat(details).containsEntry("esIndexName", "orders-2030-01-01");
    }

    @Test
    void believesNoAnswerThatDoesNotSpeakOfEachDocument() throws Exception {
        for (var answer : List.of(
                "{\"errors\":true,\"items\":[{\"index\":{\"status\":201}}]}", "{}", "[]", "", "<html>busy</html>")) {
            restart(_ -> Reply.json(200, answer));
            var partly = (Attempt.Partly) attempt(TestBatch.of("{}", "{}"), _ -> {});
            assertThat(partly.undelivered()).as(answer).hasSize(2);
            assertThat(partly.undelivered().getFirst().failure().remedy()).isEqualTo(Failure.Remedy.RETRY);
        }
    }

    @Test
    void refusesTheWholeBatchWhenTheDoorDoes() throws Exception {
        assertRefused(Reply.json(429, "slow down"), new Failure("429", "slow down", Failure.Remedy.RETRY));
        assertRefused(Reply.json(503, "red"), new Failure("503", "red", Failure.Remedy.RETRY));
        assertRefused(Reply.json(403, "no"), new Failure("403", "no", Failure.Remedy.RETRY));
        assertRefused(Reply.json(413, "big"), new Failure("413", "big", Failure.Remedy.GIVE_UP));
    }

    @Test
    void sendsManyDocumentsInSeveralRequestsAndKeepsWhatWentWell() throws Exception {
        var all = TestBatch.of(Collections.nCopies(12_000, "{}").toArray(String[]::new));
        restart(_ -> server.requests().size() == 2 ? Reply.json(503, "red") : Reply.json(200, "{\"errors\":false}"));

        var partly = (Attempt.Partly) attempt(all, _ -> {});

        assertThat(partly.undelivered()).hasSize(7_000);
        assertThat(partly.undelivered().getFirst().position().offset()).isEqualTo(5_000);
    }

    @Test
    void sendsSmallerRequestsToADoorThatFindsThemTooLarge() throws Exception {
        var large = "x".repeat(2000);
        restart(request -> request.body().length > 10_000 || request.text().contains(large)
                ? Reply.json(413, "big")
                : Reply.json(200, "{\"errors\":false}"));
        var all = new ArrayList<>(Collections.nCopies(100, "{}"));
        all.set(42, large);

        var partly = (Attempt.Partly) attempt(TestBatch.of(all.toArray(String[]::new)), _ -> {});

        assertThat(partly.undelivered()).hasSize(1);
        assertThat(partly.undelivered().getFirst().position().offset()).isEqualTo(42);
        assertThat(partly.undelivered().getFirst().failure())
                .isEqualTo(new Failure("413", "big", Failure.Remedy.GIVE_UP));
    }

    @Test
    void givesUpOnlyTheDocumentsOfTheRequestThatIsNone() throws Exception {
        restart(_ -> server.requests().size() == 1 ? Reply.json(400, "what?") : Reply.json(200, "{\"errors\":false}"));

        var partly = (Attempt.Partly)
                attempt(TestBatch.of(Collections.nCopies(5_001, "{}").toArray(String[]::new)), _ -> {});

        assertThat(partly.undelivered()).hasSize(5_000);
    }

    @Test
    void sendsADocumentTypeOnlyToServersThatWantOne() throws Exception {
        assertThat(typedAction("{\"version\":{\"number\":\"6.8.23\"}}")).contains("\"_type\":\"doc\"");
        assertThat(typedAction("{\"version\":{\"number\":\"7.10.2\"}}")).doesNotContain("_type");
        assertThat(typedAction("{\"version\":{\"distribution\":\"opensearch\",\"number\":\"2.19.0\"}}"))
                .doesNotContain("_type");
    }

    @Test
    void knowsDomainsFromTheSettings() throws Exception {
        Consumer<AmazonopensearchserviceDestinationConfiguration.Builder> domain =
                to -> to.clusterEndpoint(null).domainARN("arn:aws:es:us-east-1:000000000000:domain/logs");

        var unknown = ((Attempt.Refused) attempt(TestBatch.of("{}"), domain)).failure();
        domains = Map.of("logs", server.url() + "/");

        assertThat(unknown.code()).isEqualTo("OS.InvalidEndpoint");
        assertThat(attempt(TestBatch.of("{}"), domain)).isEqualTo(new Attempt.Delivered());
    }

    @Test
    void authenticatesWhereTheSettingsSay() throws Exception {
        login = login(HttpDestinationsConfig.Signed.AWS_HOSTS);

        attempt(TestBatch.of("{}"), _ -> {});

        assertThat(server.requests().getFirst().headers()).containsEntry("authorization", "Basic YWRtaW46cGFzcw==");
        assertThat(login.password().toString()).doesNotContain("pass");
        assertThat(login.accessKey().toString()).doesNotContain("secret");
    }

    @Test
    void signsWhereTheSettingsSay() throws Exception {
        login = login(HttpDestinationsConfig.Signed.ALL_HOSTS);

        attempt(TestBatch.of("{}"), _ -> {});
        try (var destinations = destinations()) {
            destinations
                    .openSearchServerless(
                            TestBatch.STREAM,
                            AmazonOpenSearchServerlessDestinationConfiguration.builder()
                                    .collectionEndpoint(server.url())
                                    .indexName("orders")
                                    .retryOptions(retry -> retry.durationInSeconds(300))
                                    .build())
                    .attempt(TestBatch.of("{}"));
        }

        var request = server.requests().getFirst();
        assertThat(request.headers().get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/20300101/us-east-1/es/aws4_request, SignedHeaders=host;"
                        + "x-amz-content-sha256;x-amz-date, Signature=");
        assertThat(request.headers()).containsEntry("x-amz-content-sha256", Sha256.hex(request.text()));
        assertThat(server.requests().get(1).headers().get("authorization")).contains("/us-east-1/aoss/aws4_request");
    }

    private static HttpDestinationsConfig.SearchLogin login(HttpDestinationsConfig.Signed signed) {
        return new HttpDestinationsConfig.SearchLogin(
                Optional.of(new HttpDestinationsConfig.Credentials("admin", "pass")),
                Optional.of(new HttpDestinationsConfig.AccessKey("AKID", "secret", Optional.empty())),
                signed);
    }

    private void assertRefused(Reply reply, Failure expected) throws Exception {
        restart(_ -> reply);
        assertThat(attempt(TestBatch.of("{}"), _ -> {})).isEqualTo(new Attempt.Refused(expected));
    }

    private String index(String rotation, String arrival) throws Exception {
        var record = TestBatch.record(0, Instant.parse(arrival), "{}");
        attempt(new TestBatch(new UUID(0, 0), List.of(record)), to -> to.indexRotationPeriod(rotation));
        return server.requests().getLast().text().split("\"", -1)[5];
    }

    private String typedAction(String root) throws Exception {
        restart(request -> Reply.json(200, request.target().equals("/") ? root : "{\"errors\":false}"));
        try (var destinations = destinations()) {
            destinations
                    .elasticsearch(
                            TestBatch.STREAM,
                            ElasticsearchDestinationConfiguration.builder()
                                    .clusterEndpoint(server.url())
                                    .indexName("orders")
                                    .typeName("doc")
                                    .retryOptions(retry -> retry.durationInSeconds(300))
                                    .build())
                    .attempt(TestBatch.of("{}"));
        }
        return server.requests().getLast().text();
    }

    private Attempt attempt(TestBatch batch, Consumer<AmazonopensearchserviceDestinationConfiguration.Builder> with)
            throws Exception {
        var configuration = AmazonopensearchserviceDestinationConfiguration.builder()
                .clusterEndpoint(server.url())
                .indexName("orders")
                .retryOptions(retry -> retry.durationInSeconds(300));
        with.accept(configuration);
        try (var destinations = destinations()) {
            Destination destination = destinations.openSearch(TestBatch.STREAM, configuration.build());
            return destination.attempt(batch);
        }
    }

    private HttpDestinations destinations() throws Exception {
        var tls = SSLContext.getDefault();
        return new HttpDestinations(
                new HttpDestinationsConfig(scratch, domains, login, Map.of()),
                _ -> Optional.empty(),
                () -> tls,
                () -> TestBatch.ARRIVAL);
    }

    private void restart(Function<Request, Reply> behaviour) {
        server.close();
        server = TestEndpoint.start(behaviour);
    }
}

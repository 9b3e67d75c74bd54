package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Faults on request, as real clients meet them. */
class FaultsTest {
    private static Millrace millrace;
    private static RawClient admin;

    @BeforeAll
    static void start() {
        millrace = Millrace.start(MillraceConfig.ephemeral());
        admin = new RawClient(millrace.endpoint());
    }

    @AfterAll
    static void stop() {
        admin.close();
        millrace.close();
    }

    @AfterEach
    void clear() {
        assertThat(admin("DELETE", "").status()).isEqualTo(200);
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void throttlesPutsReadsAndListingsInAwssWords(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            var iterator = kinesis.iterator(stream, FIRST, Kinesis::trimHorizon);
            set("""
                    {"stream": "%s", "throttle": 1}""".formatted(stream));
            var ofShard = "Rate exceeded for shard " + FIRST + " in stream " + stream + " under account 000000000000.";

            for (Runnable call : List.<Runnable>of(
                    () -> kinesis.put(stream, "data"),
                    () -> client.putRecords(
                            request -> request.streamName(stream).records(entries(3))),
                    () -> kinesis.getRecords(iterator),
                    () -> kinesis.iterator(stream, FIRST, Kinesis::latest))) {
                assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                        .isThrownBy(call::run)
                        .satisfies(refusal -> assertThat(text(refusal)).isEqualTo(ofShard));
            }
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> kinesis.shards(stream))
                    .satisfies(refusal -> assertThat(text(refusal))
                            .isEqualTo("Rate exceeded for stream " + stream + " under account 000000000000."));
            client.listStreams();
            kinesis.newStream(1);
        }
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void failsAsTheServiceFails(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);

            set("""
                    {"stream": "%s", "operation": "PutRecord", "internalFailure": 1}""".formatted(stream));
            assertThatExceptionOfType(KinesisException.class)
                    .isThrownBy(() -> kinesis.put(stream, "data"))
                    .satisfies(failure -> {
                        assertThat(failure.statusCode()).isEqualTo(500);
                        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InternalFailure");
                    });
            set("""
                    {"stream": "%s", "operation": "PutRecord", "unavailable": 1}""".formatted(stream));
            assertThatExceptionOfType(KinesisException.class)
                    .isThrownBy(() -> kinesis.put(stream, "data"))
                    .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(503));

            assertThat(kinesis.read(stream, FIRST).records()).isEmpty();
        }
    }

    @Test
    void theCatalogOfTablesFailsAsWell() {
        try (var glue = TableCatalogTest.clientOf(millrace)) {
            set("""
                    {"operation": "GetDatabases", "internalFailure": 1}""");

            assertThatExceptionOfType(GlueException.class)
                    .isThrownBy(() -> glue.getDatabases(_ -> {}))
                    .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(500));
        }
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void refusesAPartOfABatchAndStoresTheRest(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            set("""
                    {"stream": "%s", "recordThrottle": 0.3, "recordInternalFailure": 0.2, "seed": 7}""".formatted(stream));

            var reply = client.putRecords(request -> request.streamName(stream).records(entries(200)));

            var stored = new ArrayList<String>();
            int throttled = 0;
            int failed = 0;
            for (int i = 0; i < 200; i++) {
                var entry = reply.records().get(i);
                switch (String.valueOf(entry.errorCode())) {
                    case "ProvisionedThroughputExceededException" -> {
                        throttled++;
                        assertThat(entry.errorMessage()).startsWith("Rate exceeded for shard " + FIRST);
                    }
                    case "InternalFailure" -> failed++;
                    default -> {
                        assertThat(entry.sequenceNumber()).isNotEmpty();
                        stored.add(Integer.toString(i));
                    }
                }
            }
            assertThat(throttled).isBetween(30, 90);
            assertThat(failed).isBetween(15, 70);
            assertThat(reply.failedRecordCount()).isEqualTo(throttled + failed);
            assertThat(kinesis.read(stream, FIRST).texts()).isEqualTo(stored);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3", "1"})
    void tellsTheEncryptionOfAStreamWhateverPartOfABatchItRefuses(String share) {
        try (var client = SdkClient.APACHE.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            client.startStreamEncryption(request -> request.streamName(stream)
                    .encryptionType(EncryptionType.KMS)
                    .keyId("alias/aws/kinesis"));
            kinesis.awaitActive(stream);
            set("""
                    {"stream": "%s", "recordThrottle": %s, "seed": 7}""".formatted(stream, share));

            var reply = client.putRecords(request -> request.streamName(stream).records(entries(50)));

            assertThat(reply.failedRecordCount()).isPositive();
            assertThat(reply.encryptionType()).isEqualTo(EncryptionType.KMS);
        }
    }

    @Test
    void theSameSeedMeansTheSameFaults() {
        try (var client = SdkClient.APACHE.connect(millrace)) {
            var stream = new Kinesis(client).newStream(1);
            var rule = """
                    {"stream": "%s", "recordThrottle": 0.5, "seed": 11}""".formatted(stream);

            set(rule);
            var first = codes(client, stream);
            set(rule);

            assertThat(codes(client, stream)).isEqualTo(first).contains("ok", "ProvisionedThroughputExceededException");
        }
    }

    @Test
    void aClientThatRetriesSurvivesThirtyPercentOfEverything() {
        var retries = StandardRetryStrategy.builder()
                .maxAttempts(30)
                .backoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(1)))
                .throttlingBackoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(1)))
                .retryOnException(ProvisionedThroughputExceededException.class)
                .retryOnException(LimitExceededException.class)
                .retryOnException(failure -> failure instanceof KinesisException refusal && refusal.statusCode() >= 500)
                .circuitBreakerEnabled(false)
                .build();
        try (var client = SdkClient.APACHE.connect(millrace, options -> options.retryStrategy(retries))) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            set("""
                    {"throttle": 0.2, "internalFailure": 0.05, "unavailable": 0.05, "seed": 3}""");
            var expected = IntStream.range(0, 200).mapToObj(Integer::toString).toList();

            expected.forEach(data -> kinesis.put(stream, data));

            assertThat(kinesis.read(stream, FIRST).texts()).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void answersLateWhatItServes() {
        try (var client = SdkClient.NETTY_HTTP2.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            set("""
                    {"stream": "%s", "latencyMillis": 150, "latencyMillisMax": 200}""".formatted(stream));

            for (Runnable call : List.<Runnable>of(() -> kinesis.put(stream, "data"), () -> kinesis.shards(stream))) {
                long begin = System.nanoTime();
                call.run();
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
            }
            clear();
            assertThat(kinesis.read(stream, FIRST).texts()).containsExactly("data");
        }
    }

    @Test
    void refusesWhatIsWrongWithACallAsEver() {
        try (var client = SdkClient.APACHE.connect(millrace)) {
            set("""
                    {"operation": "PutRecords", "throttle": 0.5, "recordThrottle": 1}""");

            for (int call = 0; call < 10; call++) {
                assertThatExceptionOfType(ResourceNotFoundException.class)
                        .isThrownBy(() -> client.putRecords(
                                request -> request.streamName("nowhere").records(entries(1))));
            }
            set("{\"throttle\": 1}");
            assertThatExceptionOfType(ResourceNotFoundException.class)
                    .isThrownBy(() -> client.describeStreamSummary(request -> request.streamName("nowhere")));
            assertThatExceptionOfType(ResourceNotFoundException.class)
                    .isThrownBy(() -> new Kinesis(client).iterator("nowhere", FIRST, Kinesis::latest));
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> client.createStream(
                            request -> request.streamName("nowhere").shardCount(1)));
        }
    }

    @Test
    void theRuleForTheStreamAndOperationCountsMoreThanTheOneForAll() {
        try (var client = SdkClient.APACHE.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            set("{\"throttle\": 1}");
            set("""
                    {"stream": "%s", "operation": "PutRecord", "latencyMillis": 1}""".formatted(stream));

            kinesis.put(stream, "data");
            assertThatExceptionOfType(LimitExceededException.class).isThrownBy(client::listStreams);

            assertThat(admin("DELETE", "?operation=PutRecord").json().path("faults"))
                    .singleElement()
                    .satisfies(fault ->
                            assertThat(fault.path("throttle").asDouble()).isEqualTo(1));
            assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                    .isThrownBy(() -> kinesis.put(stream, "data"));
        }
    }

    @Test
    void countsWhatItInjected() {
        try (var client = SdkClient.APACHE.connect(millrace)) {
            set("""
                    {"operation": "DescribeLimits", "throttle": 1}""");
            for (int call = 0; call < 2; call++) {
                assertThatExceptionOfType(LimitExceededException.class).isThrownBy(client::describeLimits);
            }
            client.listStreams();

            var metrics = admin.post().method("GET").path("/metrics").send().text();
            assertThat(metrics.lines())
                    .contains(
                            "millrace_faults_injected_total{fault=\"LimitExceededException\",operation=\"DescribeLimits\"} 2.0");
        }
    }

    @Test
    void isNotThereForBrowsersAndCredentialsThoughTheyKnowTheToken() {
        for (var header : List.of(
                List.of("Origin", "http://evil.example"),
                List.of("Origin", "http://127.0.0.1"),
                List.of("Sec-Fetch-Site", "same-origin"),
                List.of("Referer", "http://evil.example/"),
                List.of("Authorization", RawClient.AUTHORIZATION),
                List.of("X-Amz-Target", "Kinesis_20131202.ListStreams"))) {
            assertNotThere(request("PUT", "").header(header.get(0), header.get(1)));
        }
    }

    @Test
    void isNotThereForWhoeverDoesNotShowTheTokenThoughHeSeemsToBeOnTheMachine() {
        // As a proxy with nothing but a target passes it on: from loopback, for loopback, without a word of where it is
        // from.
        assertNotThere(page(admin, "PUT", ""));
        for (var shown :
                List.of("Bearer whatever", "Bearer ", "Basic " + millrace.adminToken(), millrace.adminToken())) {
            assertNotThere(page(admin, "PUT", "").header("Authorization", shown));
        }
    }

    private static void assertNotThere(RawClient.Request request) {
        var reply = request.body("{\"throttle\": 1}").send();
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.text()).contains("<AccessDeniedException>");
        assertThat(admin("GET", "").json().path("faults")).isEmpty();
    }

    @Test
    void isThereForAProxysCallersWhoKnowTheToken() {
        assertThat(request("GET", "")
                        .header("X-Forwarded-For", "203.0.113.9")
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void saysWhatIsWrongWithARule() {
        assertThat(wrong("{\"throttle\": 1.5}")).contains("must each be 0 to 1");
        assertThat(wrong("{\"throttle\": 0.7, \"unavailable\": 0.7}")).contains("together");
        assertThat(wrong("{\"throttel\": 0.7}")).contains("there is no throttel");
        assertThat(wrong("{\"operation\": \"PutRecrods\", \"throttle\": 1}")).contains("no operation PutRecrods");
        assertThat(wrong("{\"operation\": \"PutRecord\", \"recordThrottle\": 1}"))
                .contains("PutRecords");
        assertThat(wrong("{\"latencyMillis\": 20, \"latencyMillisMax\": 10}")).contains("latencyMillis");
        assertThat(wrong("{}")).contains("does nothing");
        assertThat(wrong("[]")).contains("JSON object");
        assertThat(wrong("{\"throttle\": \"much\"}")).contains("number");
        assertThat(wrong("{\"throttle\": 1, \"forSeconds\": 0}")).contains("forSeconds");
        assertThat(request("PUT", "")
                        .contentType("text/plain")
                        .body("{\"throttle\": 1}")
                        .send()
                        .status())
                .isEqualTo(415);
        assertThat(request("PUT", "").body(" ".repeat(70_000) + "{}").send().status())
                .isEqualTo(413);
        assertThat(admin("GET", "").json().path("faults")).isEmpty();
    }

    @Test
    void asksForTheTokenThatTheSettingsSay() {
        try (var guarded = Millrace.start(MillraceConfig.ephemeral().with("admin.token", "a-token-of-some-length"));
                var client = new RawClient(guarded.endpoint())) {
            assertThat(page(client, "GET", "").send().status()).isEqualTo(403);
            assertThat(page(client, "GET", "")
                            .header("Authorization", "Bearer a-token-of-some-lengtH")
                            .send()
                            .status())
                    .isEqualTo(403);
            assertThat(page(client, "GET", "")
                            .header("Authorization", "Bearer a-token-of-some-length")
                            .send()
                            .status())
                    .isEqualTo(200);
            assertThat(guarded.adminToken()).isEqualTo("a-token-of-some-length");
        }
    }

    @Test
    void asksForTheTokenInTheDataDirectoryWhereverTheServerListens() throws IOException {
        var open = MillraceConfig.ephemeral().with("server.host", "0.0.0.0").with("auth.open-network", "true");
        try (var exposed = Millrace.start(open);
                var client = new RawClient(exposed.endpoint())) {
            assertThat(page(client, "GET", "").send().status()).isEqualTo(403);
            var token = Files.readString(exposed.dataDirectory().resolve("admin-token"))
                    .strip();
            assertThat(token).isEqualTo(exposed.adminToken());
            assertThat(page(client, "GET", "")
                            .header("Authorization", "Bearer " + token)
                            .send()
                            .status())
                    .isEqualTo(200);
        }
    }

    private static String wrong(String rule) {
        var reply = request("PUT", "").body(rule).send();
        assertThat(reply.status()).isEqualTo(400);
        return reply.json().path("message").asText();
    }

    private static List<String> codes(KinesisClient client, String stream) {
        return client.putRecords(request -> request.streamName(stream).records(entries(50))).records().stream()
                .map(entry -> entry.errorCode() == null ? "ok" : entry.errorCode())
                .toList();
    }

    private static void set(String rule) {
        var reply = request("PUT", "").body(rule).send();
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static RawClient.Reply admin(String method, String query) {
        return request(method, query).send();
    }

    private static RawClient.Request request(String method, String query) {
        return page(admin, method, query).header("Authorization", "Bearer " + millrace.adminToken());
    }

    private static RawClient.Request page(RawClient client, String method, String query) {
        return client.post().method(method).path("/admin/faults" + query).contentType("application/json");
    }

    private static List<PutRecordsRequestEntry> entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .data(SdkBytes.fromUtf8String(Integer.toString(i)))
                        .partitionKey("key")
                        .build())
                .toList();
    }

    private static String text(AwsServiceException refusal) {
        return refusal.awsErrorDetails().errorMessage();
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.opensearch.SearchServer;
import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;

/** Records become documents of a real OpenSearch server, and what it refuses is told in the bucket. */
@Timeout(300)
class SearchDeliveryTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration DRAIN_MAX = Duration.ofMinutes(2);
    private static final int KILLS = 3;
    private static final int DOCUMENTS_MAX = 10_000; // of one answer

    @TempDir
    private static Path folder;

    private static SearchServer search;
    private static HttpClient http;

    @BeforeAll
    static void startOpenSearch() throws IOException {
        search = SearchServer.start(folder);
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stopOpenSearch() {
        http.close();
        search.close();
    }

    private static void create(
            FirehoseSdk firehose, String name, Consumer<AmazonopensearchserviceDestinationConfiguration.Builder> more) {
        var destination = AmazonopensearchserviceDestinationConfiguration.builder()
                .clusterEndpoint(search.url())
                .indexName(name)
                .indexRotationPeriod("NoRotation")
                .roleARN(FirehoseSdk.ROLE)
                .s3Configuration(s3 -> s3.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::" + name));
        more.accept(destination);
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName(name)
                        .amazonopensearchserviceDestinationConfiguration(destination.build()));
    }

    private static JsonNode ask(String path, String body) {
        var request = HttpRequest.newBuilder(URI.create(search.url() + path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .method("POST", HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** All documents of the indexes whose names begin so, as hits. */
    private static List<JsonNode> documents(String index) {
        ask("/" + index + "*/_refresh", "");
        var hits = ask("/" + index + "*/_search", "{\"size\":" + DOCUMENTS_MAX + "}")
                .path("hits")
                .path("hits");
        var all = new ArrayList<JsonNode>();
        hits.forEach(all::add);
        return all;
    }

    private static String today(String pattern) {
        return DateTimeFormatter.ofPattern(pattern).format(Instant.now().atOffset(ZoneOffset.UTC));
    }

    @Test
    void documentsComeToTheIndexOfTheirTimeAndUnderTheIdThatWasAskedFor() {
        try (var millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "200ms"));
                var firehose = FirehoseSdk.connect(millrace.endpoint())) {
            create(firehose, "plain", _ -> {});
            create(firehose, "daily", it -> it.indexRotationPeriod("OneDay"));
            create(
                    firehose,
                    "monthly",
                    it -> it.indexRotationPeriod("OneMonth")
                            .documentIdOptions(ids -> ids.defaultDocumentIdFormat("NO_DOCUMENT_ID")));
            // It may be midnight in between.
            var indexes = new HashSet<>(Set.of("plain", today("'daily-'uuuu-MM-dd"), today("'monthly-'uuuu-MM")));
            for (var name : List.of("plain", "daily", "monthly")) {
                firehose.put(name, "{\"n\":1,\"text\":\"größe\"}", "{\"n\":2}");
                Await.until("documents of " + name, () -> documents(name).size() >= 2);
            }
            indexes.addAll(Set.of(today("'daily-'uuuu-MM-dd"), today("'monthly-'uuuu-MM")));

            for (var name : List.of("plain", "daily", "monthly")) {
                assertThat(documents(name))
                        .hasSize(2)
                        .allSatisfy(hit ->
                                assertThat(indexes).contains(hit.path("_index").asText()))
                        .extracting(hit -> hit.path("_source").toString())
                        .containsExactlyInAnyOrder("{\"n\":1,\"text\":\"größe\"}", "{\"n\":2}");
                boolean ownIds = !name.equals("monthly");
                assertThat(documents(name))
                        .extracting(hit -> hit.path("_id").asText())
                        // Ours are UUIDs, OpenSearch's are not.
                        .allSatisfy(
                                id -> assertThat(id.matches("[0-9a-f-]{36}")).isEqualTo(ownIds));
            }
        }
    }

    @Test
    void whatDoesNotFitTheMappingIsToldInTheBucketAndTheOthersAreDocuments() throws IOException {
        try (var millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "200ms"));
                var firehose = FirehoseSdk.connect(millrace.endpoint())) {
            create(firehose, "conflicts", _ -> {});
            firehose.put("conflicts", "{\"n\":1}");
            Await.until("the mapping", () -> documents("conflicts").size() == 1);
            firehose.put("conflicts", "{\"n\":2}", "{\"n\":\"x\"}", "nonsense", "{\"n\":3}");
            var bucket = new DeliveredFolder(millrace.dataDirectory().resolve("objects/conflicts"));
            var failed = "AmazonOpenSearchService_failed/";
            Await.until("refusals", () -> bucket.lines(failed).size() >= 2);
            Await.until("documents", () -> documents("conflicts").size() >= 3);

            assertThat(documents("conflicts"))
                    .extracting(hit -> hit.path("_source").toString())
                    .containsExactlyInAnyOrder("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
            var lines = new ArrayList<JsonNode>();
            for (var line : bucket.lines(failed)) {
                lines.add(JSON.readTree(line));
            }
            assertThat(lines)
                    .hasSize(2)
                    .allSatisfy(line -> {
                        assertThat(line.path("errorCode").asText()).isEqualTo("400");
                        assertThat(line.path("attemptsMade").asInt()).isEqualTo(1);
                        assertThat(line.path("esIndexName").asText()).isEqualTo("conflicts");
                        assertThat(line.path("esDocumentId").asText()).isNotEmpty();
                    })
                    .extracting(line -> new String(
                            Base64.getDecoder().decode(line.path("rawData").asText()), StandardCharsets.UTF_8))
                    .containsExactlyInAnyOrder("{\"n\":\"x\"}", "nonsense");
            assertThat(lines)
                    .extracting(line -> line.path("errorMessage").asText())
                    .anySatisfy(message -> assertThat(message)
                            .startsWith("mapper_parsing_exception: failed to parse field [n] of type [long]"));
        }
    }

    /** Both ends are killed; ids that stay the same make a batch that comes again the same documents. */
    @Test
    void everyAcknowledgedRecordIsOneDocument(@TempDir Path directory) throws Exception {
        var data = directory.resolve("data");
        var log = directory.resolve("server.log");
        var flags = List.of("--firehose.interval-max", "50ms");
        var random = new SplittableRandom(Long.getLong("seed", 5));
        var acknowledged = new ArrayList<Integer>();
        for (int life = 0; life < KILLS; life++) {
            try (var server = ServerProcess.start(data, log, flags);
                    var firehose = FirehoseSdk.connect(server.endpoint());
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                if (life == 0) {
                    create(firehose, "killed", it -> it.retryOptions(retry -> retry.durationInSeconds(7_200)));
                }
                int first = life * 1_000_000;
                var sent = threads.submit(() -> putUntilKilled(firehose, first));
                Await.within(DRAIN_MAX, "documents", () -> !documents("killed").isEmpty());
                if (life == 1) {
                    search.kill();
                    search.startAgain();
                }
                // Nothing happens in this time but the work.
                assertThat(new CountDownLatch(1).await(random.nextInt(300, 1_500), TimeUnit.MILLISECONDS))
                        .isFalse();
                server.kill();
                acknowledged.addAll(sent.get());
            }
        }
        try (var _ = ServerProcess.start(data, log, flags)) {
            Await.within(DRAIN_MAX, "all documents", () -> ids("killed").containsAll(acknowledged));
            assertThat(acknowledged).hasSizeBetween(KILLS * 20, DOCUMENTS_MAX);
            assertThat(ids("killed")).doesNotHaveDuplicates();
            assertThat(new DeliveredFolder(data.resolve("objects/killed")).objects())
                    .isEmpty();
        }
    }

    private static List<Integer> ids(String index) {
        return documents(index).stream()
                .map(hit -> hit.path("_source").path("id").asInt())
                .toList();
    }

    /** The documents whose records were acknowledged. */
    private static List<Integer> putUntilKilled(FirehoseSdk firehose, int first) throws InterruptedException {
        var acknowledged = new ArrayList<Integer>();
        var pace = new CountDownLatch(1);
        for (int next = first; ; next += 5) {
            try {
                var records = new ArrayList<String>();
                for (int id = next; id < next + 5; id++) {
                    records.add("{\"id\":" + id + "}");
                }
                firehose.put("killed", records);
            } catch (SdkException _) {
                return acknowledged;
            }
            for (int id = next; id < next + 5; id++) {
                acknowledged.add(id);
            }
            // All of them have to fit in one answer.
            assertThat(pace.await(10, TimeUnit.MILLISECONDS)).isFalse();
        }
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Records go in by the SDK's clients and come out as files. */
class DeliveryTest {
    private static Millrace millrace;
    private static FirehoseSdk firehose;
    private static KinesisClient kinesis;

    @BeforeAll
    static void start() {
        millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "1s"));
        firehose = FirehoseSdk.connect(millrace.endpoint());
        kinesis = SdkClient.connect(millrace.endpoint());
    }

    @AfterAll
    static void stop() {
        kinesis.close();
        firehose.close();
        millrace.close();
    }

    private static DeliveredFolder bucket(String name) {
        return new DeliveredFolder(millrace.dataDirectory().resolve("objects").resolve(name));
    }

    private static void await(DeliveredFolder bucket, String prefix, List<String> lines) {
        Await.until("delivery", () -> bucket.lines(prefix).size() >= lines.size());
        assertThat(bucket.lines(prefix)).containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void deliversWhatWasPutWithNothingInBetween() {
        firehose.create("plain", FirehoseSdk.to("plain"));
        firehose.put("plain", "one", "two", "three");
        Await.until("delivery", () -> !bucket("plain").all().isEmpty());
        assertThat(bucket("plain").objects()).hasSize(1).allSatisfy((key, content) -> {
            assertThat(key)
                    .matches(
                            "\\d{4}/\\d\\d/\\d\\d/\\d\\d/plain-1-\\d{4}(-\\d\\d){5}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            assertThat(content).isEqualTo("onetwothree");
        });
    }

    @Test
    void compressesAndBacksUpWhatCameIn() {
        firehose.create(
                "packed",
                FirehoseSdk.to("packed")
                        .compressionFormat(CompressionFormat.GZIP)
                        .processingConfiguration(FirehoseSdk.delimited())
                        .s3BackupMode(S3BackupMode.ENABLED)
                        .s3BackupConfiguration(
                                backup -> backup.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::raw")));
        firehose.put("packed", "one", "two");
        await(bucket("packed"), "", List.of("one", "two"));
        assertThat(bucket("packed").objects().keySet()).allMatch(key -> key.endsWith(".gz"));
        Await.until("backup", () -> !bucket("raw").all().isEmpty());
        assertThat(bucket("raw").all()).isEqualTo("onetwo");
    }

    @Test
    void deliversByPartitionKeysAndTellsOfRecordsWithout() {
        firehose.create(
                "parts",
                FirehoseSdk.to("parts")
                        .prefix("c=!{partitionKeyFromQuery:c}/")
                        .errorOutputPrefix("err/!{firehose:error-output-type}/")
                        .bufferingHints(hints -> hints.sizeInMBs(64).intervalInSeconds(60))
                        .dynamicPartitioningConfiguration(dynamic -> dynamic.enabled(true))
                        .processingConfiguration(FirehoseSdk.keyed("{c:.customer}")));
        firehose.put(
                "parts",
                "{\"customer\":\"a\",\"n\":1}\n",
                "{\"customer\":\"b\",\"n\":2}\n",
                "nonsense\n",
                "{\"customer\":\"a\",\"n\":3}\n");
        await(bucket("parts"), "c=a/", List.of("{\"customer\":\"a\",\"n\":1}", "{\"customer\":\"a\",\"n\":3}"));
        await(bucket("parts"), "c=b/", List.of("{\"customer\":\"b\",\"n\":2}"));
        Await.until(
                "errors", () -> !bucket("parts").lines("err/processing-failed/").isEmpty());
        assertThat(bucket("parts").lines("err/processing-failed/"))
                .singleElement()
                .asString()
                .startsWith(
                        "{\"rawData\":\"bm9uc2Vuc2UK\",\"errorCode\":\"DynamicPartitioning.MetadataExtractionFailed\"");
    }

    @Test
    void deliversAStreamToEachOfItsDeliveryStreamsThroughAReshard() {
        kinesis.createStream(request -> request.streamName("orders").shardCount(1));
        new Kinesis(kinesis).awaitActive("orders");
        put("orders", FirehoseSdk.numbered("before", 0, 5));
        firehose.createFrom("orders", "orders-one", FirehoseSdk.to("orders-one"));
        firehose.createFrom("orders", "orders-two", FirehoseSdk.to("orders-two"));
        put("orders", FirehoseSdk.numbered("parent", 0, 50));
        kinesis.updateShardCount(
                request -> request.streamName("orders").targetShardCount(2).scalingType("UNIFORM_SCALING"));
        new Kinesis(kinesis).awaitActive("orders");
        put("orders", FirehoseSdk.numbered("child", 0, 50));

        var expected = Stream.concat(
                        FirehoseSdk.numbered("parent", 0, 50).stream(), FirehoseSdk.numbered("child", 0, 50).stream())
                .map(String::strip)
                .toList();
        await(bucket("orders-one"), "", expected);
        await(bucket("orders-two"), "", expected);
    }

    @Test
    void readsAStreamFromItsBeginningThatWasDeletedAndMadeAgain() {
        kinesis.createStream(request -> request.streamName("again").shardCount(1));
        new Kinesis(kinesis).awaitActive("again");
        firehose.createFrom("again", "from-again", FirehoseSdk.to("from-again"));
        put("again", FirehoseSdk.numbered("first", 0, 10));
        Await.until("delivery", () -> bucket("from-again").lines("").size() == 10);

        kinesis.deleteStream(request -> request.streamName("again"));
        kinesis.waiter().waitUntilStreamNotExists(request -> request.streamName("again"));
        kinesis.createStream(request -> request.streamName("again").shardCount(2));
        new Kinesis(kinesis).awaitActive("again");
        put("again", FirehoseSdk.numbered("second", 0, 10));

        await(
                bucket("from-again"),
                "",
                Stream.concat(
                                FirehoseSdk.numbered("first", 0, 10).stream(),
                                FirehoseSdk.numbered("second", 0, 10).stream())
                        .map(String::strip)
                        .toList());
    }

    @Test
    void waitsForAStreamThatIsNotThereYet() {
        firehose.createFrom("later", "from-later", FirehoseSdk.to("from-later"));
        kinesis.createStream(request -> request.streamName("later").shardCount(1));
        new Kinesis(kinesis).awaitActive("later");
        put("later", FirehoseSdk.numbered("r", 0, 10));
        await(
                bucket("from-later"),
                "",
                FirehoseSdk.numbered("r", 0, 10).stream().map(String::strip).toList());
    }

    private static void put(String stream, List<String> records) {
        var reply = kinesis.putRecords(request -> request.streamName(stream)
                .records(records.stream()
                        .map(record -> PutRecordsRequestEntry.builder()
                                .partitionKey(record)
                                .data(SdkBytes.fromUtf8String(record))
                                .build())
                        .toList()));
        assertThat(reply.failedRecordCount()).isZero();
    }

    @Test
    void deliversByTheVersionThatWasInForceWhenARecordCame() {
        firehose.create("versions", FirehoseSdk.to("versions").prefix("old/"));
        firehose.put("versions", FirehoseSdk.numbered("old", 0, 3));
        firehose.client()
                .updateDestination(request -> request.deliveryStreamName("versions")
                        .currentDeliveryStreamVersionId("1")
                        .destinationId("destinationId-000000000001")
                        .extendedS3DestinationUpdate(update -> update.prefix("new/")));
        firehose.put("versions", FirehoseSdk.numbered("new", 0, 3));
        await(bucket("versions"), "old/", List.of("old-0", "old-1", "old-2"));
        await(bucket("versions"), "new/", List.of("new-0", "new-1", "new-2"));
        assertThat(bucket("versions").objects().keySet())
                .allMatch(key -> key.startsWith("old/") ? key.contains("/versions-1-") : key.contains("/versions-2-"));
    }

    @Test
    void forgetsADeletedDeliveryStream() {
        firehose.create("gone", FirehoseSdk.to("gone-1"));
        firehose.client().deleteDeliveryStream(request -> request.deliveryStreamName("gone"));
        firehose.create("gone", FirehoseSdk.to("gone-2"));
        firehose.put("gone", "anew\n");
        await(bucket("gone-2"), "", List.of("anew"));
        assertThat(bucket("gone-1").objects()).isEmpty();
    }

    @Test
    void showsItsMeters() throws Exception {
        firehose.create("metered", FirehoseSdk.to("metered"));
        firehose.put("metered", FirehoseSdk.numbered("m", 0, 7));
        Await.until("delivery", () -> bucket("metered").lines("").size() == 7);
        var page = get("/metrics", Map.of());
        assertThat(page).containsPattern("DeliveryToS3_Records_total\\{DeliveryStreamName=\"metered\"[^}]*} 7.0");
        assertThat(page).containsPattern("IncomingRecords_total\\{DeliveryStreamName=\"metered\"[^}]*} 7.0");
    }

    private static String get(String path, Map<String, String> headers) throws IOException, InterruptedException {
        return send("GET", path, headers).body();
    }

    private static HttpResponse<String> send(String method, String path, Map<String, String> headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(millrace.endpoint().resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void deliversAtOnceWhenToldTo() throws Exception {
        try (var patient = Millrace.start(MillraceConfig.ephemeral());
                var client = FirehoseSdk.connect(patient.endpoint())) {
            client.create("slow", FirehoseSdk.to("slow"));
            client.put("slow", FirehoseSdk.numbered("s", 0, 4));
            var uri = patient.endpoint().resolve("/admin/deliveries?name=slow");
            try (var http = HttpClient.newHttpClient()) {
                var flush = http.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + patient.adminToken())
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(flush.statusCode()).isEqualTo(200);
                assertThat(flush.body()).contains("\"delivered\" : true");
                var folder = new DeliveredFolder(patient.dataDirectory().resolve("objects/slow"));
                assertThat(folder.lines("")).containsExactly("s-0", "s-1", "s-2", "s-3");
                var state = http.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + patient.adminToken())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(state.body()).contains("\"bufferedBytes\" : 0").contains("4 records, 16 bytes to S3");
            }
        }
    }
}

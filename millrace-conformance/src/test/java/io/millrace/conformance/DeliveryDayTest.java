package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.conformance.TroubledWire.Mood;
import io.millrace.testkit.TestEndpoint;
import io.millrace.testkit.TestEndpoint.Reply;
import io.millrace.testkit.TestEndpoint.Request;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.DestinationTableConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * A day of delivery, with buffers of 150 ms in the place of five minutes: 288 of them are a day's. Folders, Parquet, Iceberg, PostgreSQL
 * and HTTP endpoints are fed by puts and by streams while endpoints refuse, hang, break off and lose replies, the wire to the
 * database does the same, and the server is killed with SIGKILL again and again. Then every acknowledged record is counted:
 * folders, tables and the database have it exactly once, endpoints at least once or the error output has it with its reason,
 * and what nobody acknowledged is there once or not at all.
 *
 * <p>{@code -Dmillrace.day.buffers=N} makes the day longer, {@code -Dseed=N} repeats the choices of a run, though not its timing.
 */
class DeliveryDayTest {
    private static final int BUFFERS = Integer.getInteger("millrace.day.buffers", 288);
    private static final int BUFFER_MILLIS = 150;
    private static final int LIFE_MIN_MILLIS = 2_000;
    private static final int LIFE_MAX_MILLIS = 8_000;
    private static final int PACE_MAX_MILLIS = 80;
    private static final Duration DRAIN_MAX = Duration.ofMinutes(5);
    private static final String SOURCE = "day-source";
    private static final JsonMapper JSON = new JsonMapper();

    private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 24));
    private final Map<String, Set<String>> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> tried = new ConcurrentHashMap<>();

    @TempDir
    private Path directory;

    private EmbeddedPostgres postgres;
    private TroubledWire wire;
    private Receiver put;
    private Receiver streamed;

    /**
     * What an endpoint does with a request.
     *
     * @param takes whether the records are taken, whatever is answered
     */
    private record Conduct(boolean takes, Function<Request, Reply> answer) {
        static final Conduct GOOD = new Conduct(
                true,
                request -> Reply.json(
                        200,
                        "{\"requestId\":\"" + request.headers().get("x-amz-firehose-request-id")
                                + "\",\"timestamp\":1}"));
        static final List<Conduct> BAD = List.of(
                // They are taken, and the sender does not hear of it.
                new Conduct(true, _ -> new Reply.Reset()),
                new Conduct(false, _ -> new Reply.Reset()),
                new Conduct(false, _ -> Reply.json(503, "not now")),
                new Conduct(false, _ -> Reply.json(200, "garbage")),
                new Conduct(
                        false,
                        _ -> Reply.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 500\r\n\r\n{\"requ")));

        private static final long SLOW_NANOS = 400_000_000;

        /** Well, but late. */
        static final Conduct SLOW = new Conduct(true, request -> {
            LockSupport.parkNanos(SLOW_NANOS);
            return GOOD.answer().apply(request);
        });

        static Conduct any(SplittableRandom chance) {
            return switch (chance.nextInt(8)) {
                case 0, 1, 2 -> GOOD;
                case 3 -> SLOW;
                default -> BAD.get(chance.nextInt(BAD.size()));
            };
        }
    }

    /** An endpoint that remembers what it took. */
    private static final class Receiver implements AutoCloseable {
        private final ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
        private final TestEndpoint endpoint = TestEndpoint.start(this::receive);
        private volatile Conduct conduct = Conduct.GOOD;

        private Reply receive(Request request) {
            var now = conduct;
            if (now.takes()) {
                json(request.text()).path("records").forEach(record -> taken.add(unpacked(record.path("data"))));
            }
            return now.answer().apply(request);
        }

        @Override
        public void close() {
            endpoint.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        postgres = EmbeddedPostgres.start();
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            // Nothing in it keeps a row from being there twice.
            statement.execute("CREATE TABLE day (id text NOT NULL)");
        }
        wire = TroubledWire.to(postgres.getPort());
        put = new Receiver();
        streamed = new Receiver();
    }

    @AfterEach
    void stop() throws IOException {
        put.close();
        streamed.close();
        wire.close();
        postgres.close();
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES) // it lasts as long as the day that was asked for
    void everyRecordOfTheDayIsAccountedFor() throws Exception {
        var data = directory.resolve("data");
        var log = directory.resolve("server.log");
        var flags = List.of("--firehose.interval-max", BUFFER_MILLIS + "ms", "--firehose.buffer-max-bytes", "1MiB");
        try (var server = ServerProcess.start(data, log, flags);
                var firehose = FirehoseSdk.connect(server.endpoint());
                var kinesis = server.connect()) {
            create(server, firehose, kinesis);
        }
        int kills = 0;
        for (long left = (long) BUFFERS * BUFFER_MILLIS; left > 0; kills++) {
            int millis = random.nextInt(LIFE_MIN_MILLIS, LIFE_MAX_MILLIS);
            left -= millis;
            try (var server = ServerProcess.start(data, log, flags);
                    var firehose = FirehoseSdk.connect(server.endpoint());
                    var kinesis = server.connect()) {
                live(server, senders(firehose, kinesis), kills, millis);
            }
        }
        assertThat(kills).isGreaterThanOrEqualTo(3);
        try (var server = ServerProcess.start(data, log, flags)) {
            var objects = data.resolve("objects");
            var exactly = new HashMap<String, Supplier<List<String>>>();
            var folder = new DeliveredFolder(objects.resolve("folder"));
            exactly.put("folder", () -> folder.lines(""));
            var source = new DeliveredFolder(objects.resolve("source"));
            exactly.put("source", () -> source.lines(""));
            exactly.put("rows", this::rows);
            exactly.put(
                    "lake",
                    () -> IcebergTable.in(objects.resolve("warehouse/day/lake")).rows("id").stream()
                            .map(List::getFirst)
                            .toList());
            var parquet = new DeliveredFolder(objects.resolve("parquet"));
            exactly.put(
                    "parquet",
                    () -> Stream.concat(
                                    parquetIds(objects.resolve("parquet")).stream(),
                                    failed(parquet, "format-conversion-failed/").stream())
                            .toList());
            var backup = new DeliveredFolder(objects.resolve("put"));
            exactly.put("put", () -> backup.lines("raw/"));
            exactly.forEach(this::arrives);
            atLeast("put", put, backup);
            atLeast("streamed", streamed, new DeliveredFolder(objects.resolve("streamed")));
            // What is delivered twice may come the second time when all are there already.
            for (var name : exactly.keySet()) {
                deliverTheRest(server, data, name);
            }
            exactly.forEach(this::exactly);
        }
    }

    private void create(ServerProcess server, FirehoseSdk firehose, KinesisClient kinesis) throws Exception {
        kinesis.createStream(request -> request.streamName(SOURCE).shardCount(2));
        new Kinesis(kinesis).awaitActive(SOURCE);
        firehose.create("folder", FirehoseSdk.to("folder").compressionFormat(CompressionFormat.GZIP));
        firehose.createFrom(SOURCE, "source", FirehoseSdk.to("source"));
        createParquet(server, firehose);
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName("rows")
                        .redshiftDestinationConfiguration(it -> it.roleARN(FirehoseSdk.ROLE)
                                .clusterJDBCURL("jdbc:postgresql://localhost:" + wire.port() + "/postgres")
                                .username("postgres")
                                .password("anything")
                                .copyCommand(copy -> copy.dataTableName("day")
                                        .dataTableColumns("id")
                                        .copyOptions("JSON 'auto'"))
                                .s3Configuration(beside("rows-staged"))));
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName("lake")
                        .icebergDestinationConfiguration(it -> it.roleARN(FirehoseSdk.ROLE)
                                .catalogConfiguration(
                                        catalog -> catalog.catalogARN("arn:aws:glue:us-east-1:000000000000:catalog"))
                                .tableCreationConfiguration(creation -> creation.enabled(true))
                                .destinationTableConfigurationList(DestinationTableConfiguration.builder()
                                        .destinationDatabaseName("day")
                                        .destinationTableName("lake")
                                        .build())
                                .s3Configuration(beside("lake-failed"))));
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName("put")
                        .httpEndpointDestinationConfiguration(to(put, 3)
                                .s3BackupMode("AllData")
                                .s3Configuration(s3 -> {
                                    beside("put").accept(s3);
                                    s3.prefix("raw/").errorOutputPrefix("failed/");
                                })
                                .build()));
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName("streamed")
                        .deliveryStreamType("KinesisStreamAsSource")
                        .kinesisStreamSourceConfiguration(source -> source.roleARN(FirehoseSdk.ROLE)
                                .kinesisStreamARN("arn:aws:kinesis:us-east-1:000000000000:stream/" + SOURCE))
                        .httpEndpointDestinationConfiguration(to(streamed, 1)
                                .s3Configuration(beside("streamed"))
                                .build()));
    }

    private static void createParquet(ServerProcess server, FirehoseSdk firehose) {
        try (var glue = TableCatalogTest.clientOf(server.endpoint())) {
            glue.createDatabase(request -> request.databaseInput(input -> input.name("day")));
            glue.createTable(request -> request.databaseName("day")
                    .tableInput(table -> table.name("parquet")
                            .storageDescriptor(storage -> storage.columns(
                                    Column.builder().name("id").type("string").build(),
                                    Column.builder().name("n").type("int").build()))));
        }
        firehose.create(
                "parquet",
                FirehoseSdk.to("parquet")
                        .dataFormatConversionConfiguration(conversion -> conversion
                                .enabled(true)
                                .schemaConfiguration(schema -> schema.roleARN(FirehoseSdk.ROLE)
                                        .databaseName("day")
                                        .tableName("parquet"))
                                .inputFormatConfiguration(input -> input.deserializer(it -> it.openXJsonSerDe(_ -> {})))
                                .outputFormatConfiguration(
                                        output -> output.serializer(it -> it.parquetSerDe(_ -> {})))));
    }

    private static HttpEndpointDestinationConfiguration.Builder to(Receiver receiver, int retrySeconds) {
        return HttpEndpointDestinationConfiguration.builder()
                .endpointConfiguration(it -> it.url(receiver.endpoint.url() + "/in"))
                .retryOptions(retry -> retry.durationInSeconds(retrySeconds));
    }

    private static Consumer<S3DestinationConfiguration.Builder> beside(String bucket) {
        return s3 -> s3.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::" + bucket);
    }

    private interface Sender {
        void send(List<String> records);
    }

    private static Map<List<String>, Sender> senders(FirehoseSdk firehose, KinesisClient kinesis) {
        var senders = new HashMap<List<String>, Sender>();
        for (var name : List.of("folder", "rows", "lake", "parquet", "put")) {
            senders.put(List.of(name), records -> firehose.put(name, records));
        }
        senders.put(List.of("source", "streamed"), records -> put(kinesis, records));
        return senders;
    }

    private static void put(KinesisClient kinesis, List<String> records) {
        var reply = kinesis.putRecords(request -> request.streamName(SOURCE)
                .records(records.stream()
                        .map(record -> PutRecordsRequestEntry.builder()
                                .partitionKey(id(record))
                                .data(SdkBytes.fromUtf8String(record))
                                .build())
                        .toList()));
        assertThat(reply.failedRecordCount()).isZero();
    }

    /** One life of the server: work, and trouble with the destinations, until it is killed. */
    private void live(ServerProcess server, Map<List<String>, Sender> senders, int life, int millis) throws Exception {
        var ending = new CountDownLatch(1);
        var work = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            senders.forEach((names, sender) -> {
                var chance = random.split();
                work.add(threads.submit(() -> load(ending, names, sender, life, chance)));
            });
            var moods = random.split();
            work.add(threads.submit(() -> trouble(ending, moods)));
            // Nothing happens in this time but the work: the latch is still shut.
            assertThat(ending.await(millis, TimeUnit.MILLISECONDS)).isFalse();
            ending.countDown();
            server.kill();
            for (var task : work) {
                task.get();
            }
        }
    }

    private Void load(CountDownLatch ending, List<String> names, Sender sender, int life, SplittableRandom chance)
            throws InterruptedException {
        for (int batch = 0; ; batch++) {
            var records = new ArrayList<String>();
            for (int i = chance.nextInt(1, 20); i > 0; i--) {
                records.add("{\"id\":\"" + life + "." + batch + "." + i + "\",\"n\":"
                        // What Parquet's table does not take.
                        + (names.contains("parquet") && i % 7 == 0 ? "\"x\"" : i) + ",\"pad\":\""
                        + "x".repeat(chance.nextInt(500)) + "\"}\n");
            }
            names.forEach(name -> of(tried, name).addAll(ids(records)));
            try {
                sender.send(records);
            } catch (SdkException unanswered) {
                if (ending.getCount() == 0) {
                    return null;
                }
                throw new AssertionError("the server gave no answer although nobody had ended it", unanswered);
            }
            names.forEach(name -> of(acknowledged, name).addAll(ids(records)));
            if (ending.await(chance.nextInt(1, PACE_MAX_MILLIS), TimeUnit.MILLISECONDS)) {
                return null;
            }
        }
    }

    /** One thing after another is out of order, and in the end all are well. */
    private Void trouble(CountDownLatch ending, SplittableRandom chance) throws InterruptedException {
        var moods = Mood.values();
        do {
            switch (chance.nextInt(3)) {
                case 0 -> wire.becomes(moods[chance.nextInt(moods.length)]);
                case 1 -> put.conduct = Conduct.any(chance);
                default -> streamed.conduct = Conduct.any(chance);
            }
        } while (!ending.await(chance.nextInt(50, 1_200), TimeUnit.MILLISECONDS));
        wire.becomes(Mood.WELL);
        put.conduct = Conduct.GOOD;
        streamed.conduct = Conduct.GOOD;
        return null;
    }

    private static Set<String> of(Map<String, Set<String>> all, String name) {
        return all.computeIfAbsent(name, _ -> ConcurrentHashMap.newKeySet());
    }

    private static List<String> ids(Collection<String> records) {
        return records.stream().map(DeliveryDayTest::id).toList();
    }

    private static String id(String record) {
        return json(record).path("id").asText();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unpacked(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.UTF_8);
    }

    /** The ids of records that the error output tells of. */
    private static List<String> failed(DeliveredFolder bucket, String prefix) {
        return bucket.lines(prefix).stream()
                .map(line -> id(unpacked(json(line).path("rawData"))))
                .toList();
    }

    /** What the delivery stream still holds comes to its destination. */
    private static void deliverTheRest(ServerProcess server, Path data, String name)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var token = Files.readString(data.resolve("admin-token")).strip();
            var request = HttpRequest.newBuilder(server.endpoint().resolve("/admin/deliveries?name=" + name))
                    .header("Authorization", "Bearer " + token)
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            var reply = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(reply.body()).as("the rest of %s", name).contains("\"delivered\" : true");
        }
    }

    /** @param found records or their ids */
    private static List<String> idsOf(Supplier<List<String>> found) {
        return found.get().stream()
                .map(one -> one.startsWith("{") ? id(one) : one)
                .toList();
    }

    private void arrives(String name, Supplier<List<String>> found) {
        var expected = of(acknowledged, name);
        Await.within(DRAIN_MAX, "all of " + name, () -> new HashSet<>(idsOf(found)).containsAll(expected));
    }

    private void exactly(String name, Supplier<List<String>> found) {
        var expected = of(acknowledged, name);
        var counts = new HashMap<String, Integer>();
        idsOf(found).forEach(id -> counts.merge(id, 1, Integer::sum));
        assertThat(counts.keySet()).as("what is in %s", name).containsAll(expected);
        assertThat(counts.values()).as("times that records stand in %s", name).containsOnly(1);
        assertThat(of(tried, name)).as("what was sent to %s", name).containsAll(counts.keySet());
        assertThat(expected).hasSizeGreaterThan(BUFFERS);
    }

    private void atLeast(String name, Receiver receiver, DeliveredFolder bucket) {
        var expected = of(acknowledged, name);
        Supplier<Set<String>> found = () -> {
            var ids = new HashSet<>(ids(receiver.taken));
            ids.addAll(failed(bucket, name.equals("put") ? "failed/" : "http-endpoint-failed/"));
            return ids;
        };
        Await.within(DRAIN_MAX, "all of " + name, () -> found.get().containsAll(expected));
        assertThat(of(tried, name)).as("what was sent to %s", name).containsAll(found.get());
        assertThat(expected).hasSizeGreaterThan(BUFFERS);
    }

    private List<String> rows() {
        try (var connection = postgres.getPostgresDatabase().getConnection()) {
            return column(connection, "SELECT id FROM day");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> parquetIds(Path bucket) {
        try (var files = Files.walk(bucket);
                var connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties())) {
            return files.noneMatch(file -> file.toString().endsWith(".parquet"))
                    ? List.of()
                    : column(connection, "SELECT id FROM read_parquet('" + bucket + "/**/*.parquet')");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (results.next()) {
                values.add(results.getString(1));
            }
            return values;
        }
    }
}

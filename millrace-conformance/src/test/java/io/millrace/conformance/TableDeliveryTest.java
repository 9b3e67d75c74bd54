package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.firehose.iceberg.RestServer;
import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.model.DestinationTableConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.PartitionField;

/** Records become rows of Iceberg tables, in a folder and behind a REST catalog, which others read back. */
@Timeout(300)
class TableDeliveryTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int KILLS = 4;
    private static final int KEYS = 7;

    private static void create(
            FirehoseSdk firehose, String name, Consumer<IcebergDestinationConfiguration.Builder> more) {
        var destination = IcebergDestinationConfiguration.builder()
                .roleARN(FirehoseSdk.ROLE)
                .catalogConfiguration(it -> it.catalogARN("arn:aws:glue:us-east-1:000000000000:catalog")
                        .warehouseLocation("s3://lake/tables"))
                .tableCreationConfiguration(it -> it.enabled(true))
                .s3Configuration(s3 -> s3.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::" + name));
        more.accept(destination);
        firehose.client()
                .createDeliveryStream(request ->
                        request.deliveryStreamName(name).icebergDestinationConfiguration(destination.build()));
    }

    private static DestinationTableConfiguration table(String name, String... uniqueKeys) {
        return DestinationTableConfiguration.builder()
                .destinationDatabaseName("shop")
                .destinationTableName(name)
                .uniqueKeys(uniqueKeys)
                .build();
    }

    @Test
    void tablesAreMadeGrownAndReadBackValueByValue() throws Exception {
        try (var millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "200ms"));
                var firehose = FirehoseSdk.connect(millrace.endpoint())) {
            create(
                    firehose,
                    "made",
                    it -> it.destinationTableConfigurationList(table("visits").toBuilder()
                                    .partitionSpec(spec -> spec.identity(PartitionField.builder()
                                            .sourceName("city")
                                            .build()))
                                    .build())
                            .schemaEvolutionConfiguration(evolution -> evolution.enabled(true)));
            var folder = millrace.dataDirectory().resolve("objects/lake/tables/shop/visits");
            firehose.put(
                    "made",
                    "{\"id\":1,\"city\":\"Köln\",\"cost\":1.25,\"paid\":true,\"tags\":[\"a\",\"b\"],\"who\":{\"name\":\"x\"}}",
                    "{\"id\":9007199254740993,\"city\":\"Rome\",\"cost\":-0.1,\"paid\":false,\"tags\":[],\"who\":null}");
            Await.until(
                    "the table",
                    () -> IcebergTable.exists(folder)
                            && IcebergTable.in(folder).rows("id").size() == 2);
            firehose.put(
                    "made", "{\"id\":3,\"city\":\"Rome\",\"note\":\"new\"}", "{\"id\":\"four\",\"city\":\"Rome\"}");
            Await.until("growth", () -> IcebergTable.in(folder).rows("id").size() == 3);
            var bucket = new DeliveredFolder(millrace.dataDirectory().resolve("objects/made"));
            Await.until("refusal", () -> !bucket.lines("iceberg-failed/").isEmpty());

            var table = IcebergTable.in(folder);
            assertThat(table.rows("id", "city", "cost", "paid", "tags", "who", "note"))
                    .containsExactlyInAnyOrder(
                            List.of("1", "Köln", "1.25", "true", "[a, b]", "{'name': x}", "null"),
                            List.of("9007199254740993", "Rome", "-0.1", "false", "[]", "null", "null"),
                            List.of("3", "Rome", "null", "null", "null", "null", "new"));
            assertThat(table.table().spec().fields())
                    .singleElement()
                    .satisfies(field -> assertThat(field.name()).isEqualTo("city"));
            assertThat(bucket.lines("iceberg-failed/")).singleElement().satisfies(line -> {
                assertThat(json(line).path("errorCode").asText()).isEqualTo("MalformedData");
                assertThat(json(line).path("destinationTableName").asText()).isEqualTo("visits");
                assertThat(new String(
                                Base64.getDecoder()
                                        .decode(json(line).path("rawData").asText()),
                                StandardCharsets.UTF_8))
                        .contains("four");
            });
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void recordsSayTheirTableAndWhatToDoWithTheirRow() throws Exception {
        try (var millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "200ms"));
                var firehose = FirehoseSdk.connect(millrace.endpoint())) {
            create(
                    firehose,
                    "routed",
                    it -> it.destinationTableConfigurationList(table("orders", "id"), table("notes"))
                            .processingConfiguration(FirehoseSdk.keyed(
                                    "{destinationDatabaseName:\"shop\",destinationTableName:.t,operation:.op}")));
            var tables = millrace.dataDirectory().resolve("objects/lake/tables/shop");
            firehose.put(
                    "routed",
                    order("insert", 1, "one"),
                    order("insert", 2, "two"),
                    order("insert", 3, "three"),
                    "{\"t\":\"notes\",\"op\":\"insert\",\"text\":\"beside\"}");
            Await.until(
                    "rows",
                    () -> IcebergTable.exists(tables.resolve("orders"))
                            && IcebergTable.exists(tables.resolve("notes"))
                            && IcebergTable.in(tables.resolve("notes"))
                                            .rows("text")
                                            .size()
                                    == 1
                            && IcebergTable.in(tables.resolve("orders"))
                                            .rows("id")
                                            .size()
                                    == 3);
            firehose.put(
                    "routed",
                    order("delete", 1, ""),
                    order("update", 2, "two again"),
                    order("update", 4, "four"),
                    order("update", 4, "four at last"));
            Await.until(
                    "changes",
                    () -> IcebergTable.in(tables.resolve("orders")).rows("item").stream()
                            .anyMatch(row -> row.getFirst().equals("four at last")));

            assertThat(IcebergTable.in(tables.resolve("orders")).rows("id", "item"))
                    .containsExactlyInAnyOrder(
                            List.of("2", "two again"), List.of("3", "three"), List.of("4", "four at last"));
            assertThat(IcebergTable.in(tables.resolve("notes")).rows("text")).containsExactly(List.of("beside"));
        }
    }

    private static String order(String operation, int id, String item) {
        return "{\"t\":\"orders\",\"op\":\"" + operation + "\",\"id\":" + id + ",\"item\":\"" + item + "\"}";
    }

    @Test
    void everyAcknowledgedRecordIsOneRowOfATableInAFolder(@TempDir Path directory) throws Exception {
        var tables = directory.resolve("data/objects/lake/tables/shop");
        new Lives(
                        directory,
                        List.of(),
                        _ -> {},
                        table -> IcebergTable.exists(tables.resolve(table)),
                        table -> IcebergTable.in(tables.resolve(table)))
                .live();
    }

    @Test
    void everyAcknowledgedRecordIsOneRowOfATableBehindARestCatalog(@TempDir Path directory) throws Exception {
        var warehouse = directory.resolve("warehouse").toString();
        try (var server = new RestServer(directory, new LocalTableFiles(), warehouse, "secret")) {
            var flags = List.of(
                    "--firehose.iceberg-catalog", server.uri().toString(), "--firehose.iceberg-token", "secret");
            new Lives(
                            directory,
                            flags,
                            server::loseAnswers,
                            table -> server.has(name(table)),
                            table -> new IcebergTable(server.load(name(table))))
                    .live();
        }
    }

    private static TableIdentifier name(String table) {
        return TableIdentifier.of("shop", table);
    }

    /** A server that is killed again and again while it appends rows to one table and changes those of another. */
    private static final class Lives {
        private final Path data;
        private final Path log;
        private final List<String> flags = new ArrayList<>(List.of("--firehose.interval-max", "500ms"));
        private final Consumer<Boolean> trouble;
        private final Predicate<String> exists;
        private final Function<String, IcebergTable> tables;
        private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 3));
        private final List<Integer> acknowledged = new ArrayList<>();
        private final List<Integer> tried = new ArrayList<>();
        /** By key: the values that may stand there, the last acknowledged and those that were tried after it. */
        private final Map<Integer, List<Integer>> values = new HashMap<>();

        /** @param trouble makes the catalog lose its answers, or stop that */
        Lives(
                Path directory,
                List<String> flags,
                Consumer<Boolean> trouble,
                Predicate<String> exists,
                Function<String, IcebergTable> tables) {
            data = directory.resolve("data");
            log = directory.resolve("server.log");
            this.flags.addAll(flags);
            this.trouble = trouble;
            this.exists = exists;
            this.tables = tables;
        }

        void live() throws Exception {
            for (int life = 0; life < KILLS; life++) {
                int first = life * 100_000;
                int rowsBefore = commits("rows");
                int statesBefore = commits("states");
                // The server goes before those who put into it are waited for.
                try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                        var server = ServerProcess.start(data, log, flags);
                        var firehose = FirehoseSdk.connect(server.endpoint())) {
                    if (life == 0) {
                        create(firehose, "rows", it -> it.destinationTableConfigurationList(table("rows")));
                        create(
                                firehose,
                                "states",
                                it -> it.destinationTableConfigurationList(table("states", "k"))
                                        .processingConfiguration(FirehoseSdk.keyed("{operation:\"update\"}")));
                    }
                    var appending = threads.submit(() -> appendUntilKilled(firehose, first));
                    var changing = threads.submit(() -> changeUntilKilled(firehose, first));
                    Await.within(
                            Duration.ofMinutes(1),
                            "commits of this life",
                            () -> commits("rows") > rowsBefore && commits("states") > statesBefore);
                    rest(random.nextInt(100, 1_000));
                    trouble.accept(life % 2 == 1);
                    rest(random.nextInt(200, 800));
                    server.kill();
                    trouble.accept(false);
                    appending.get();
                    changing.get();
                }
            }
            try (var _ = ServerProcess.start(data, log, flags)) {
                Await.within(Duration.ofMinutes(2), "all rows", () -> ids().containsAll(acknowledged));
                Await.within(Duration.ofMinutes(2), "all states", this::statesAreTheLast);
            }
            assertThat(acknowledged).hasSizeGreaterThan(KILLS * 20);
            assertThat(ids()).doesNotHaveDuplicates();
            assertThat(tried).containsAll(ids());
            assertThat(states()).doesNotHaveDuplicates().hasSize(KEYS);
            assertThat(new DeliveredFolder(data.resolve("objects/rows")).objects())
                    .isEmpty();
            assertThat(new DeliveredFolder(data.resolve("objects/states")).objects())
                    .isEmpty();
        }

        private int commits(String table) {
            return exists.test(table) ? tables.apply(table).snapshots() : 0;
        }

        /** Nothing happens in this time but the work. */
        private static void rest(int millis) throws InterruptedException {
            assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS))
                    .isFalse();
        }

        private List<Integer> ids() {
            return tables.apply("rows").rows("id").stream()
                    .map(row -> Integer.valueOf(row.getFirst()))
                    .toList();
        }

        private List<Integer> states() {
            return tables.apply("states").rows("k").stream()
                    .map(row -> Integer.valueOf(row.getFirst()))
                    .toList();
        }

        private boolean statesAreTheLast() {
            var rows = tables.apply("states").rows("k", "v");
            return rows.size() == KEYS
                    && rows.stream()
                            .allMatch(row -> values.get(Integer.valueOf(row.getFirst()))
                                    .contains(Integer.valueOf(row.getLast())));
        }

        private Void appendUntilKilled(FirehoseSdk firehose, int first) throws InterruptedException {
            for (int next = first; ; next += 3) {
                var ids = List.of(next, next + 1, next + 2);
                tried.addAll(ids);
                if (!put(
                        firehose,
                        "rows",
                        ids.stream().map(id -> "{\"id\":" + id + "}").toList())) {
                    return null;
                }
                acknowledged.addAll(ids);
                rest(5);
            }
        }

        private Void changeUntilKilled(FirehoseSdk firehose, int first) throws InterruptedException {
            for (int value = first; ; value++) {
                int key = value % KEYS;
                var possible = values.computeIfAbsent(key, _ -> new ArrayList<>());
                possible.add(value);
                if (!put(firehose, "states", List.of("{\"k\":" + key + ",\"v\":" + value + "}"))) {
                    return null;
                }
                possible.subList(0, possible.size() - 1).clear();
                rest(5);
            }
        }

        private static boolean put(FirehoseSdk firehose, String name, List<String> records) {
            try {
                firehose.put(name, records);
                return true;
            } catch (SdkException _) {
                return false;
            }
        }
    }
}

package io.millrace.firehose.iceberg;

import static io.millrace.firehose.iceberg.FixedBatch.sent;
import static io.millrace.firehose.iceberg.FixedBatch.to;
import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.CatalogConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.PartitionField;

class IcebergDestinationTest {
    private static final Schema ORDERS = new Schema(
            List.of(
                    required(1, "id", Types.LongType.get()),
                    optional(2, "item", Types.StringType.get()),
                    optional(3, "price", Types.DecimalType.of(8, 2))),
            Set.of(1));

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void openLake() {
        lake = new Lake(folder);
    }

    @Test
    void appendsRowsInOneCommit() throws Exception {
        lake.create("orders", ORDERS);

        var attempt = lake.deliver(FixedBatch.of(
                1,
                "{\"id\":1,\"item\":\"a\",\"price\":9.5}",
                "{\"id\":2,\"unknown\":true}",
                "{\"id\":3,\"item\":null}"));

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        assertThat(lake.rows("orders", "id", "item", "price"))
                .containsExactly("1|a|9.50", "2|null|null", "3|null|null");
        assertThat(lake.duck("orders", "id, item, price")).containsExactly("1|a|9.50", "2|null|null", "3|null|null");
        assertThat(lake.snapshots("orders")).hasSize(1);
        assertThat(lake.lastSummary("orders"))
                .containsEntry("added-records", "3")
                .containsEntry("millrace.delivery-stream", FixedBatch.STREAM.arn());
    }

    @Test
    void writesEveryTypeSoThatOthersReadTheSame() throws Exception {
        var schema = new Schema(
                optional(1, "b", Types.BooleanType.get()),
                optional(2, "i", Types.IntegerType.get()),
                optional(3, "l", Types.LongType.get()),
                optional(4, "f", Types.FloatType.get()),
                optional(5, "d", Types.DoubleType.get()),
                optional(6, "dec", Types.DecimalType.of(38, 4)),
                optional(7, "date", Types.DateType.get()),
                optional(8, "time", Types.TimeType.get()),
                optional(9, "ts", Types.TimestampType.withoutZone()),
                optional(10, "tz", Types.TimestampType.withZone()),
                optional(11, "s", Types.StringType.get()),
                optional(12, "u", Types.UUIDType.get()),
                optional(13, "fx", Types.FixedType.ofLength(3)),
                optional(14, "bin", Types.BinaryType.get()),
                optional(15, "list", Types.ListType.ofOptional(20, Types.LongType.get())),
                optional(16, "map", Types.MapType.ofOptional(21, 22, Types.IntegerType.get(), Types.StringType.get())),
                optional(
                        17,
                        "st",
                        Types.StructType.of(
                                optional(23, "x", Types.LongType.get()), optional(24, "y", Types.StringType.get()))));
        lake.create("orders", schema);

        var attempt = lake.deliver(FixedBatch.of(1, """
                        {"b":true,"i":-7,"l":9007199254740993,"f":0.1,"d":1e300,"dec":"-12345678901234567890123456789012.3456",
                         "date":"2030-02-28","time":"23:59:59.123456","ts":"2030-01-02 03:04:05.678901",
                         "tz":"2030-01-02T03:04:05+02:00","s":"ü\\n","u":"00112233-4455-6677-8899-aabbccddeeff","fx":"0aff10",
                         "bin":"AQID","list":[1,null,3],"map":{"1":"one","2":null},"st":{"x":5,"z":1}}""", """
                        {"b":"false","i":"12","ts":1893553445678901,"tz":1893553445678901,"date":1,"time":1000000,
                         "bin":"0x0a0b","s":{"a":[1]},"list":[],"map":{},"st":{}}"""));

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        assertThat(lake.rows("orders", "b", "i", "l", "f", "d", "dec", "date", "time", "ts", "tz", "s", "u", "list"))
                .containsExactly(
                        "false|12|null|null|null|null|1970-01-02|00:00:01|2030-01-02T03:04:05.678901"
                                + "|2030-01-02T03:04:05.678901Z|{\"a\":[1]}|null|[]",
                        "true|-7|9007199254740993|0.1|1.0E300|-12345678901234567890123456789012.3456|2030-02-28"
                                + "|23:59:59.123456|2030-01-02T03:04:05.678901|2030-01-02T01:04:05Z|ü\n"
                                + "|00112233-4455-6677-8899-aabbccddeeff|[1, null, 3]");
        assertThat(lake.duck(
                        "orders", "b, i, l, f, d, dec, date, time, ts, tz, s, u, hex(fx), hex(bin), list, map, st"))
                .containsExactly(
                        "false|12|null|null|null|null|1970-01-02|00:00:01|2030-01-02 03:04:05.678901"
                                + "|2030-01-02T03:04:05.678901Z|{\"a\":[1]}|null|null|0A0B|[]|{}|{'x': NULL, 'y': NULL}",
                        "true|-7|9007199254740993|0.1|1.0E300|-12345678901234567890123456789012.3456|2030-02-28"
                                + "|23:59:59.123456|2030-01-02 03:04:05.678901|2030-01-02T01:04:05Z|ü\n"
                                + "|00112233-4455-6677-8899-aabbccddeeff|0AFF10|010203|[1, NULL, 3]|{1=one, 2=NULL}"
                                + "|{'x': 5, 'y': NULL}");
    }

    @Test
    void givesUpWhatIsNoRowAndTellsTheSameOfAReplay() throws Exception {
        lake.create("orders", ORDERS);
        var batch = FixedBatch.of(
                1,
                "{\"id\":1}",
                "not json",
                "[1]",
                "{\"item\":\"no id\"}",
                "{\"id\":1.5}",
                "{\"id\":2,\"price\":1.234}",
                "{\"id\":3} {\"id\":4}",
                "",
                "{\"id\":9223372036854775808}",
                "{\"id\":5}");

        for (int time = 0; time < 2; time++) {
            var partly = (Attempt.Partly) lake.deliver(batch);
            assertThat(partly.undelivered())
                    .extracting(each -> each.record().position().offset())
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            assertThat(partly.undelivered()).allSatisfy(each -> {
                assertThat(each.failure().code()).isEqualTo("MalformedData");
                assertThat(each.failure().remedy()).isEqualTo(Failure.Remedy.GIVE_UP);
                assertThat(each.details())
                        .isEqualTo(Map.of("destinationDatabaseName", "shop", "destinationTableName", "orders"));
            });
            assertThat(partly.undelivered().get(2).failure().message()).contains("id needs a value");
        }

        assertThat(lake.rows("orders", "id")).containsExactly("1", "5");
    }

    @Test
    void appliesInsertsUpdatesAndDeletesAsIfOneByOne() throws Exception {
        lake.create("orders", ORDERS);
        lake.deliver(FixedBatch.of(
                1, "{\"id\":1,\"item\":\"a\"}", "{\"id\":2,\"item\":\"b\"}", "{\"id\":3,\"item\":\"c\"}"));

        lake.deliver(FixedBatch.of(
                2,
                sent("update", "{\"id\":1,\"item\":\"a1\"}"),
                sent("update", "{\"id\":1,\"item\":\"a2\"}"),
                sent("delete", "{\"id\":2}"),
                sent("update", "{\"id\":4,\"item\":\"new\"}"),
                sent("insert", "{\"id\":5,\"item\":\"short\"}"),
                sent("delete", "{\"id\":5}"),
                sent("delete", "{\"id\":3}"),
                sent("update", "{\"id\":3,\"item\":\"again\"}"),
                sent("update", "{\"id\":1,\"price\":\"much\"}"),
                sent("insert", "{\"id\":6,\"item\":\"x\"}"),
                sent("insert", "{\"id\":6,\"item\":\"y\"}")));

        assertThat(lake.rows("orders", "id", "item")).containsExactly("1|a2", "3|again", "4|new", "6|x", "6|y");
        assertThat(lake.snapshots("orders")).hasSize(2);
        assertThat(lake.lastSummary("orders")).containsEntry("added-equality-deletes", "5");
    }

    @Test
    void findsRowsByUniqueKeysWhateverTheirPartition() throws Exception {
        var schema = new Schema(
                optional(1, "id", Types.LongType.get()),
                optional(2, "country", Types.StringType.get()),
                optional(3, "item", Types.StringType.get()));
        lake.create(
                "orders",
                schema,
                PartitionSpec.builderFor(schema).identity("country").build());
        Consumer<IcebergDestinationConfiguration.Builder> byId = to -> Lake.orders(to, table -> table.uniqueKeys("id"));

        lake.deliver(
                FixedBatch.of(
                        1,
                        "{\"id\":1,\"country\":\"at\",\"item\":\"a\"}",
                        "{\"id\":2,\"country\":\"nl\",\"item\":\"b\"}",
                        "{\"id\":3,\"country\":\"nl\",\"item\":\"c\"}"),
                byId);
        assertThat(lake.dataFiles("orders")).hasSize(2).anyMatch(file -> file.contains("/country=nl/"));
        assertThat(lake.deliver(
                        FixedBatch.of(
                                2,
                                sent("update", "{\"id\":1,\"country\":\"nl\",\"item\":\"moved\"}"),
                                sent("delete", "{\"id\":3}")),
                        byId))
                .isEqualTo(new Attempt.Delivered());

        assertThat(lake.rows("orders", "id", "country", "item")).containsExactly("1|nl|moved", "2|nl|b");
    }

    @Test
    void refusesAChangeWithoutAKey() throws Exception {
        lake.create("orders", new Schema(optional(1, "id", Types.LongType.get())));

        var partly = (Attempt.Partly)
                lake.deliver(FixedBatch.of(1, sent("insert", "{\"id\":1}"), sent("delete", "{\"id\":1}")));
        assertThat(partly.undelivered())
                .singleElement()
                .satisfies(each -> assertThat(each.failure().message()).contains("UniqueKeys"));
        assertThat(lake.rows("orders", "id")).containsExactly("1");

        var wrongKey = (Attempt.Partly) lake.deliver(
                FixedBatch.of(2, sent("update", "{\"id\":1}")), to -> Lake.orders(to, table -> table.uniqueKeys("nr")));
        assertThat(wrongKey.undelivered().getFirst().failure().code()).isEqualTo("Iceberg.InvalidColumnName");
    }

    @Test
    void onlyAppendsWhenAskedTo() throws Exception {
        lake.create("orders", ORDERS);

        lake.deliver(
                FixedBatch.of(1, sent("update", "{\"id\":1}"), sent("delete", "{\"id\":1}")),
                to -> Lake.orders(to.appendOnly(true)));

        assertThat(lake.rows("orders", "id")).containsExactly("1", "1");
    }

    @Test
    void growsTheSchemaAndNothingIsLost() throws Exception {
        var schema = new Schema(
                required(1, "id", Types.IntegerType.get()),
                optional(2, "rate", Types.FloatType.get()),
                optional(3, "who", Types.StructType.of(optional(4, "name", Types.StringType.get()))),
                optional(
                        5,
                        "lines",
                        Types.ListType.ofOptional(6, Types.StructType.of(optional(7, "n", Types.IntegerType.get())))));
        lake.create("orders", schema);
        Consumer<IcebergDestinationConfiguration.Builder> evolving = to -> {
            Lake.orders(to);
            to.schemaEvolutionConfiguration(evolution -> evolution.enabled(true));
        };
        lake.deliver(FixedBatch.of(1, "{\"id\":1,\"rate\":0.1}"), evolving);
        assertThat(lake.table("orders").schemas()).hasSize(1);

        var attempt = lake.deliver(
                FixedBatch.of(
                        2,
                        "{\"id\":3000000000,\"rate\":3.141592653589793,\"who\":{\"name\":\"x\",\"age\":7}}",
                        "{\"id\":2,\"extra\":1,\"nothing\":null,\"lines\":[{\"n\":1,\"m\":\"q\"}],\"a.b\":true}",
                        "{\"id\":4,\"extra\":1.5}"),
                evolving);

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        var grown = lake.table("orders").schema();
        assertThat(grown.findType("id")).isEqualTo(Types.LongType.get());
        assertThat(grown.findType("rate")).isEqualTo(Types.DoubleType.get());
        assertThat(grown.findType("who.age")).isEqualTo(Types.LongType.get());
        assertThat(grown.findType("lines.element.m")).isEqualTo(Types.StringType.get());
        assertThat(grown.findType("extra")).isEqualTo(Types.DoubleType.get());
        assertThat(grown.asStruct().field("a.b").type()).isEqualTo(Types.BooleanType.get());
        assertThat(grown.asStruct().field("nothing")).isNull();
        assertThat(grown.findField("id").isRequired()).isTrue();
        assertThat(lake.rows("orders", "id", "rate", "extra", "a.b"))
                .containsExactly(
                        "1|" + (double) 0.1f + "|null|null",
                        "2|null|1.0|true",
                        "3000000000|3.141592653589793|null|null",
                        "4|null|1.5|null");
    }

    @Test
    void makesAMissingTableOfTheFirstRecord() throws Exception {
        Consumer<IcebergDestinationConfiguration.Builder> creating = to -> {
            to.tableCreationConfiguration(creation -> creation.enabled(true));
            var country = PartitionField.builder().sourceName("country").build();
            Lake.orders(to, table -> table.partitionSpec(spec -> spec.identity(country)));
        };

        var attempt = lake.deliver(
                FixedBatch.of(
                        1,
                        "{\"country\":\"at\",\"n\":1,\"x\":1.5,\"ok\":true,\"tags\":[\"a\"],\"who\":{\"name\":\"z\"},\"no\":null}",
                        "{\"country\":\"nl\",\"n\":2,\"later\":1}"),
                creating);

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        var table = lake.table("orders");
        assertThat(table.schema().columns())
                .extracting(field -> field.name() + " " + field.type().typeId())
                .containsExactly("country STRING", "n LONG", "x DOUBLE", "ok BOOLEAN", "tags LIST", "who STRUCT");
        assertThat(table.spec().fields())
                .singleElement()
                .satisfies(field -> assertThat(field.name()).isEqualTo("country"));
        assertThat(table.location())
                .isEqualTo(folder.resolve("lake/tables/shop/orders").toString());
        assertThat(lake.duck("orders", "country, n, x, ok, tags, who"))
                .containsExactly("at|1|1.5|true|[a]|{'name': z}", "nl|2|null|null|null|null");
    }

    @Test
    void routesRecordsToTheirTablesAndSendsBackThoseOfNone() throws Exception {
        lake.create("orders", ORDERS);
        lake.create("returns", ORDERS);

        var partly = (Attempt.Partly) lake.deliver(
                FixedBatch.of(
                        1,
                        to("orders", "{\"id\":1}"),
                        to("returns", "{\"id\":2}"),
                        to("nowhere", "{\"id\":3}"),
                        to("../up", "{\"id\":4}"),
                        sent("insert", "{\"id\":5}")),
                _ -> {});

        assertThat(partly.undelivered())
                .extracting(each -> each.record().position().offset() + " "
                        + each.failure().code() + " " + each.failure().remedy())
                .containsExactlyInAnyOrder(
                        "2 Iceberg.NoSuchTable GIVE_UP",
                        "3 Iceberg.InvalidTableName GIVE_UP",
                        "4 Iceberg.InvalidTableName GIVE_UP");
        assertThat(lake.rows("orders", "id")).containsExactly("1");
        assertThat(lake.rows("returns", "id")).containsExactly("2");
    }

    @Test
    void waitsForTheOnlyTable() throws Exception {
        var refused = (Attempt.Refused) lake.deliver(FixedBatch.of(1, "{\"id\":1}"));

        assertThat(refused.failure().code()).isEqualTo("Iceberg.NoSuchTable");
        assertThat(refused.failure().remedy()).isEqualTo(Failure.Remedy.RETRY);
    }

    @Test
    void keepsFewFilesOpenHoweverManyPartitionsThereAre() throws Exception {
        var schema = new Schema(required(1, "id", Types.IntegerType.get()), required(2, "p", Types.IntegerType.get()));
        lake.create(
                "orders", schema, PartitionSpec.builderFor(schema).identity("p").build());

        lake.deliver(FixedBatch.of(
                1,
                IntStream.range(0, 600)
                        .mapToObj(i -> "{\"id\":" + i + ",\"p\":" + i % 200 + "}")
                        .toArray(String[]::new)));

        assertThat(lake.rows("orders", "id")).hasSize(600).doesNotHaveDuplicates();
        assertThat(lake.duck("orders", "count(*), count(distinct id), count(distinct p)"))
                .containsExactly("600|600|200");
    }

    @Test
    void takesBatchesOfManyShardsAtOnce() throws Exception {
        lake.create("orders", ORDERS);
        var attempts = new ArrayList<Future<Attempt>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int shard = 0; shard < 12; shard++) {
                int id = shard;
                attempts.add(threads.submit(() -> lake.deliver(FixedBatch.of(id, "{\"id\":" + id + "}"))));
            }
        }

        for (var attempt : attempts) {
            assertThat(attempt.get()).isEqualTo(new Attempt.Delivered());
        }
        assertThat(lake.rows("orders", "id")).hasSize(12).doesNotHaveDuplicates();
        assertThat(lake.snapshots("orders")).hasSize(12);
    }

    @Test
    void namesTheWarehouseByItsLocationOrTheCatalogsArn() {
        assertThat(IcebergDestinations.location(catalog("arn:aws:glue:eu-west-1:1:catalog", "s3://lake/x")))
                .isEqualTo("s3://lake/x");
        assertThat(IcebergDestinations.location(
                        catalog("arn:aws:glue:eu-west-1:1:catalog/s3tablescatalog/bucket", null)))
                .isEqualTo("s3://bucket");
        assertThat(IcebergDestinations.location(catalog("arn:aws:glue:eu-west-1:1:catalog", null)))
                .isEmpty();
    }

    private static CatalogConfiguration catalog(String arn, String location) {
        return CatalogConfiguration.builder()
                .catalogARN(arn)
                .warehouseLocation(location)
                .build();
    }
}

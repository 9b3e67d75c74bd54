package io.millrace.firehose.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.objects.FolderObjectStore;
import io.millrace.objects.ObjectName;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;

/** Against a real PostgreSQL server, which the test brings along. */
class RedshiftDestinationTest {
    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    private Map<String, String> secrets = Map.of();
    private FolderObjectStore objects;
    private Connection connection;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void createTable() throws SQLException {
        objects = new FolderObjectStore(folder);
        connection = postgres.getPostgresDatabase().getConnection();
        execute("CREATE TABLE orders (id int NOT NULL, item text, price numeric(8,2), at timestamptz, tags jsonb)");
    }

    @AfterEach
    void dropTables() throws SQLException {
        execute("DROP TABLE IF EXISTS orders");
        execute("DROP TABLE IF EXISTS millrace_firehose_deliveries");
        connection.close();
        objects.close();
    }

    @Test
    void copiesJsonMembersIntoTheColumnsOfTheirNames() throws Exception {
        var attempt = attempt(
                TestBatch.of(
                        "{\"id\":1,\"item\":\"tab\\tand \\\\ \\n and \u00fc\",\"price\":9.5,\"tags\":{\"a\":[1,2]}}",
                        "{\"id\":2,\"unknown\":true}{\"id\":3,\"at\":\"2030-01-01T00:00:00Z\",\"item\":null}\n"),
                "JSON 'auto'");

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        assertThat(query("SELECT id || '|' || coalesce(item,'-') || '|' || coalesce(price::text,'-') || '|' "
                        + "|| coalesce(tags::text,'-') FROM orders ORDER BY id"))
                .containsExactly("1|tab\tand \\ \n and \u00fc|9.50|{\"a\": [1, 2]}", "2|-|-|-", "3|-|-|-");
    }

    @Test
    void matchesNamesInAnyCaseWhenAsked() throws Exception {
        attempt(TestBatch.of("{\"ID\":1,\"Item\":\"x\"}"), "JSON 'auto ignorecase'");

        assertThat(query("SELECT item FROM orders")).containsExactly("x");
    }

    @Test
    void copiesLinesAsTheyAreIntoTheNamedColumns() throws Exception {
        attempt(
                TestBatch.of("1|one\n2|", "two\n"),
                to -> to.copyCommand(copy -> copy.dataTableName("public.orders").dataTableColumns("id, item")));
        attempt(
                TestBatch.of("3,\"a,\nb\"\n"),
                to -> to.copyCommand(copy ->
                        copy.dataTableName("orders").dataTableColumns("id,item").copyOptions("CSV")));

        assertThat(query("SELECT id || item FROM orders ORDER BY id")).containsExactly("1one", "2two", "3a,\nb");
    }

    @Test
    void copiesABatchOnceHoweverOftenItIsDelivered() throws Exception {
        var batch = TestBatch.of("{\"id\":1}", "{\"id\":2}");

        for (int time = 0; time < 3; time++) {
            assertThat(attempt(batch, "JSON 'auto'")).isEqualTo(new Attempt.Delivered());
        }

        assertThat(query("SELECT count(*) FROM orders")).containsExactly("2");
    }

    @Test
    void givesUpSingleRowsAndTellsThemAgainAfterACrash() throws Exception {
        var batch = TestBatch.of(
                "{\"id\":1}",
                "not json",
                "{\"id\":\"abc\"}",
                "{\"id\":2}{\"id\":3,\"price\":\"much\"}",
                "{}",
                "{\"id\":4}");

        for (int time = 0; time < 2; time++) {
            var partly = (Attempt.Partly) attempt(batch, "JSON 'auto'");
            assertThat(partly.undelivered())
                    .extracting(each -> each.position().offset())
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(partly.undelivered()).allSatisfy(each -> {
                assertThat(each.failure().code()).isEqualTo("Redshift.DataLoadFailed");
                assertThat(each.failure().remedy()).isEqualTo(Failure.Remedy.GIVE_UP);
            });
            assertThat(partly.undelivered().get(1).failure().message()).contains("abc");
        }

        assertThat(query("SELECT id FROM orders ORDER BY id")).containsExactly("1", "4");
    }

    @Test
    void hundredsOfBadRowsDoNotKeepTheOthersOut() throws Exception {
        var records = new String[2_000];
        for (int n = 0; n < records.length; n++) {
            records[n] = n % 4 == 3 || (n > 900 && n < 1_200) ? "{\"id\":\"bad\"}" : "{\"id\":" + n + "}";
        }
        var batch = TestBatch.of(records);
        var bad = batch.all().stream()
                .filter(record -> new String(record.data(), StandardCharsets.UTF_8).contains("bad"))
                .map(record -> record.position().offset())
                .toList();

        for (int time = 0; time < 2; time++) {
            assertThat(((Attempt.Partly) attempt(batch, "JSON 'auto'")).undelivered())
                    .extracting(each -> each.position().offset())
                    .containsExactlyElementsOf(bad);
        }

        assertThat(query("SELECT count(*) FROM orders")).containsExactly(String.valueOf(2_000 - bad.size()));
        assertThat(query("SELECT count(DISTINCT id) FROM orders")).containsExactly(String.valueOf(2_000 - bad.size()));
    }

    @Test
    void linesThatGoOnFromRecordToRecordStayWholeAroundBadOnes() throws Exception {
        var records = new String[1_200];
        for (int n = 0; n < records.length; n += 2) {
            records[n] = n == 400 ? "bad|" : n + "|";
            records[n + 1] = "item\n";
        }

        var attempt = attempt(
                TestBatch.of(records),
                to -> to.copyCommand(copy -> copy.dataTableName("orders").dataTableColumns("id,item")));

        assertThat(((Attempt.Partly) attempt).undelivered())
                .extracting(each -> each.position().offset())
                .containsExactly(400L, 401L);
        assertThat(query("SELECT count(*) FROM orders WHERE item = 'item'")).containsExactly("599");
    }

    @Test
    void aTableThatTakesNothingRefusesTheBatchAsAWhole() throws Exception {
        var records = new String[300];
        Arrays.fill(records, "{\"id\":\"bad\"}");

        var failure = ((Attempt.Refused) attempt(TestBatch.of(records), "JSON 'auto'")).failure();

        assertThat(failure.code()).isEqualTo("Redshift.DataLoadFailed");
        assertThat(failure.remedy()).isEqualTo(Failure.Remedy.RETRY);
    }

    @Test
    void whatIsGivenUpHasAManifestOfItsOwn() throws Exception {
        var batch = TestBatch.of("{\"id\":1}");
        var destinations = new RedshiftDestinations(() -> objects, _ -> Optional.empty(), () -> TestBatch.ARRIVAL);
        try (var destination = destinations.open(TestBatch.STREAM, configuration(_ -> {}))) {
            assertThat(destination.giveUp(batch)).isEqualTo(new Attempt.Delivered());
        }

        var path = "2030/01/01/23/orders-1-2030-01-01-23-30-00-" + batch.id();
        try (var manifest = objects.open(new ObjectName("lake", "errors/manifests/" + path))) {
            assertThat(new String(manifest.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"entries\":[{\"url\":\"s3://lake/" + path + "\",\"mandatory\":true}]}");
        }
    }

    @Test
    void stagesTheBatchWithAManifest() throws Exception {
        var batch = TestBatch.of("{\"id\":1}", "{\"id\":2}");

        attempt(
                batch,
                to -> to.s3Configuration(staging -> staging.roleARN("arn:aws:iam::1:role/r")
                        .bucketARN("arn:aws:s3:::lake")
                        .prefix("in/")
                        .compressionFormat(CompressionFormat.GZIP)));

        var path = "2030/01/01/23/orders-1-2030-01-01-23-30-00-" + batch.id();
        try (var staged = new GZIPInputStream(objects.open(new ObjectName("lake", "in/" + path + ".gz")))) {
            assertThat(new String(staged.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"id\":1}{\"id\":2}");
        }
        try (var manifest = objects.open(new ObjectName("lake", "in/manifests/" + path))) {
            assertThat(new String(manifest.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"entries\":[{\"url\":\"s3://lake/in/" + path + ".gz\",\"mandatory\":true}]}");
        }
    }

    @Test
    void namesWhatTheDatabaseRefuses() throws Exception {
        assertRefused("Redshift.TableNotFound", to -> to.copyCommand(copy -> copy.dataTableName("nowhere")));
        assertRefused(
                "Redshift.ColumnNotFound",
                to -> to.copyCommand(copy -> copy.dataTableName("orders")
                        .dataTableColumns("id,colour")
                        .copyOptions("JSON 'auto'")));
        assertRefused(
                "Redshift.IncorrectCopyOptions",
                to -> to.copyCommand(copy -> copy.dataTableName("orders").copyOptions("FIXEDWIDTH 'a:3'")));
        assertRefused(
                "Redshift.DatabaseNotFound",
                to -> to.clusterJDBCURL("jdbc:redshift://localhost:" + postgres.getPort() + "/nowhere"));
        assertRefused("Redshift.ConnectionFailed", to -> to.clusterJDBCURL("jdbc:postgresql://localhost:1/x"));
    }

    @Test
    void takesUserAndPasswordFromASecret() throws Exception {
        Consumer<RedshiftDestinationConfiguration.Builder> managed = to -> to.username(null)
                .secretsManagerConfiguration(manager -> manager.enabled(true).secretARN("arn:secret"));

        assertRefused("Redshift.AuthenticationFailed", managed);
        secrets = Map.of("arn:secret", "{\"username\":\"postgres\",\"password\":\"any\"}");

        assertThat(attempt(TestBatch.of("{\"id\":1}"), managed)).isEqualTo(new Attempt.Delivered());
    }

    @Test
    void hasRedshiftFetchTheManifestItself() {
        var configuration = configuration(to -> to.copyCommand(copy ->
                copy.dataTableName("Sales.Orders").dataTableColumns("id,item").copyOptions("JSON 'auto' GZIP")));

        assertThat(RedshiftCopy.statement(
                        TargetTable.of(configuration.copyCommand()), new ObjectName("lake", "m'1"), configuration))
                .isEqualTo("COPY \"sales\".\"orders\" (\"id\",\"item\") FROM 's3://lake/m''1'"
                        + " CREDENTIALS 'aws_iam_role=arn:aws:iam::1:role/r' MANIFEST JSON 'auto' GZIP");
    }

    private void assertRefused(String code, Consumer<RedshiftDestinationConfiguration.Builder> with) throws Exception {
        var failure = ((Attempt.Refused) attempt(TestBatch.of("{\"id\":1}"), with)).failure();
        assertThat(failure.code()).as(failure.message()).isEqualTo(code);
        assertThat(failure.remedy()).isEqualTo(Failure.Remedy.RETRY);
    }

    private Attempt attempt(TestBatch batch, String copyOptions) throws Exception {
        return attempt(
                batch, to -> to.copyCommand(copy -> copy.dataTableName("orders").copyOptions(copyOptions)));
    }

    private Attempt attempt(TestBatch batch, Consumer<RedshiftDestinationConfiguration.Builder> with) throws Exception {
        var destinations = new RedshiftDestinations(
                () -> objects, arn -> Optional.ofNullable(secrets.get(arn)), () -> TestBatch.ARRIVAL);
        try (var destination = destinations.open(TestBatch.STREAM, configuration(with))) {
            return destination.attempt(batch);
        }
    }

    private static RedshiftDestinationConfiguration configuration(
            Consumer<RedshiftDestinationConfiguration.Builder> with) {
        var configuration = RedshiftDestinationConfiguration.builder()
                .roleARN("arn:aws:iam::1:role/r")
                .clusterJDBCURL("jdbc:redshift://localhost:" + postgres.getPort() + "/postgres")
                .username("postgres")
                .copyCommand(copy -> copy.dataTableName("orders").copyOptions("JSON 'auto'"))
                .s3Configuration(
                        staging -> staging.roleARN("arn:aws:iam::1:role/r").bucketARN("arn:aws:s3:::lake"));
        with.accept(configuration);
        return configuration.build();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> query(String sql) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Test
    void keepsBatchesOfOneSizeApart() throws Exception {
        var record = TestBatch.record(0, TestBatch.ARRIVAL, "{\"id\":1}");
        for (int batch = 0; batch < 3; batch++) {
            attempt(new TestBatch(new UUID(9, batch), List.of(record)), "JSON 'auto'");
        }

        assertThat(query("SELECT count(*) FROM orders")).containsExactly("3");
    }
}

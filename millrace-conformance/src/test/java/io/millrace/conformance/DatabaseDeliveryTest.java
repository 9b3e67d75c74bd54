package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;

/** Records become the rows of a real PostgreSQL server, while Millrace is killed with SIGKILL again and again. */
class DatabaseDeliveryTest {
    private static final int KILLS = 3;
    private static final int ROWS_PER_LIFE = 40;

    @Test
    void everyAcknowledgedRecordIsOneRow(@TempDir Path directory) throws Exception {
        var data = directory.resolve("data");
        var log = directory.resolve("server.log");
        var flags = List.of("--firehose.interval-max", "20ms");
        try (var postgres = EmbeddedPostgres.start();
                var connection = postgres.getPostgresDatabase().getConnection()) {
            try (var statement = connection.createStatement()) {
                // Nothing in it keeps a row from being there twice.
                statement.execute("CREATE TABLE orders (id int NOT NULL, item text)");
            }
            var acknowledged = new ArrayList<Integer>();
            for (int life = 0; life < KILLS; life++) {
                try (var server = ServerProcess.start(data, log, flags);
                        var firehose = FirehoseSdk.connect(server.endpoint())) {
                    if (life == 0) {
                        create(firehose, postgres.getPort());
                    }
                    int first = life * 1_000_000;
                    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                        var sent = threads.submit(() -> putUntilKilled(firehose, first));
                        Await.until("rows", () -> count(connection, first) >= ROWS_PER_LIFE);
                        server.kill();
                        acknowledged.addAll(sent.get());
                    }
                }
            }
            int last = KILLS * 1_000_000;
            try (var server = ServerProcess.start(data, log, flags);
                    var firehose = FirehoseSdk.connect(server.endpoint())) {
                firehose.put("orders", row(last));
                acknowledged.add(last);
                // Rows come in the order of their records, so all others are there before it.
                Await.until("the last row", () -> count(connection, last) == 1);
            }
            assertThat(ids(connection)).doesNotHaveDuplicates().containsAll(acknowledged);
            assertThat(acknowledged).hasSizeGreaterThan(KILLS * ROWS_PER_LIFE / 2);
        }
    }

    private static void create(FirehoseSdk firehose, int port) {
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName("orders")
                        .redshiftDestinationConfiguration(it -> it.roleARN(FirehoseSdk.ROLE)
                                .clusterJDBCURL("jdbc:postgresql://localhost:" + port + "/postgres")
                                .username("postgres")
                                .password("anything")
                                .copyCommand(
                                        copy -> copy.dataTableName("orders").copyOptions("JSON 'auto'"))
                                .s3Configuration(
                                        s3 -> s3.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::staging"))));
    }

    private static String row(int id) {
        return "{\"id\":" + id + ",\"item\":\"größe " + id + "\"}";
    }

    /** The rows whose records were acknowledged. */
    private static List<Integer> putUntilKilled(FirehoseSdk firehose, int first) {
        var acknowledged = new ArrayList<Integer>();
        for (int next = first; ; next += 5) {
            var ids = IntStream.range(next, next + 5).boxed().toList();
            try {
                firehose.put(
                        "orders", ids.stream().map(DatabaseDeliveryTest::row).toList());
            } catch (SdkException _) {
                return acknowledged;
            }
            acknowledged.addAll(ids);
        }
    }

    private static int count(Connection connection, int from) {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT count(*) FROM orders WHERE id >= " + from)) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Integer> ids(Connection connection) throws SQLException {
        var ids = new ArrayList<Integer>();
        try (var statement = connection.createStatement();
                var results = statement.executeQuery("SELECT id, item FROM orders")) {
            while (results.next()) {
                assertThat(results.getString(2)).isEqualTo("größe " + results.getInt(1));
                ids.add(results.getInt(1));
            }
        }
        return ids;
    }
}

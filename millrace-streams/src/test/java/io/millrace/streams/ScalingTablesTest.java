package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;
import io.millrace.streams.ScalingTables.LimitedCall;
import io.millrace.streams.shard.ShardMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class ScalingTablesTest {
    private static final StreamState ORDERS = new StreamState(
            7,
            new StreamAddress(new Namespace("000000000000", "us-east-1"), "orders"),
            StreamStatus.ACTIVE,
            StreamSettings.of(StreamMode.PROVISIONED, 1_024),
            0,
            0,
            0,
            0,
            ShardMap.EMPTY,
            List.of());

    @Test
    void countsTheChangesOfEncryptionThatWereNotedInATableOfTheirOwn(@TempDir Path directory) {
        try (var catalog = SqliteCatalog.open(directory.resolve("catalog.db"))) {
            catalog.migrate(StreamTables.MIGRATIONS);
            catalog.migrate(ScalingTables.ENCRYPTION_MIGRATIONS.subList(0, 1));
            catalog.transact(connection -> {
                new StreamTables().insertStream(connection, ORDERS);
                try (var statement = connection.prepareStatement(
                        "INSERT INTO streams_encryption_change (stream_id, changed_millis) VALUES (7, 1000), (7, 2000)")) {
                    return statement.executeUpdate();
                }
            });

            catalog.migrate(ScalingTables.ENCRYPTION_MIGRATIONS);

            count(catalog, 3);
            assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> count(catalog, 3));
        }
    }

    private static void count(SqliteCatalog catalog, int allowed) {
        catalog.transact(connection -> {
            new ScalingTables().count(connection, ORDERS.id(), LimitedCall.ENCRYPTION, 3_000, allowed, () -> {
                throw new LimitExceededException("more than " + allowed);
            });
            return true;
        });
    }
}

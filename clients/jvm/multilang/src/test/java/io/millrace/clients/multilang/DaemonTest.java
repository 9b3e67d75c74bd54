package io.millrace.clients.multilang;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.clients.support.Await;
import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The KCL's daemon for other languages with a record processor in Python. */
class DaemonTest {
    private static final Millrace MILLRACE = Millrace.running();

    private static LocalDynamoDb dynamoDb;

    @BeforeAll
    static void startDynamoDb() {
        dynamoDb = LocalDynamoDb.start();
    }

    @AfterAll
    static void stopDynamoDb() {
        dynamoDb.close();
    }

    @ParameterizedTest
    @CsvSource({"POLLING, 0", "FANOUT, 1"})
    void processesEveryRecordOnceThroughASplit(String retrievalMode, int consumerCount, @TempDir Path directory)
            throws IOException {
        try (var stream = TestStream.create(MILLRACE, 1)) {
            stream.putNumbers(0, 300);
            try (var daemon = Daemon.start(MILLRACE, dynamoDb, stream, retrievalMode, directory)) {
                awaitFirst(300, daemon);
                stream.split(stream.openShards().get(0));
                stream.putNumbers(300, 300);
                awaitFirst(600, daemon);
                assertThat(daemon.ledger().repeated()).isEmpty();
                assertThat(daemon.ledger().shardIds()).hasSize(3);
                assertThat(stream.consumerCount()).isEqualTo(consumerCount);
            }
        }
    }

    private static void awaitFirst(int count, Daemon daemon) {
        Await.until(
                () -> "Python has processed " + count + " records; it has " + distinct(daemon),
                () -> distinct(daemon) == count || !daemon.isAlive());
        assertThat(daemon.isAlive()).as("the daemon, see its log in target").isTrue();
    }

    private static int distinct(Daemon daemon) {
        return new HashSet<>(daemon.ledger().numbers()).size();
    }
}

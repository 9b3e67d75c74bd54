package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.source.DirectPutLog;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.FunctionsConfig;
import io.millrace.log.LogConfig;
import io.millrace.log.SegmentLog;
import io.millrace.log.disk.LocalDisk;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

class DirectPutIntakeTest {
    private static final long TASK_WAIT_MAX_SECONDS = 20;

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));

    @Test
    void completesAPutOnTheExecutorThatIsGiven() throws IOException, InterruptedException {
        var stream = ShardWorkTest.stream(new Source.DirectPut(Optional.empty()));
        try (var log = SegmentLog.open(
                        LogConfig.defaults(folder.resolve("log")), new LocalDisk(), clock, new Random(1));
                var catalog = SqliteCatalog.open(folder.resolve("catalog.db"));
                var functions = new FunctionInvoker(
                        FunctionsConfig.of("http://localhost:1", List.of(), "", "", "us-east-1"), clock);
                var deliveries = DeliveriesTest.deliveries(folder, log, catalog, functions, clock)) {
            var putLog = new DirectPutLog(log);
            putLog.open(stream.id());
            var tasks = new LinkedBlockingQueue<Runnable>();

            var place = new DirectPutIntake(putLog, deliveries)
                    .take(stream, List.of(SdkBytes.fromUtf8String("a")), tasks::add)
                    .toCompletableFuture();

            var task = tasks.poll(TASK_WAIT_MAX_SECONDS, TimeUnit.SECONDS);
            assertThat(task).isNotNull();
            assertThat(place).isNotDone();
            task.run();
            assertThat(place).isCompletedWithValue(0L);
        }
    }
}

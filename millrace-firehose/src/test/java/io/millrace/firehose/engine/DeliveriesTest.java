package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.SdkJson;
import io.millrace.firehose.processing.Pipelines;
import io.millrace.firehose.s3.S3Destinations;
import io.millrace.firehose.source.DirectPutLog;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.FunctionsConfig;
import io.millrace.log.LogConfig;
import io.millrace.log.SegmentLog;
import io.millrace.log.ShardKey;
import io.millrace.log.disk.LocalDisk;
import io.millrace.testkit.ManualClock;
import io.millrace.wire.JsonObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {
    private static final ShardKey OF_A_STREAM = new ShardKey(5);

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));

    @Test
    void forgetsTheLogOfADeliveryStreamThatNobodyKnowsAndNoOther() throws IOException {
        try (var log = SegmentLog.open(
                        LogConfig.defaults(folder.resolve("log")), new LocalDisk(), clock, new Random(1));
                var catalog = SqliteCatalog.open(folder.resolve("catalog.db"));
                var functions = new FunctionInvoker(
                        FunctionsConfig.of("http://localhost:1", List.of(), "", "", "us-east-1"), clock)) {
            var putLog = new DirectPutLog(log);
            log.open(OF_A_STREAM, Duration.ofDays(1));
            // The power went before the catalog had it, or after it had forgotten it; there is no checkpoint either.
            putLog.open(99);

            try (var deliveries = deliveries(folder, log, catalog, functions, clock)) {
                deliveries.start();
                assertThat(putLog.streams()).isEmpty();
                assertThat(log.shards()).containsExactly(OF_A_STREAM);
            }
        }
    }

    static Deliveries deliveries(
            Path folder, SegmentLog log, SqliteCatalog catalog, FunctionInvoker functions, ManualClock clock) {
        var meters = new SimpleMeterRegistry();
        return new Deliveries(
                new DeliveryConfig(1 << 20, folder.resolve("scratch")),
                DeliveryStreams.open(catalog, new SdkJson(JsonObjects::write, JsonObjects::read)),
                new DirectPutLog(log),
                _ -> {
                    throw new AssertionError("there is no delivery stream");
                },
                new Routes(
                        new S3Destinations(
                                () -> {
                                    throw new AssertionError("nothing is written");
                                },
                                _ -> {
                                    throw new AssertionError("nothing is converted");
                                }),
                        new Pipelines(functions, meters, clock, new Random(1), _ -> {}),
                        RoutesTest.openers(),
                        Routes.IntervalLimit.AS_GIVEN),
                catalog,
                clock,
                new Random(1),
                meters);
    }
}

package io.millrace.bench.logload;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogConfig;
import io.millrace.log.SegmentLog;
import io.millrace.log.ShardKey;
import io.millrace.log.disk.LocalDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WritersTest {
    private static final Duration MEASURED = Duration.ofMillis(50);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Workload.class)
    void countsNoMoreThanBecameDurable(Workload workload) throws Exception {
        try (var log = open()) {
            Shards.open(log, workload.shards());

            var counted = new Writers(log, workload.appends(), workload.writers()).work(Duration.ZERO, MEASURED);

            assertThat(counted.firstError()).isEmpty();
            assertThat(counted.latencies().count() * workload.records())
                    .isBetween(0L, recordsIn(log, workload.shards()));
            assertThat(recordsIn(log, workload.shards())).isPositive();
        }
    }

    @Test
    void tellsWhyAppendsWereRefused() throws Exception {
        try (var log = open()) {
            var counted = new Writers(log, Workload.BATCHES.appends(), 2).work(Duration.ZERO, MEASURED);

            assertThat(counted.errors()).isEqualTo(2);
            assertThat(counted.firstError()).contains("UnknownShardException");
            assertThat(counted.latencies().count()).isZero();
        }
    }

    private SegmentLog open() throws Exception {
        return SegmentLog.open(LogConfig.defaults(directory), new LocalDisk(), InstantSource.system(), new Random(1));
    }

    private static long recordsIn(SegmentLog log, int shards) {
        long records = 0;
        for (int shard = 0; shard < shards; shard++) {
            records += log.bounds(new ShardKey(shard)).nextOffset();
        }
        return records;
    }
}

package io.millrace.bench.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    @Test
    void measuresEveryLoopThatNeedsNoDisk() throws Exception {
        var core = new CoreLimit(Duration.ofMillis(1));

        assertThat(core.base64Decode().perSecond()).isPositive();
        assertThat(core.md5OfKey().perSecond()).isPositive();
        assertThat(LoopbackLimit.throughput(Duration.ofMillis(1)).perSecond()).isPositive();
        assertThat(LoopbackLimit.roundTrips(Duration.ofMillis(1)).perSecond()).isPositive();
    }

    @Test
    void leavesNoFileBehind(@TempDir Path directory) throws Exception {
        try (var disk = new DiskLimit(directory, 2 << 20)) {
            assertThat(disk.blocks(DiskLimit.Route.BUFFERED, Duration.ofMillis(1))
                            .perSecond())
                    .isPositive();
        }

        assertThat(directory).isEmptyDirectory();
    }
}

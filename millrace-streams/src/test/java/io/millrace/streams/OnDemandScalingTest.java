package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnDemandScalingTest {
    /** Loads in full shards. */
    @ParameterizedTest(name = "{0} open, load {1}, peak {2}, at least {3}: {4}")
    @CsvSource({
        // Below the high-water mark nothing happens.
        "4, 0, 0, 4, 4",
        "4, 3.1, 3.1, 4, 4",
        // From it on, the stream doubles.
        "4, 3.2, 3.2, 4, 8",
        "4, 4, 4, 4, 8",
        "8, 6.4, 6.4, 4, 16",
        "5, 4, 4, 4, 10",
        "1, 0.8, 0.8, 1, 2",
        // As often as it takes to have room for twice the load.
        "4, 9, 9, 4, 32",
        "4, 100, 100, 4, 256",
        "8000, 7000, 7000, 4, 10000",
        // It keeps room for twice the peak,
        "16, 0, 8, 4, 16",
        "16, 0, 4.5, 4, 16",
        // and halves when that needs no more than half of the shards,
        "16, 0, 4, 4, 8",
        "16, 0, 0, 4, 8",
        "9, 0, 1, 4, 5",
        // but never below what it must have.
        "8, 0, 0, 4, 4",
        "7, 0, 0, 4, 7",
        "16, 0, 0, 10, 16",
        "32, 0, 0, 10, 16",
        "4, 0, 0, 10, 10",
        "2, 0, 0, 2, 2"
    })
    void decidesBy(int open, double load, double peak, int least, int shards) {
        assertThat(OnDemandScaling.shardsFor(open, Throughput.ofShards(load), Throughput.ofShards(peak), least))
                .isEqualTo(shards);
    }

    @Test
    void countsBytesOrRecordsWhicheverFillMoreShards() {
        assertThat(new Throughput(3 * 1_048_576, 100).shards()).isEqualTo(3);
        assertThat(new Throughput(100, 3_000).shards()).isEqualTo(3);
    }

    @Test
    void comesToRestUnderASteadyLoadWithRoomForTwiceIt() {
        Seeds.forEach(500, random -> {
            var load = Throughput.ofShards(random.nextDouble(0, 3_000));
            int open = random.nextInt(4, 5_000);
            int shards = open;
            for (int i = 0; i < 20; i++) {
                shards = OnDemandScaling.shardsFor(shards, load, load, 4);
            }
            assertThat(OnDemandScaling.shardsFor(shards, load, load, 4)).isEqualTo(shards);
            assertThat(load.shards()).isLessThan(0.8 * shards);
            assertThat(shards).isGreaterThanOrEqualTo(4);
            // No more than twice of what twice the load needs, when it shrank that far.
            assertThat(shards).isLessThanOrEqualTo(Math.max(8, (int) Math.ceil(4 * Math.ceil(load.shards()) + 4)));
        });
    }

    @Test
    void keepsWhatAPeakIsMadeFor() {
        for (int shards = 4; shards < 3_000; shards++) {
            var peak = OnDemandScaling.peakThatKeeps(shards);
            assertThat(OnDemandScaling.shardsFor(shards, Throughput.NONE, peak, 4))
                    .isEqualTo(shards);
        }
    }

    @Test
    void splitsHotShardsOnlyAsLongAsItMayHelp() {
        assertThat(OnDemandScaling.isHot(Throughput.ofShards(0.79))).isFalse();
        assertThat(OnDemandScaling.isHot(Throughput.ofShards(0.8))).isTrue();
        assertThat(OnDemandScaling.hotSplitMax(Throughput.ofShards(0.9))).isEqualTo(8);
        assertThat(OnDemandScaling.hotSplitMax(Throughput.ofShards(10))).isEqualTo(80);
    }
}

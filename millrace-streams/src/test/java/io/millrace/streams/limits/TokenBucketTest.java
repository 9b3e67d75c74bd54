package io.millrace.streams.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long NOW = 1_893_456_000_000L;
    private static final long MIB = 1L << 20;

    @Test
    void beginsFullAndHoldsOneSecondsSupply() {
        var bucket = TokenBucket.perSecond(1_000, NOW);

        assertThat(bucket.holds(1_000, NOW)).isTrue();
        assertThat(bucket.holds(1_001, NOW)).isFalse();
        assertThat(bucket.holds(1_001, NOW + 3_600_000)).isFalse();
    }

    @Test
    void isSuppliedSteadily() {
        var bucket = TokenBucket.perSecond(1_000, NOW);
        bucket.spend(1_000, NOW);

        assertThat(bucket.holdsAny(NOW)).isFalse();
        assertThat(bucket.holds(1, NOW + 1)).isTrue();
        assertThat(bucket.holds(250, NOW + 249)).isFalse();
        assertThat(bucket.holds(250, NOW + 250)).isTrue();
    }

    @Test
    void suppliesWhatIsOwedFirst() {
        var bucket = TokenBucket.perSecond(2 * MIB, NOW);
        bucket.spend(MIB, NOW);
        bucket.spend(2 * MIB, NOW);

        assertThat(bucket.millisUntilAny(NOW)).isEqualTo(501);
        assertThat(bucket.holdsAny(NOW + 500)).isFalse();
        assertThat(bucket.holdsAny(NOW + 501)).isTrue();
    }

    @Test
    void suppliesAnAmountBeyondItsRoomWhole() {
        var bucket = TokenBucket.perSecond(2 * MIB, NOW);
        bucket.spend(10 * MIB, NOW);

        assertThat(bucket.holdsAny(NOW + 5_000)).isFalse();
        assertThat(bucket.holdsAny(NOW + 5_001)).isTrue();
    }

    @Test
    void neitherFillsNorDrainsWhenTheClockIsSetBack() {
        var bucket = TokenBucket.perSecond(1_000, NOW);
        bucket.spend(900, NOW);
        long back = NOW - 86_400_000;

        assertThat(bucket.holds(100, back)).isTrue();
        assertThat(bucket.holds(101, back)).isFalse();
        assertThat(bucket.holds(101, back + 1)).isTrue();
    }

    @Test
    void isNoFullerThanFullWhenTheClockIsSetForward() {
        var bucket = TokenBucket.perSecond(1_000, NOW);
        bucket.spend(1_000, NOW);

        assertThat(bucket.holds(1_000, NOW + 86_400_000)).isTrue();
        assertThat(bucket.holds(1_001, NOW + 86_400_000)).isFalse();
    }

    @Test
    void withoutALimitAlwaysHoldsEnough() {
        var bucket = TokenBucket.perSecond(ThroughputLimits.UNLIMITED, NOW);
        bucket.spend(Long.MAX_VALUE, NOW);
        bucket.drain(NOW);

        assertThat(bucket.holds(Long.MAX_VALUE, NOW)).isTrue();
        assertThat(bucket.millisUntilAny(NOW)).isZero();
    }

    @Test
    void neverGivesMoreThanItsRoomAndWhatIsSuppliedInTheTime() {
        Seeds.forEach(200, random -> {
            long supply = random.nextLong(1, 1L << random.nextInt(1, 41));
            var bucket = TokenBucket.perSecond(supply, NOW);
            long now = NOW;
            double given = 0;
            for (int step = 0; step < 200; step++) {
                now += random.nextInt(50);
                long amount = random.nextLong(1, supply + 1);
                if (bucket.holds(amount, now)) {
                    bucket.spend(amount, now);
                    given += amount;
                }
            }
            double supplied = supply + supply * ((now - NOW) / 1_000.0);
            assertThat(given).isLessThanOrEqualTo(supplied * 1.000_001 + 1);
        });
    }
}

package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreathsTest {
    @Test
    void workForTheLogGoesGentlyWhileSomebodyIsThereAndASegmentIsReady() {
        assertThat(Breaths.forTheLog(Breaths.Use.APPENDED_TO, true)).isEqualTo(Breaths.GENTLE);
        assertThat(Breaths.forTheLog(Breaths.Use.READ_FROM_AFAR, false)).isEqualTo(Breaths.GENTLE);
    }

    @Test
    void appendsThatHaveNoSegmentReadyAreServedSoon() {
        assertThat(Breaths.forTheLog(Breaths.Use.APPENDED_TO, false)).isEqualTo(Breaths.SHORT);
        assertThat(Breaths.forTheLog(Breaths.Use.NONE, true)).isEqualTo(Breaths.SHORT);
    }

    @Test
    void regroupingGivesWayToWhoIsThereUnlessItIsFarBehind() {
        assertThat(Breaths.forReaders(Breaths.Use.APPENDED_TO, false)).isEqualTo(Breaths.GENTLE);
        assertThat(Breaths.forReaders(Breaths.Use.READ_FROM_AFAR, false)).isEqualTo(Breaths.GENTLE);
        assertThat(Breaths.forReaders(Breaths.Use.APPENDED_TO, true)).isEqualTo(Breaths.SHORT);
        assertThat(Breaths.forReaders(Breaths.Use.NONE, false)).isEqualTo(Breaths.SHORT);
    }

    @Test
    void aBreathIsAsLongAsTheStepTookWithinBounds() {
        long least = Breaths.SHORT.toNanos();
        assertThat(Breaths.nanos(Breaths.SHORT, 0)).isEqualTo(least);
        assertThat(Breaths.nanos(Breaths.SHORT, 2 * least)).isEqualTo(2 * least);
        assertThat(Breaths.nanos(Breaths.SHORT, Duration.ofSeconds(1).toNanos()))
                .isEqualTo(Duration.ofMillis(3).toNanos());
        assertThat(Breaths.nanos(Breaths.GENTLE, Duration.ofSeconds(1).toNanos()))
                .isEqualTo(Breaths.GENTLE.toNanos());
    }
}

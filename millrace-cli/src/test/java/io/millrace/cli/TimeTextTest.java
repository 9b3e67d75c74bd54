package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.ManualClock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    private final ManualClock clock = new ManualClock(Instant.parse("2030-06-15T12:00:00Z"));

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T08:30:00Z, 2026-01-31T08:30:00Z",
        "2026-01-31T08:30:00.123Z, 2026-01-31T08:30:00.123Z",
        "2026-01-31T08:30:00+02:00, 2026-01-31T06:30:00Z",
        "2026-01-31T08:30, 2026-01-31T08:30:00Z",
        "2026-01-31 08:30:01, 2026-01-31T08:30:01Z",
        "2026-01-31, 2026-01-31T00:00:00Z",
        "0, 1970-01-01T00:00:00Z",
        "1767225600, 2026-01-01T00:00:00Z",
        "1767225600.5, 2026-01-01T00:00:00.500Z",
        "1767225600123, 2026-01-01T00:00:00.123Z",
        "-10m, 2030-06-15T11:50:00Z",
        "-90s, 2030-06-15T11:58:30Z",
        "-PT1H30M, 2030-06-15T10:30:00Z"
    })
    void readsTimesAsPeopleWriteThem(String text, Instant expected) {
        assertThat(TimeText.parse(text, clock)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-13-01", "10m", "-", "-10", "-10 parsecs", "17672256001234567"})
    void refusesWhatIsNoTimeAndNamesIt(String text) {
        assertThatThrownBy(() -> TimeText.parse(text, clock)).hasMessageContaining("'" + text.replaceFirst("^-", ""));
    }

    @Test
    void takesElevenDigitsAsSecondsAndTwelveAsMilliseconds() {
        assertThat(TimeText.parse("99999999999", clock)).isEqualTo(Instant.ofEpochSecond(99_999_999_999L));
        assertThat(TimeText.parse("100000000000", clock)).isEqualTo(Instant.ofEpochMilli(100_000_000_000L));
    }
}

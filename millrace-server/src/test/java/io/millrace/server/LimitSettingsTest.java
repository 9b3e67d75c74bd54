package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.server.settings.InvalidSettingsException;
import io.millrace.server.settings.Settings;
import io.millrace.streams.limits.ThroughputLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitSettingsTest {
    @Test
    void limitsNothingByDefault() {
        assertThat(LimitSettings.throughput(settings(Map.of()))).isEqualTo(ThroughputLimits.OFF);
    }

    @Test
    void knowsTheRealServicesLimits() {
        assertThat(LimitSettings.throughput(settings(Map.of("streams.limits", "aws"))))
                .isEqualTo(new ThroughputLimits(1_048_576, 1_000, 2_097_152, 5, 2_097_152));
    }

    @Test
    void takesNumbersOfOnesOwnAndLeavesTheOthersUnlimited() {
        var limits = LimitSettings.throughput(settings(Map.of(
                "streams.limits", "custom",
                "streams.custom-limits.write-bytes-per-second", "256KiB",
                "streams.custom-limits.read-calls-per-second", "50")));

        assertThat(limits)
                .isEqualTo(new ThroughputLimits(
                        262_144,
                        ThroughputLimits.UNLIMITED,
                        ThroughputLimits.UNLIMITED,
                        50,
                        ThroughputLimits.UNLIMITED));
    }

    @Test
    void refusesNumbersThatWouldHaveNoEffect() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LimitSettings.throughput(
                        settings(Map.of("streams.custom-limits.write-records-per-second", "10"))))
                .withMessage("streams.custom-limits.write-records-per-second needs streams.limits = custom");
    }

    @Test
    void saysWhichNumberMakesNoSense() {
        var settings =
                settings(Map.of("streams.limits", "custom", "streams.custom-limits.read-bytes-per-second", "plenty"));
        LimitSettings.throughput(settings);

        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(settings::refuseProblems)
                .satisfies(refusal -> assertThat(refusal.problems())
                        .containsExactly("--streams.custom-limits.read-bytes-per-second:"
                                + " streams.custom-limits.read-bytes-per-second must be a number of bytes such as 1048576"
                                + " or 1MiB, not 'plenty'"));
    }

    @Test
    void takesNoBytesForACount() {
        var settings = settings(Map.of(
                "streams.limits", "custom",
                "streams.custom-limits.write-records-per-second", "1MiB",
                "streams.custom-limits.read-calls-per-second", "5k"));
        LimitSettings.throughput(settings);

        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(settings::refuseProblems)
                .satisfies(refusal -> assertThat(refusal.problems())
                        .containsExactly(
                                "--streams.custom-limits.write-records-per-second:"
                                        + " streams.custom-limits.write-records-per-second must be a whole number such as"
                                        + " 1000, not '1MiB'",
                                "--streams.custom-limits.read-calls-per-second:"
                                        + " streams.custom-limits.read-calls-per-second must be a whole number such as"
                                        + " 1000, not '5k'"));
    }

    private static Settings settings(Map<String, String> flags) {
        return new Settings(MillraceConfig.SETTINGS).flags(flags);
    }
}

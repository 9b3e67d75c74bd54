package io.millrace.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final List<Setting> KNOWN = List.of(
            new Setting("server.port", "4567", "The port."),
            new Setting("log.segment-max-bytes", "256MiB", "The size."),
            new Setting("streams.transition-delay", "500ms", "The delay."),
            new Setting("server.request-log", "false", "Whether."),
            new Setting("tls.names", "", "Names."),
            new Setting("log.durability", "fsync", "How sure."));

    private enum Durability {
        FSYNC,
        OS
    }

    @TempDir
    private Path folder;

    private final Settings settings = new Settings(KNOWN);

    @Test
    void aFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault() throws IOException {
        var file = write("[server]\nport = 1\nrequest-log = true\n[log]\nsegment-max-bytes = \"1MiB\"\n");

        settings.file(file)
                .environment(Map.of("MILLRACE_SERVER_PORT", "2", "MILLRACE_LOG_SEGMENT_MAX_BYTES", "2MiB"))
                .flags(Map.of("server.port", "3"));

        assertThat(settings.integer("server.port")).isEqualTo(3);
        assertThat(settings.bytes("log.segment-max-bytes")).isEqualTo(2L << 20);
        assertThat(settings.flag("server.request-log")).isTrue();
        assertThat(settings.duration("streams.transition-delay")).isEqualTo(Duration.ofMillis(500));
        settings.refuseProblems();
    }

    @Test
    void readsListsFromAnArrayAndFromCommas() throws IOException {
        assertThat(new Settings(KNOWN)
                        .file(write("tls.names = [\"a.example\", \"b.example\"]"))
                        .list("tls.names"))
                .containsExactly("a.example", "b.example");
        assertThat(new Settings(KNOWN).flags(Map.of("tls.names", " a, ,b ")).list("tls.names"))
                .containsExactly("a", "b");
        assertThat(settings.list("tls.names")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "4KiB,4096", "3m,3145728", "1GiB,1073741824", "2 MiB,2097152"})
    void readsBytesWithBinaryUnits(String text, long bytes) {
        assertThat(settings.flags(Map.of("log.segment-max-bytes", text)).bytes("log.segment-max-bytes"))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "30s,PT30S", "5m,PT5M", "24h,PT24H", "2d,PT48H", "PT7S,PT7S"})
    void readsTimesWithUnits(String text, Duration duration) {
        assertThat(settings.flags(Map.of("streams.transition-delay", text)).duration("streams.transition-delay"))
                .isEqualTo(duration);
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        settings.flags(Map.of("server.port", "many"))
                .environment(Map.of(
                        "MILLRACE_LOG_SEGMENT_MAX_BYTES", "99999999999999999999GiB",
                        "MILLRACE_LOG_DURABILITY", "maybe",
                        "MILLRACE_STREAMS_TRANSITION_DELAY", "soon"));
        settings.integer("server.port");
        settings.bytes("log.segment-max-bytes");
        settings.choice("log.durability", Durability.class);
        settings.duration("streams.transition-delay");
        settings.room(() -> {
            throw new IllegalArgumentException("a room's own objection");
        });

        assertThatThrownBy(settings::refuseProblems)
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("--server.port: server.port must be a whole number, not 'many'")
                .hasMessageContaining("MILLRACE_LOG_SEGMENT_MAX_BYTES: log.segment-max-bytes must be a number of bytes")
                .hasMessageContaining("log.durability must be fsync | os, not 'maybe'")
                .hasMessageContaining("streams.transition-delay must be a time")
                .hasMessageContaining("a room's own objection");
    }

    @Test
    void refusesAKeyThatDoesNotExistAndNamesTheOneThatWasMeant() throws IOException {
        settings.file(write("port = 4567\n"));

        assertThatThrownBy(settings::refuseProblems)
                .hasMessageContaining("there is no setting port; did you mean server.port?");
    }

    @Test
    void saysWhereAFileIsNotToml() throws IOException {
        settings.file(write("[server]\nport = = 1\n"));

        assertThatThrownBy(settings::refuseProblems).hasMessageContaining("millrace.toml:2:");
    }

    @Test
    void saysThatAFileIsMissing() {
        settings.file(folder.resolve("nowhere.toml"));

        assertThatThrownBy(settings::refuseProblems).hasMessageContaining("cannot read the settings file");
    }

    private Path write(String toml) throws IOException {
        return Files.writeString(folder.resolve("millrace.toml"), toml);
    }
}

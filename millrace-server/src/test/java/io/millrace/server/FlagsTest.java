package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FlagsTest {
    private static Stream<List<String>> plainWords() {
        return Stream.of(
                List.of(),
                List.of("--port", "4567"),
                List.of("--port=4567", "--host", "127.0.0.1", "--data-dir=/tmp/a=b"),
                List.of("--server.port", "0", "--log.durability", "os"),
                List.of("--tls.names="),
                List.of("--tls.names", ""),
                List.of("--tls.names", "'a b'"),
                List.of("--tls.names='a b'", "--port", " 1 "),
                List.of("--tls.names=\"a b\""),
                List.of("--tls.names=-x"),
                List.of("--tls.names=@x"),
                List.of("--data-dir", "${HOME}", "--config", "settings.toml"),
                List.of("--config=settings.toml", "--server.port=many"));
    }

    @ParameterizedTest
    @MethodSource("plainWords")
    void readsPlainWordsAsPicocliDoes(List<String> words) {
        assertThat(Flags.plain(words)).contains(picocli(words));
    }

    private static Flags picocli(List<String> words) {
        var nowhere = new PrintWriter(new StringWriter());
        var command = new ServeCommand(Map.of(), nowhere, nowhere);
        return ServeCommand.flags(new CommandLine(command.spec()).parseArgs(words.toArray(String[]::new)));
    }

    @Test
    void readsEverySettingByEachOfItsNames() {
        for (var setting : MillraceConfig.SETTINGS) {
            for (var name : Flags.names(setting.key())) {
                assertThat(Flags.plain(List.of(name, "7")))
                        .contains(new Flags(Optional.empty(), Map.of(setting.key(), "7")));
            }
        }
        assertThat(Flags.plain(List.of("--config", "a.toml")))
                .contains(new Flags(Optional.of(Path.of("a.toml")), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--port",
                "--port 1 --port 2",
                "--port 1 --server.port 2",
                "--prot 1",
                "--port --host",
                "--port -1",
                "4567",
                "@words",
                "--data-dir @words",
                "--port 1 --",
                "--config a.toml --config b.toml"
            })
    void leavesEverythingElseToPicocli(String words) {
        assertThat(Flags.plain(List.of(words.split(" ")))).isEmpty();
    }
}

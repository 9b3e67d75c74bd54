package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What a person sees who starts the server wrongly: a line for each thing that is wrong, and never a stack trace. */
class ServeCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static Stream<String[]> refusedStarts() {
        return Stream.of(
                new String[] {"--port", "many", "server.port must be a whole number, not 'many'"},
                new String[] {"--port", "70000", "server.port (70000)"},
                new String[] {
                    "--log.segment-max-bytes", "99999999999", "log.segment-max-bytes must be a number of bytes"
                },
                new String[] {"--log.durability", "maybe", "log.durability must be fsync | os"},
                new String[] {"--tls.certificate", "/nowhere", "tls.certificate and tls.key go together"},
                new String[] {"--host", "0.0.0.0", "auth.open-network"},
                new String[] {"--config", "/nowhere.toml", "/nowhere.toml"},
                new String[] {"--data-dir", "/dev/null/data", "can't be used"});
    }

    @ParameterizedTest
    @MethodSource("refusedStarts")
    void saysWhatIsWrongInALineAndEndsWithOne(String flag, String value, String complaint) {
        int exit = serve(flag, value);

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains(complaint)
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        try (var first = Millrace.start(MillraceConfig.ephemeral())) {
            int port = first.endpoint().getPort();

            int exit = serve("--port", String.valueOf(port), "--data-dir", folder.toString());

            assertThat(exit).isEqualTo(1);
            assertThat(err.toString()).contains(String.valueOf(port)).doesNotContain("Exception");
        }
    }

    @Test
    void aLauncherThatNamesNoFileIsNamedBeforeThereIsAServer() {
        System.setProperty("millrace.launcher", "/opt/\0");
        try {
            assertThat(serve("--port", "0", "--data-dir", folder.toString())).isEqualTo(1);
            assertThat(err.toString()).contains("millrace.launcher").doesNotContain("\tat ");
            assertThat(folder).isEmptyDirectory();
        } finally {
            System.clearProperty("millrace.launcher");
        }
    }

    @Test
    void aDataDirectoryOfAnotherServerIsNamed() {
        try (var _ = Millrace.start(MillraceConfig.inDirectory(folder).with("server.port", "0"))) {
            assertThat(serve("--port", "0", "--data-dir", folder.toString())).isEqualTo(1);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("in use by another Millrace process");
        }
    }

    @Test
    void aLogOfANewerVersionIsNamed() throws IOException {
        Millrace.start(MillraceConfig.inDirectory(folder).with("server.port", "0"))
                .close();
        Files.writeString(folder.resolve("FORMAT"), "millrace data directory, version 2\n");

        assertThat(serve("--port", "0", "--data-dir", folder.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("written by a newer Millrace");
    }

    private int serve(String... flags) {
        var command = new ServeCommand(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
        return command.run(ServeCommand.flags(new CommandLine(command.spec()).parseArgs(flags)));
    }
}

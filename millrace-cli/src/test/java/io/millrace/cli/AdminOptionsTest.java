package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class AdminOptionsTest {
    private static final String HERE = "http://127.0.0.1:4567";
    private static final String ELSEWHERE = "https://kinesis.example:4567";

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path dataDirectory;

    @BeforeEach
    void leaveToken() throws IOException {
        Files.writeString(dataDirectory.resolve("admin-token"), "left\n");
    }

    @Test
    void showsWhatAServerOfThisMachineLeftInItsDataDirectory() {
        assertThat(token(HERE, "--data-dir", dataDirectory.toString())).contains("left");
        environment.put("MILLRACE_DATA_DIR", dataDirectory.toString());
        assertThat(token(HERE)).contains("left");
        environment.put("MILLRACE_DATA_DIR", dataDirectory + "/nothing-here");
        assertThat(token(HERE)).isEmpty();
    }

    @Test
    void showsItToNoServerElsewhereUnlessTold() {
        environment.put("MILLRACE_DATA_DIR", dataDirectory.toString());

        assertThat(token(ELSEWHERE)).isEmpty();
        assertThat(token(ELSEWHERE, "--data-dir", dataDirectory.toString())).contains("left");
    }

    @Test
    void showsWhatItWasGivenBeforeWhatItFinds() {
        environment.put("MILLRACE_DATA_DIR", dataDirectory.toString());
        environment.put("MILLRACE_ADMIN_TOKEN", "from the environment");

        assertThat(token(ELSEWHERE)).contains("from the environment");
        assertThat(token(HERE, "--admin-token", "typed")).contains("typed");
    }

    @Test
    void saysWhichFileItCanNotRead() {
        assertThatThrownBy(() -> token(HERE, "--data-dir", "/nowhere"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("The server's token can't be read from /nowhere/admin-token.");
    }

    private Optional<String> token(String url, String... arguments) {
        var options = new AdminOptions(environment);
        new CommandLine(CommandSpec.forAnnotatedObject(options)).parseArgs(arguments);
        return options.token(Endpoint.choose(Optional.of(url), Optional.empty(), Map.of()));
    }
}

package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong before anything is asked of a service, and what is said when none is there. */
class WrongCommandLinesTest {
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final CommandRun run = new CommandRun();

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "340282366920938463463374607431768211456"})
    void refusesWhatIsNoHashKey(String text) {
        run.kinesis.withStream("a", 1);

        var result = run.run("streams", "split", "a", "0", "--at=" + text);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains("'" + text
                        + "' is not a hash key, which is a number from 0 to 340282366920938463463374607431768211455")
                .doesNotContain("java");
    }

    @Test
    void refusesAFaultThatDoesNothing() {
        var result = run.run("faults", "set", "--stream", "a");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("Say what is to go wrong: --throttle, ");
    }

    @Test
    void saysHowToStartTheServerThatWasToHaveFaults() throws IOException {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        var endpoint = "http://127.0.0.1:" + port;

        var result = run.run("faults", "list", "--endpoint", endpoint);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("Nothing answers at " + endpoint + ". Start the server with: millrace serve\n");
    }

    @ParameterizedTest
    @CsvSource({"mirror, trim-horizon", "export, trim-horizon", "tail, latest"})
    void saysWhereEachCommandBeginsByItself(String command, String from) {
        assertThat(SPACE.matcher(run.run(command, "--help").out()).replaceAll(" "))
                .contains("or at --timestamp. Default: " + from + ".");
    }
}

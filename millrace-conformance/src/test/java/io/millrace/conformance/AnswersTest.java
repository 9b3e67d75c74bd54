package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the commands that change streams answer, and how they refuse, against a server. */
@ExtendWith(SharedServer.class)
class AnswersTest {
    @TempDir
    private Path folder;

    private CommandRun command;
    private Kinesis kinesis;

    @BeforeEach
    void useServer(Millrace millrace) {
        kinesis = new Kinesis(SdkClient.URL_CONNECTION.connect(millrace));
        command = new CommandRun(millrace.endpoint().toString(), folder);
    }

    @Test
    void aChangeIsAnsweredWithTheSettingAsItIsThen() {
        var stream = kinesis.newStream(1);

        assertThat(command.succeed("streams", "retention", stream, "7d", "--wait")
                        .out())
                .isEqualTo("Retention hours  168\nStatus           ACTIVE\n");
        assertThat(command.succeed("streams", "retention", stream, "7d", "--output", "json")
                        .out())
                .isEqualToIgnoringWhitespace("{\"retentionHours\":168,\"status\":\"ACTIVE\"}");
        assertThat(command.succeed("streams", "encryption", stream, "off").out())
                .isEqualTo("Encryption  NONE\nKey         -\nStatus      ACTIVE\n");
        assertThat(command.succeed("streams", "max-record-size", stream, "2048", "--wait")
                        .out())
                .isEqualTo("Record limit KiB  2048\nStatus            ACTIVE\n");
    }

    @Test
    void aKeyThatTurnsNothingOnIsRefused() {
        var stream = kinesis.newStream(1);

        var result = command.run("streams", "encryption", stream, "--key", "alias/orders");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("--key says with which key to turn it on, so it goes with: on.\n");
    }

    @Test
    void aStreamWithConsumersIsDeletedWithThemOrNotAtAll() {
        var stream = kinesis.newStream(1);
        command.succeed("consumers", "register", stream, "one", "--wait");

        var refused = command.run("streams", "delete", stream);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualTo("Stream " + stream + " has 1 consumer. Deregister them first, or give --with-consumers to"
                        + " delete them too.\n");
        assertThat(command.succeed("streams", "delete", stream, "--with-consumers", "--wait")
                        .out())
                .isEqualTo("Stream " + stream + " is gone.\n");
    }

    @Test
    void aFaultThatIsRefusedIsOneLine(Millrace millrace) {
        var result = command.run(
                "faults", "set", "--throttle", "50%", "--for", "30d", "--admin-token", millrace.adminToken());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains(" refused: ").doesNotContain("{").hasLineCount(1);
    }
}

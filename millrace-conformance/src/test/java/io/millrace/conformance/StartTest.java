package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says when it can not start. */
class StartTest {
    @Test
    void namesTheDataDirectoryThatAnotherServerUses(@TempDir Path directory) throws Exception {
        var data = directory.resolve("data");
        var log = directory.resolve("second.log");
        try (var first = ServerProcess.start(data, directory.resolve("first.log"));
                var client = first.connect()) {
            assertThatIllegalStateException().isThrownBy(() -> ServerProcess.start(data, log));

            assertThat(Files.readAllLines(log))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(data.toString()));
            assertThat(client.listStreams().streamNames()).isEmpty();
        }
    }
}

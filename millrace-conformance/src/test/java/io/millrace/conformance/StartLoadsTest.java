package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does without, because to load it takes longer than to open all rooms. */
class StartLoadsTest {
    @TempDir
    private Path folder;

    @Test
    void answersBeforeAnythingIsLoadedThatOnlySomeNeed() throws Exception {
        try (var server = ServerProcess.start(folder.resolve("data"), folder.resolve("log"));
                var kinesis = server.connect()) {
            assertThat(kinesis.listStreams().streamNames()).isEmpty();

            assertThat(server.loadedClasses())
                    .contains("io.millrace.server.Main", "io.millrace.firehose.engine.Deliveries")
                    .noneMatch(name -> name.startsWith("picocli."))
                    .doesNotContain("com.fasterxml.jackson.databind.ObjectMapper", "java.net.http.HttpClient");
        }
    }
}

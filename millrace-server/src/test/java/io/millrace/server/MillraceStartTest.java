package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.settings.InvalidSettingsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceStartTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void anEphemeralServerAnswersAndLeavesNothingBehind() throws Exception {
        Path data;
        try (var millrace = Millrace.start(MillraceConfig.ephemeral())) {
            data = millrace.dataDirectory();
            assertThat(call(millrace, "ListStreams", "{}").body()).contains("\"StreamNames\":[]");
            assertThat(data).exists();
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void whatWasCreatedIsThereAfterARestart(@TempDir Path folder) throws Exception {
        var config = MillraceConfig.inDirectory(folder).with("server.port", "0").with("log.durability", "os");
        try (var millrace = Millrace.start(config)) {
            assertThat(call(millrace, "CreateStream", "{\"StreamName\":\"orders\",\"ShardCount\":1}")
                            .statusCode())
                    .isEqualTo(200);
        }
        try (var millrace = Millrace.start(config)) {
            assertThat(call(millrace, "ListStreams", "{}").body()).contains("\"StreamNames\":[\"orders\"]");
        }
    }

    @Test
    void aSecondServerOnTheSameDataIsRefusedAndTheFirstOneGoesOn(@TempDir Path folder) throws Exception {
        var config = MillraceConfig.inDirectory(folder).with("server.port", "0");
        try (var millrace = Millrace.start(config)) {
            assertThatThrownBy(() -> Millrace.start(config))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("in use by another Millrace process");
            assertThat(get(millrace, "/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPortThatIsTakenIsRefusedInOneLineAndTheDataIsFreeAgain(@TempDir Path folder) {
        try (var first = Millrace.start(MillraceConfig.ephemeral())) {
            var config = MillraceConfig.inDirectory(folder);
            assertThatThrownBy(() -> Millrace.start(config.with(
                            "server.port", String.valueOf(first.endpoint().getPort()))))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("server.port");
            Millrace.start(config.with("server.port", "0")).close();
        }
    }

    @Test
    void anEphemeralServerThatIsRefusedSaysWhy() {
        try (var first = Millrace.start(MillraceConfig.ephemeral())) {
            var port = String.valueOf(first.endpoint().getPort());

            assertThatThrownBy(() -> Millrace.start(MillraceConfig.ephemeral().with("server.port", port)))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("server.port " + port);
        }
    }

    @Test
    void settingsAreCheckedBeforeAnythingIsTouched(@TempDir Path folder) {
        var data = folder.resolve("data");
        var config = MillraceConfig.inDirectory(data)
                .with("server.port", "70000")
                .with("account.id", "me")
                .with("log.durability", "never");

        assertThatThrownBy(() -> Millrace.start(config))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("server.port (70000)")
                .hasMessageContaining("account.id (me)")
                .hasMessageContaining("log.durability must be fsync | os");
        assertThat(data).doesNotExist();
    }

    @Test
    void aSizeThatNoFileCanHaveIsRefusedAsASetting(@TempDir Path folder) {
        assertThatThrownBy(() ->
                        Millrace.start(MillraceConfig.inDirectory(folder).with("log.segment-max-bytes", "99999999999")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("log.segment-max-bytes must be a number of bytes below 2GiB");
    }

    @Test
    void aCertificateThatIsNotThereIsRefusedInOneLine(@TempDir Path folder) {
        var config = MillraceConfig.inDirectory(folder)
                .with("server.port", "0")
                .with("tls.certificate", "/nowhere/cert.pem")
                .with("tls.key", "/nowhere/key.pem");

        assertThatThrownBy(() -> Millrace.start(config))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("/nowhere/cert.pem")
                .message()
                .hasLineCount(1);
    }

    @Test
    void anAddressThatOthersCanReachNeedsToBeAskedForTwice() {
        assertThatThrownBy(() -> Millrace.start(MillraceConfig.ephemeral().with("server.host", "0.0.0.0")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("auth.open-network");
    }

    @Test
    void aDamagedCatalogIsRefusedInOneLine(@TempDir Path folder) throws IOException {
        var config = MillraceConfig.inDirectory(folder).with("server.port", "0");
        Millrace.start(config).close();
        Files.writeString(folder.resolve("catalog.db"), "this is not a database, not even nearly one".repeat(200));

        assertThatThrownBy(() -> Millrace.start(config))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("catalog.db");
    }

    @Test
    void showsItsHealthAndItsMeters() throws Exception {
        try (var millrace = Millrace.start(MillraceConfig.ephemeral())) {
            call(millrace, "CreateStream", "{\"StreamName\":\"orders\",\"ShardCount\":1}");
            assertThat(get(millrace, "/health/live").body()).isEqualTo("ok\n");
            assertThat(get(millrace, "/metrics").body())
                    .contains("IncomingRecords")
                    .contains("StreamName=\"orders\"");
        }
    }

    private HttpResponse<String> call(Millrace millrace, String operation, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(millrace.endpoint())
                        .header("Content-Type", "application/x-amz-json-1.1")
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0")
                        .header("X-Amz-Date", "20260101T000000Z")
                        .header("X-Amz-Target", "Kinesis_20131202." + operation)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Millrace millrace, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(millrace.endpoint() + path)).build(), BodyHandlers.ofString());
    }
}

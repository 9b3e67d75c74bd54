package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsFileTest {
    @TempDir
    Path folder;

    @Test
    void givesSecretsAsObjectsOrTextsAndTakesUpChanges() throws IOException {
        var file =
                Files.writeString(folder.resolve("secrets.json"), "{\"arn:a\":{\"api_key\":\"k\"},\"arn:b\":\"{}\"}");
        var secrets = new SecretsFile(Optional.of(file));

        assertThat(secrets.value("arn:a")).contains("{\"api_key\":\"k\"}");
        assertThat(secrets.value("arn:b")).contains("{}");
        assertThat(secrets.value("arn:c")).isEmpty();

        Files.writeString(file, "{\"arn:c\":\"new\"}");
        assertThat(secrets.value("arn:c")).contains("new");
    }

    @Test
    void knowsNoSecretWhileTheFileIsOfNoUse() throws IOException {
        var file = folder.resolve("secrets.json");
        var secrets = new SecretsFile(Optional.of(file));

        assertThat(secrets.value("arn:a")).isEmpty();
        Files.writeString(file, "{\"arn:a\": \"half");
        assertThat(secrets.value("arn:a")).isEmpty();
        assertThat(new SecretsFile(Optional.empty()).value("arn:a")).isEmpty();
    }
}

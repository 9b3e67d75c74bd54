package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Glue;
import io.millrace.model.Kinesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the documents list is what there is. */
class DocumentationTest {
    private static final Path DOCS = Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."))
            .resolve("docs");

    @Test
    void everySettingIsDocumentedWithItsDefault() throws IOException {
        var rows = Files.readAllLines(DOCS.resolve("configuration.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(MillraceConfig.SETTINGS.stream()
                        .map(setting -> "| `%s` | %s | %s |"
                                .formatted(
                                        setting.key(),
                                        setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`",
                                        setting.meaning()))
                        .toList());
    }

    @Test
    void everyOperationHasItsRowInTheCompatibilityTable() throws IOException {
        var text = Files.readString(DOCS.resolve("compatibility.md"));

        for (var operation : Kinesis.ALL) {
            assertThat(text).contains("| " + operation.name() + " |");
        }
        for (var operation : Glue.ALL) {
            assertThat(text).contains("| " + operation.name() + " |");
        }
    }
}

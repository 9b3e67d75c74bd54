package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeWhenMissingAndOpensAgain() throws IOException {
        var path = folder.resolve("deep/down");

        DataDirectory.open(path).close();
        try (var again = DataDirectory.open(path)) {
            assertThat(again.log()).isEqualTo(path.resolve("log"));
        }
    }

    @Test
    void isHeldByOneServerAtATime() throws IOException {
        try (var _ = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> DataDirectory.open(folder))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("in use by another Millrace process");
        }
    }

    @Test
    void refusesWhatANewerVersionWrote() throws IOException {
        Files.writeString(folder.resolve("FORMAT"), "millrace data directory, version 7\n");

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("written by a newer Millrace (format 7");
    }

    @Test
    void refusesAFolderOfSomethingElse() throws IOException {
        Files.writeString(folder.resolve("FORMAT"), "another program's\n");

        assertThatThrownBy(() -> DataDirectory.open(folder)).hasMessageContaining("is not Millrace's");
    }

    @Test
    void refusesAFileInPlaceOfAFolder() throws IOException {
        var file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("can't be used");
    }
}

package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedFileTest {
    private static final int LINE_MAX_BYTES = 1_000;

    /** What happens to files. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    @TempDir
    private Path directory;

    /** Made one by one, each time that the file is waited for; when they are used up, the following ends. */
    private final Queue<Change> changes = new ArrayDeque<>();

    private Path log;

    @BeforeEach
    void nameTheLog() {
        log = directory.resolve("app.log");
    }

    @Test
    void readsWhatTheFileHoldsAndThenWhatIsAdded() throws Exception {
        append("one\n");
        changes.add(() -> append("two\nthr"));
        changes.add(() -> append("ee\n"));

        assertThat(follow(FollowedFile.Beginning.FIRST_LINE)).containsExactly("one", "two", "three");
    }

    @Test
    void skipsWhatTheFileHoldsWhenAsked() throws Exception {
        append("one\n");
        changes.add(() -> append("two\n"));

        assertThat(follow(FollowedFile.Beginning.END_OF_FILE)).containsExactly("two");
    }

    @Test
    void awaitsAFileAndThenReadsAllOfIt() throws Exception {
        changes.add(() -> {});
        changes.add(() -> append("one\n"));

        assertThat(follow(FollowedFile.Beginning.END_OF_FILE)).containsExactly("one");
    }

    @Test
    void readsARotatedFileToItsEndAndGoesOnWithTheNext() throws Exception {
        append("one\n");
        changes.add(() -> {
            append("two\n");
            Files.move(log, directory.resolve("app.log.1"));
            append("three\n");
        });
        changes.add(() -> append("four\n"));

        assertThat(follow(FollowedFile.Beginning.FIRST_LINE)).containsExactly("one", "two", "three", "four");
    }

    @Test
    void readsWhatAWriterAddsToTheMovedFileUntilTheNextOneComes() throws Exception {
        append("one\n");
        changes.add(() -> Files.move(log, directory.resolve("app.log.1")));
        changes.add(() -> Files.writeString(directory.resolve("app.log.1"), "two\n", StandardOpenOption.APPEND));
        changes.add(() -> append("three\n"));

        assertThat(follow(FollowedFile.Beginning.FIRST_LINE)).containsExactly("one", "two", "three");
    }

    @Test
    void sendsTheUnfinishedLastLineOfARotatedFile() throws Exception {
        append("one\ntw");
        changes.add(() -> {
            Files.move(log, directory.resolve("app.log.1"));
            append("three\n");
        });

        assertThat(follow(FollowedFile.Beginning.FIRST_LINE)).containsExactly("one", "tw", "three");
    }

    @Test
    void beginsAgainWhenTheFileIsCutShort() throws Exception {
        append("one\ntwo\nunfini");
        changes.add(() -> Files.writeString(log, "three\n"));
        changes.add(() -> append("four\n"));

        assertThat(follow(FollowedFile.Beginning.FIRST_LINE)).containsExactly("one", "two", "three", "four");
    }

    @Test
    void goesOnAfterTheFileWasDeletedAndMadeAgain() throws Exception {
        append("one\n");
        changes.add(() -> Files.delete(log));
        changes.add(() -> append("one\n"));

        assertThat(follow(FollowedFile.Beginning.FIRST_LINE)).containsExactly("one", "one");
    }

    @Test
    void failsOnWhatCannotBeRead() throws Exception {
        Files.createDirectory(log);

        assertThatThrownBy(() -> follow(FollowedFile.Beginning.FIRST_LINE)).isInstanceOf(IOException.class);
    }

    private List<String> follow(FollowedFile.Beginning beginning) throws Exception {
        var lines = new ArrayList<String>();
        boolean[] ended = {false};
        try (var file = new FollowedFile(log, beginning, LINE_MAX_BYTES, _ -> ended[0] = !makeNextChange())) {
            while (!ended[0]) {
                if (file.next(Duration.ofSeconds(1)) instanceof Reading.Line line) {
                    lines.add(new String(line.bytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return lines;
    }

    private boolean makeNextChange() {
        try {
            var change = changes.poll();
            if (change != null) {
                change.make();
            }
            return change != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
    @TempDir
    private Path folder;

    @Test
    void hasTheLauncherPrepareOnce() throws Exception {
        var asked = folder.resolve("asked");

        try (var preparation = Preparation.start(launcher("echo \"$@\" >>" + asked), Duration.ZERO)) {
            preparation.await();
        }

        assertThat(asked).hasContent("prepare");
    }

    @Test
    void aLauncherThatFailsOrIsNotThereHarmsNothing() throws Exception {
        for (var launcher : new Path[] {launcher("echo no room; exit 1"), folder.resolve("nobody")}) {
            try (var preparation = Preparation.start(launcher, Duration.ZERO)) {
                preparation.await();
            }
        }
    }

    @Test
    void beginsNothingOnceItIsClosed() throws Exception {
        var asked = folder.resolve("asked");
        var preparation = Preparation.start(launcher("echo >" + asked), Duration.ofDays(1));

        preparation.close();
        preparation.await();

        assertThat(asked).doesNotExist();
    }

    @Test
    void endsWhatItBeganWhenItIsClosed() throws Exception {
        var begun = fifo("begun");
        var never = fifo("never");
        var preparation = Preparation.start(launcher("echo begun >" + begun + "; exec cat " + never), Duration.ZERO);
        assertThat(Files.readString(begun)).isEqualTo("begun\n");

        preparation.close();
        preparation.await();
    }

    private Path fifo(String name) throws Exception {
        var fifo = folder.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    private Path launcher(String script) throws IOException {
        var launcher = folder.resolve("millrace");
        Files.writeString(launcher, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        return launcher;
    }
}

package io.millrace.bench.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormTest {
    private static final byte[] CONTENT = new byte[100_000];

    @TempDir
    Path directory;

    private Path object;

    @BeforeEach
    void name() {
        object = directory.resolve("object");
    }

    @Test
    void countsTheRecordsOfAnObjectAsTheyWerePut() throws Exception {
        Files.write(object, CONTENT);
        assertThat(DrainTrial.Form.NONE.contentBytes(object)).hasValue(CONTENT.length);
    }

    @Test
    void countsTheRecordsInGzipAsTheyWerePut() throws Exception {
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(object))) {
            gzip.write(CONTENT);
        }
        assertThat(DrainTrial.Form.GZIP.contentBytes(object)).hasValue(CONTENT.length);
    }

    @Test
    void countsTheRecordsInZipAsTheyWerePut() throws Exception {
        try (var zip = new ZipOutputStream(Files.newOutputStream(object))) {
            zip.putNextEntry(new ZipEntry("entry"));
            zip.write(CONTENT);
        }
        assertThat(DrainTrial.Form.ZIP.contentBytes(object)).hasValue(CONTENT.length);
    }
}

package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;

/**
 * What an import remembers: which export goes into which stream, and how many of its records are safe there.
 *
 * @param exported the stream that was exported, and when that began
 * @param fileIndex which file of the export is being imported; as many as there are when all have been
 * @param recordCount how many records of that file are safe in the target
 */
record ImportProgress(StreamIdentity exported, Instant begun, StreamIdentity target, int fileIndex, long recordCount) {
    private static final String FORMAT = "millrace-import";
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    ImportProgress at(int newFileIndex, long newRecordCount) {
        return new ImportProgress(exported, begun, target, newFileIndex, newRecordCount);
    }

    byte[] write() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            exported.write("exported", json);
            json.writeStringField("begun", begun.toString());
            target.write("target", json);
            json.writeNumberField("fileIndex", fileIndex);
            json.writeNumberField("recordCount", recordCount);
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException if this is none; the message is the end of a sentence */
    static ImportProgress read(byte[] file) {
        var fields = JsonFields.parse(file);
        if (!fields.text("format").equals(FORMAT) || fields.number("version") != VERSION) {
            throw new IllegalArgumentException("it does not tell of an import");
        }
        return new ImportProgress(
                StreamIdentity.read(fields.object("exported")),
                fields.time("begun"),
                StreamIdentity.read(fields.object("target")),
                Math.toIntExact(fields.number("fileIndex")),
                fields.number("recordCount"));
    }
}

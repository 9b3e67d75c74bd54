package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The files of an export that is being written. Owned by one thread; the files themselves may be written by many. */
final class ExportFiles implements AutoCloseable {
    /** Which file a shard's records go into. */
    sealed interface Place {
        record OneFile(Path file) implements Place {}

        record FilePerShard(Path directory, String suffix) implements Place {}
    }

    private static final JsonFactory JSON = new JsonFactory();

    private final Place place;
    private final ExportHeader header;
    private final RandomGenerator random;
    /** In the order in which they were begun: a child's after its parents'. */
    private final Map<Path, ExportFile> files = new LinkedHashMap<>();

    /** @throws CommandFailure if there is something in that place */
    ExportFiles(Place place, ExportHeader header, RandomGenerator random) throws IOException {
        this.place = place;
        this.header = header;
        this.random = random;
        switch (place) {
            case Place.OneFile(var file) -> begin(file);
            case Place.FilePerShard(var directory, var _) -> requireEmpty(directory);
        }
    }

    ExportFile fileOf(Shard shard) throws IOException {
        return switch (place) {
            case Place.OneFile(var file) -> begin(file);
            case Place.FilePerShard(var directory, var suffix) -> begin(directory.resolve(shard.shardId() + suffix));
        };
    }

    /** Makes all files durable and gives them their names; a directory's list of files comes last. */
    void finish() throws IOException {
        var counts = new LinkedHashMap<String, Long>();
        for (var file : files.values()) {
            counts.put(file.name(), file.finish());
        }
        if (place instanceof Place.FilePerShard(var directory, var _)) {
            DurableFile.replace(directory.resolve(ExportList.FILE), list(counts));
        }
    }

    @Override
    public void close() throws IOException {
        for (var file : files.values()) {
            file.close();
        }
    }

    private ExportFile begin(Path path) throws IOException {
        var begun = files.get(path);
        if (begun == null) {
            begun = ExportFile.begin(path, header, random);
            files.put(path, begun);
        }
        return begun;
    }

    private byte[] list(Map<String, Long> counts) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("format", ExportList.FORMAT);
            json.writeNumberField("version", ExportHeader.VERSION);
            json.writeStringField("name", header.name());
            json.writeStringField("begun", header.begun().toString());
            json.writeArrayFieldStart("files");
            for (var file : counts.entrySet()) {
                json.writeStartObject();
                json.writeStringField("file", file.getKey());
                json.writeNumberField("records", file.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void requireEmpty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (var inside = Files.list(directory)) {
            if (inside.findAny().isPresent()) {
                throw new CommandFailure("The directory " + directory + " is not empty. Name another one.");
            }
        }
    }
}

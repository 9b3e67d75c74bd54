package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * A file of an export that is being written, under another name until it is whole. Its lines are described in
 * docs/export-format.md. Safe for use from several threads.
 */
final class ExportFile implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Path path;
    private final Path unfinished;
    private final FileChannel channel;
    private final OutputStream out;
    private final JsonGenerator json;
    private final Set<String> toldShards = new HashSet<>();
    private long recordCount;

    private ExportFile(Path path, Path unfinished, FileChannel channel, OutputStream out) throws IOException {
        this.path = path;
        this.unfinished = unfinished;
        this.channel = channel;
        this.out = out;
        this.json = JSON.createGenerator(out)
                .setPrettyPrinter(new MinimalPrettyPrinter("\n"))
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }

    /** @throws CommandFailure if there is a file of that name */
    static ExportFile begin(Path path, ExportHeader header, RandomGenerator random) throws IOException {
        if (Files.exists(path)) {
            throw thereAlready(path);
        }
        Files.createDirectories(DurableFile.parent(path));
        var unfinished = unfinished(path, random);
        var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
        var bytes = Channels.newOutputStream(channel);
        var out = path.toString().endsWith(".gz")
                ? new GZIPOutputStream(new BufferedOutputStream(bytes, BUFFER_BYTES), BUFFER_BYTES)
                : new BufferedOutputStream(bytes, BUFFER_BYTES);
        var file = new ExportFile(path, unfinished, channel, out);
        header.write(file.json);
        header.shards().forEach(shard -> file.toldShards.add(shard.id()));
        return file;
    }

    /** A new file beside the one that is to be: another export may be on its way to the same name. */
    private static Path unfinished(Path path, RandomGenerator random) throws IOException {
        while (true) {
            try {
                return Files.createFile(path.resolveSibling(
                        path.getFileName() + "." + HexFormat.of().toHexDigits(random.nextInt()) + ".unfinished"));
            } catch (FileAlreadyExistsException _) {
                // Of another export that is under way, or of one that was killed. There are other names.
            }
        }
    }

    private static CommandFailure thereAlready(Path path) {
        return new CommandFailure("The file " + path + " is there already. Name another one, or remove it.");
    }

    synchronized void write(Shard shard, List<Record> records) throws IOException {
        if (toldShards.add(shard.shardId())) {
            json.writeStartObject();
            json.writeFieldName("newShard");
            ExportedShard.of(shard).write(json);
            json.writeEndObject();
        }
        var hashKeys = HashKeys.of(shard);
        for (var record : records) {
            json.writeStartObject();
            json.writeStringField("shard", shard.shardId());
            json.writeStringField("sequenceNumber", record.sequenceNumber());
            var arrival = record.approximateArrivalTimestamp();
            if (arrival != null) {
                json.writeStringField("arrival", arrival.toString());
            }
            json.writeStringField("partitionKey", record.partitionKey());
            var explicit = hashKeys.explicitFor(record.partitionKey());
            if (explicit.isPresent()) {
                json.writeStringField("explicitHashKey", explicit.get().toString());
            }
            json.writeBinaryField("data", record.data().asByteArrayUnsafe());
            json.writeEndObject();
        }
        recordCount += records.size();
    }

    /**
     * Says how many records there are and gives the file its name; it is durable when this returns.
     *
     * @throws CommandFailure if meanwhile there is a file of that name
     */
    synchronized long finish() throws IOException {
        json.writeStartObject();
        json.writeNumberField("records", recordCount);
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
        if (out instanceof GZIPOutputStream compressed) {
            compressed.finish();
        }
        out.flush();
        channel.force(true);
        channel.close();
        try {
            DurableFile.putInFreePlace(unfinished, path);
        } catch (FileAlreadyExistsException _) {
            throw thereAlready(path);
        }
        return recordCount;
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Leaves nothing behind if the file was not finished. */
    @Override
    public synchronized void close() throws IOException {
        channel.close();
        Files.deleteIfExists(unfinished);
    }
}

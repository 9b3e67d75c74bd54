package io.millrace.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The records of one file of an export, in order. Believes nothing: whatever is wrong with the file is a failure that
 * names the line and the byte where it begins. Used by one thread.
 */
final class ExportReader implements AutoCloseable {
    // A record of 10 MiB in base64, and all else about it.
    private static final int LINE_MAX_BYTES = 16 * 1024 * 1024;
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int GZIP_MAGIC_FIRST = 0x1f;
    private static final int GZIP_MAGIC_SECOND = 0x8b;

    private final Path path;
    private final InputStream in;
    private final LineSplitter splitter = new LineSplitter(LINE_MAX_BYTES);
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final Set<String> shards = new HashSet<>();
    private final ExportHeader header;
    private boolean inputEnded;
    private long lineNumber;
    private long lineAtByte;
    private long nextLineAtByte;
    private long recordCount;

    /** @throws CommandFailure if the file does not begin like an export */
    ExportReader(Path path) throws IOException {
        this.path = path;
        this.in = open(path);
        try {
            this.header = readHeader();
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static InputStream open(Path path) throws IOException {
        var bytes = new BufferedInputStream(Files.newInputStream(path), CHUNK_BYTES);
        bytes.mark(2);
        boolean isCompressed = bytes.read() == GZIP_MAGIC_FIRST && bytes.read() == GZIP_MAGIC_SECOND;
        bytes.reset();
        return isCompressed ? new GZIPInputStream(bytes, CHUNK_BYTES) : bytes;
    }

    ExportHeader header() {
        return header;
    }

    /** How many records {@link #next} has given or {@link #skip} has passed over. */
    long recordCount() {
        return recordCount;
    }

    /** Passes over so many records. */
    void skip(long count) throws IOException {
        for (long left = count; left > 0; left--) {
            if (next().isEmpty()) {
                throw broken("it has fewer records than were imported from it before");
            }
        }
    }

    /**
     * The next record, or nothing after the last.
     *
     * @throws CommandFailure if the line is none of an export, or the file ends without its end mark
     */
    Optional<Batch.Entry> next() throws IOException {
        while (true) {
            var fields = parse(line().orElseThrow(() -> broken("the file was cut off before its last line")));
            try {
                if (fields.has("records")) {
                    readEnd(fields.number("records"));
                    return Optional.empty();
                }
                if (!fields.has("newShard")) {
                    var record = record(fields);
                    recordCount++;
                    return Optional.of(record);
                }
                shards.add(ExportedShard.read(fields.object("newShard")).id());
            } catch (IllegalArgumentException e) {
                throw broken(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private ExportHeader readHeader() throws IOException {
        var fields = parse(line().orElseThrow(() -> broken("the file is empty")));
        try {
            var read = ExportHeader.read(fields);
            read.shards().forEach(shard -> shards.add(shard.id()));
            return read;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw broken(String.valueOf(e.getMessage()));
        }
    }

    private void readEnd(long promised) throws IOException {
        if (promised != recordCount) {
            throw broken("it promises " + Quantity.count(promised, "record") + ", and there are "
                    + Quantity.count(recordCount));
        }
        if (line().isPresent()) {
            throw broken("something follows the last line of the export");
        }
    }

    private Batch.Entry record(JsonFields fields) {
        var shard = fields.text("shard");
        if (!shards.contains(shard)) {
            throw new IllegalArgumentException("no line before has told of its shard " + shard);
        }
        var key = fields.text("partitionKey");
        if (key.isEmpty() || key.length() > PartitionKeys.KEY_MAX_CHARS) {
            throw new IllegalArgumentException(
                    "a partition key has 1 to " + PartitionKeys.KEY_MAX_CHARS + " characters, not " + key.length());
        }
        return Batch.Entry.of(
                data(fields.text("data")),
                key,
                fields.optionalText("explicitHashKey").map(ExportReader::hashKey));
    }

    private static byte[] data(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its data is not base64", e);
        }
    }

    private static BigInteger hashKey(String text) {
        if (text.matches("\\d{1,39}")) {
            var hashKey = new BigInteger(text);
            if (hashKey.compareTo(HashKeys.COUNT) < 0) {
                return hashKey;
            }
        }
        throw new IllegalArgumentException("'" + RecordText.shorten(text, 50) + "' is no hash key");
    }

    private JsonFields parse(byte[] line) {
        try {
            return JsonFields.parse(line);
        } catch (IllegalArgumentException e) {
            throw broken(e);
        }
    }

    private Optional<byte[]> line() throws IOException {
        while (true) {
            var found = splitter.next();
            if (found.isEmpty() && inputEnded) {
                found = splitter.end();
                if (found.isEmpty()) {
                    lineNumber++;
                    lineAtByte = nextLineAtByte;
                    return Optional.empty();
                }
            }
            if (found.isPresent()) {
                return Optional.of(bytesOf(found.get()));
            }
            feed();
        }
    }

    private byte[] bytesOf(Reading reading) {
        lineNumber++;
        lineAtByte = nextLineAtByte;
        return switch (reading) {
            case Reading.Line(var _, var bytes) -> {
                nextLineAtByte += bytes.length + 1;
                yield bytes;
            }
            case Reading.TooLong(var _, long length) ->
                throw broken("it has " + Quantity.count(length) + " bytes, and a line has at most "
                        + Quantity.count(LINE_MAX_BYTES));
            case Reading.Quiet _, Reading.End _ -> throw new AssertionError(reading);
        };
    }

    private void feed() throws IOException {
        try {
            int n = in.read(chunk);
            if (n < 0) {
                inputEnded = true;
            } else {
                splitter.feed(Arrays.copyOf(chunk, n));
            }
        } catch (EOFException _) {
            lineNumber++;
            lineAtByte = nextLineAtByte;
            throw broken("the compressed file was cut off");
        } catch (ZipException e) {
            lineNumber++;
            lineAtByte = nextLineAtByte;
            throw broken("the compressed file is damaged (" + e.getMessage() + ")");
        }
    }

    private CommandFailure broken(IllegalArgumentException e) {
        return broken(String.valueOf(e.getMessage()));
    }

    private CommandFailure broken(String reason) {
        return new CommandFailure("Line " + Quantity.count(lineNumber) + " of " + path + " (at byte "
                + Quantity.count(lineAtByte) + ") cannot be used: " + reason + ".");
    }
}

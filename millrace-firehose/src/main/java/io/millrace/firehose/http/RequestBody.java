package io.millrace.firehose.http;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request's body while it is made and sent: its length is known before the first byte leaves, as the contract's
 * Content-Length asks, and what is large waits in a scratch file and not in memory. Used by one thread.
 */
final class RequestBody extends OutputStream {
    /** Little, because as many requests may wait for slow endpoints as there are delivery streams. */
    private static final int MEMORY_MAX_BYTES = 32 << 10;

    private final Path scratchFolder;
    private @Nullable ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable Path file;
    private @Nullable OutputStream fileStream;
    private long length;

    RequestBody(Path scratchFolder) {
        this.scratchFolder = scratchFolder;
    }

    long length() {
        return length;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        target(count).write(bytes, offset, count);
        length += count;
    }

    private OutputStream target(int count) throws IOException {
        var inMemory = memory;
        if (inMemory != null && length + count <= MEMORY_MAX_BYTES) {
            return inMemory;
        }
        if (fileStream == null) {
            Files.createDirectories(scratchFolder);
            var spilled = Files.createTempFile(scratchFolder, "request-", ".body");
            file = spilled;
            fileStream = new BufferedOutputStream(Files.newOutputStream(spilled));
        }
        if (inMemory != null) {
            inMemory.writeTo(fileStream);
            memory = null;
        }
        return fileStream;
    }

    /** SHA-256 of the body, in hex; nothing may be written after this. */
    String hash() throws IOException {
        flush();
        try (var in = open()) {
            return Sha256.hex(in);
        }
    }

    /** The body from its first byte on, each time; nothing may be written after this. */
    BodyPublisher publisher() throws IOException {
        flush();
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::open), Math.max(1, length));
    }

    @Override
    public void flush() throws IOException {
        if (fileStream != null) {
            fileStream.flush();
        }
    }

    private InputStream open() {
        var inMemory = memory;
        if (inMemory != null) {
            return new ByteArrayInputStream(inMemory.toByteArray());
        }
        try {
            return Files.newInputStream(Objects.requireNonNull(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the memory and the scratch file back. */
    @Override
    public void close() throws IOException {
        memory = null;
        if (fileStream != null) {
            fileStream.close();
        }
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}

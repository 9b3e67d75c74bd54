package io.millrace.log.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in memory as the page cache has it: a piece costs a copy, not a call of the system. What is used is the copy alone,
 * because that is where the Java virtual machine survives a disk that fails under it.
 */
final class MappedView implements FileView {
    private final Path path;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes;

    MappedView(Path path) throws IOException {
        this.path = path;
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int count = Math.clamp(bytes.byteSize() - position, 0, into.remaining());
        try {
            MemorySegment.copy(bytes, position, MemorySegment.ofBuffer(into), 0, count);
        } catch (InternalError e) {
            throw new IOException(path + " cannot be read at byte " + position, e);
        }
        into.position(into.position() + count);
        return count;
    }

    @Override
    public void close() {
        arena.close();
    }
}

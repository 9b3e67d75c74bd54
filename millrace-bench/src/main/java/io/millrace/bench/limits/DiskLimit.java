package io.millrace.bench.limits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Sequential writes into a file that was written before, each followed by fdatasync: the fastest that "acknowledged means
 * durable" can be with one write at a time. And sequential reads of it: the fastest that a reader can be far behind.
 */
final class DiskLimit implements AutoCloseable {
    private static final int BLOCK_BYTES = 4 << 10;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int SYNCS_MAX = 1 << 20;

    private final Path file;
    private final int fileBytes;

    /** How a write reaches the disk. */
    enum Route {
        /** Past the page cache. */
        DIRECT("O_DIRECT"),
        /** Through the page cache, which the sync empties. */
        BUFFERED("buffered");

        private final String label;

        Route(String label) {
            this.label = label;
        }
    }

    /**
     * Writes the file that is written over later.
     *
     * @param fileBytes a multiple of 1 MiB; more than the disk's own cache, or that is what is measured
     */
    DiskLimit(Path directory, int fileBytes) throws IOException {
        assert fileBytes % CHUNK_BYTES == 0 : fileBytes;
        this.fileBytes = fileBytes;
        file = Files.createTempFile(directory, "disk-limit", ".bin");
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var chunk = noise(CHUNK_BYTES);
            for (int written = 0; written < fileBytes; written += CHUNK_BYTES) {
                writeWhole(channel, chunk.clear(), written);
            }
            channel.force(true);
        }
    }

    Ceiling blocks(Route route, Duration duration) throws IOException {
        return measure(route, BLOCK_BYTES, "4 KiB", duration);
    }

    Ceiling chunks(Route route, Duration duration) throws IOException {
        return measure(route, CHUNK_BYTES, "1 MiB", duration);
    }

    /** Sequential reads past the page cache, one at a time. */
    Ceiling reads(Duration duration) throws IOException {
        var name = "read 1 MiB, O_DIRECT";
        var chunk = noise(CHUNK_BYTES);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, direct())) {
            long start = System.nanoTime();
            int count = 0;
            for (; System.nanoTime() - start < duration.toNanos(); count++) {
                readWhole(channel, chunk.clear(), (long) count * CHUNK_BYTES % fileBytes);
            }
            return new Ceiling(name, count / ((System.nanoTime() - start) / 1e9), CHUNK_BYTES, "one at a time");
        } catch (UnsupportedOperationException e) {
            return new Ceiling(name, 0, CHUNK_BYTES, "not possible here: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        Files.delete(file);
    }

    private Ceiling measure(Route route, int unitBytes, String unit, Duration duration) throws IOException {
        var name = "write and fdatasync " + unit + ", " + route.label;
        var unitNoise = noise(unitBytes);
        var tookNanos = new long[SYNCS_MAX];
        try (var channel = open(route)) {
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            int count = 0;
            for (long now = start; now < end && count < SYNCS_MAX; count++) {
                writeWhole(channel, unitNoise.clear(), (long) count * unitBytes % fileBytes);
                channel.force(false);
                long then = now;
                now = System.nanoTime();
                tookNanos[count] = now - then;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Ceiling(name, count / seconds, unitBytes, percentiles(Arrays.copyOf(tookNanos, count)));
        } catch (UnsupportedOperationException e) {
            return new Ceiling(name, 0, unitBytes, "not possible here: " + e.getMessage());
        }
    }

    private FileChannel open(Route route) throws IOException {
        return switch (route) {
            case DIRECT -> FileChannel.open(file, StandardOpenOption.WRITE, direct());
            case BUFFERED -> FileChannel.open(file, StandardOpenOption.WRITE);
        };
    }

    /** By name, since javac has no way to be told that importing a class of com.sun is meant. */
    private static OpenOption direct() {
        try {
            return Arrays.stream(
                            Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
                    .map(OpenOption.class::cast)
                    .filter(option -> option.toString().equals("DIRECT"))
                    .findFirst()
                    .orElseThrow();
        } catch (ClassNotFoundException e) {
            throw new LinkageError("this JDK has no O_DIRECT", e);
        }
    }

    /** Direct writes want the buffer, the length and the place to be multiples of the file system's block. */
    private static ByteBuffer noise(int bytes) {
        var heap = new byte[bytes];
        new Random(bytes).nextBytes(heap);
        var aligned = ByteBuffer.allocateDirect(bytes + BLOCK_BYTES).alignedSlice(BLOCK_BYTES);
        return aligned.put(heap).flip().slice();
    }

    private static void writeWhole(FileChannel channel, ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    private static void readWhole(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            at += channel.read(into, at);
        }
    }

    private static String percentiles(long[] tookNanos) {
        Arrays.sort(tookNanos);
        return String.format(
                Locale.ROOT,
                "p50 %.2f ms, p99 %.2f ms",
                tookNanos[tookNanos.length / 2] / 1e6,
                tookNanos[(int) (tookNanos.length * 0.99)] / 1e6);
    }
}

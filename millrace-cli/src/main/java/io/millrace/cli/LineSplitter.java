package io.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts chunks of bytes into lines that end in LF or CR LF. Bytes are not interpreted otherwise. Keeps at most one line's
 * worth of bytes, however long a line is.
 */
final class LineSplitter {
    private final int lineMaxBytes;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private long begunBytes;
    private long lineCount;
    private byte[] chunk = new byte[0];
    private int position;

    LineSplitter(int lineMaxBytes) {
        this.lineMaxBytes = lineMaxBytes;
    }

    /** Gives the next chunk, once {@link #next} has taken all lines out of the one before. */
    void feed(byte[] next) {
        assert position == chunk.length : position;
        chunk = next;
        position = 0;
    }

    /** The next line that is whole. */
    Optional<Reading> next() {
        for (int i = position; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                keep(position, i);
                position = i + 1;
                return Optional.of(finishLine());
            }
        }
        keep(position, chunk.length);
        position = chunk.length;
        return Optional.empty();
    }

    /** The last line, if it has begun: it will not get a terminator any more. */
    Optional<Reading> end() {
        return begunBytes == 0 ? Optional.empty() : Optional.of(finishLine());
    }

    /** Forgets a line that has begun: its file was cut short, so its rest will not come. */
    void forgetBegun() {
        begun.reset();
        begunBytes = 0;
    }

    private void keep(int from, int to) {
        // One byte more than fits, as it may be the CR that is taken off.
        int room = lineMaxBytes + 1 - begun.size();
        begun.write(chunk, from, Math.min(to - from, room));
        begunBytes += to - from;
    }

    private Reading finishLine() {
        var bytes = begun.toByteArray();
        long totalBytes = begunBytes;
        forgetBegun();
        lineCount++;
        if (totalBytes == bytes.length && totalBytes > 0 && bytes[bytes.length - 1] == '\r') {
            bytes = Arrays.copyOf(bytes, bytes.length - 1);
            totalBytes--;
        }
        return totalBytes > lineMaxBytes
                ? new Reading.TooLong(lineCount, totalBytes)
                : new Reading.Line(lineCount, bytes);
    }
}

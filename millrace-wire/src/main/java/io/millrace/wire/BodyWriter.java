package io.millrace.wire;

import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A body under construction: a growing array that the door sends as it is. One that has an overflow keeps only its end in
 * the array, however long it gets. Owned by one thread.
 */
public final class BodyWriter extends OutputStream {
    /** A body with an overflow that is no longer than this is in the array whole. */
    public static final int KEPT_MAX_BYTES = 64 * 1024;

    private static final int INITIAL_BYTES = 512;

    /** Takes the beginning of a body that is long, piece by piece. */
    @FunctionalInterface
    public interface Overflow {
        /** Copies these bytes behind those it has. */
        void take(byte[] from, int offset, int count);
    }

    private final @Nullable Overflow overflow;
    private byte[] bytes;
    private int position;
    private int overflowedBytes;
    private byte lastOverflowed;

    public BodyWriter() {
        this(INITIAL_BYTES);
    }

    /** @param expectedBytes how long the body will be, roughly */
    public BodyWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
        overflow = null;
    }

    public BodyWriter(Overflow overflow) {
        bytes = new byte[INITIAL_BYTES];
        this.overflow = overflow;
    }

    /** Makes room for a body that is about so much longer, so that it is not copied again and again while it grows. */
    void expect(int moreBytes) {
        if (overflow == null) {
            reserve(moreBytes);
        } else if (position < KEPT_MAX_BYTES) {
            reserve(Math.min(moreBytes, KEPT_MAX_BYTES - position));
        }
    }

    /** Makes room for so many more bytes and returns the array to write them into, from {@link #position} on. */
    byte[] reserve(int moreBytes) {
        if (bytes.length - position < moreBytes) {
            makeRoom(moreBytes);
        }
        return bytes;
    }

    private void makeRoom(int moreBytes) {
        if (overflow != null && position > 0 && position + moreBytes > KEPT_MAX_BYTES) {
            pour(overflow);
        }
        if (bytes.length - position < moreBytes) {
            bytes = Arrays.copyOf(bytes, Math.max(position + moreBytes, bytes.length + (bytes.length >> 1)));
        }
    }

    private void pour(Overflow into) {
        into.take(bytes, 0, position);
        lastOverflowed = bytes[position - 1];
        overflowedBytes += position;
        position = 0;
    }

    /** Counts bytes that were written into the reserved room. */
    void advance(int written) {
        position += written;
        assert position <= bytes.length : position;
    }

    @Override
    public void write(int oneByte) {
        reserve(1)[position++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
        if (overflow != null && count > KEPT_MAX_BYTES) {
            passOn(from, offset, count, overflow);
            return;
        }
        System.arraycopy(from, offset, reserve(count), position, count);
        position += count;
    }

    private void passOn(byte[] from, int offset, int count, Overflow into) {
        if (position > 0) {
            pour(into);
        }
        into.take(from, offset, count);
        lastOverflowed = from[offset + count - 1];
        overflowedBytes += count;
    }

    /** Gives the overflow what is still here, if it has the beginning. */
    public void finish() {
        if (overflow != null && overflowedBytes > 0 && position > 0) {
            pour(overflow);
        }
    }

    /** Writes characters that are all ASCII. */
    @SuppressWarnings("deprecation") // what it does wrong it does to other characters, and no other way makes no array
    void writeAscii(String ascii) {
        int count = ascii.length();
        ascii.getBytes(0, count, reserve(count), position);
        position += count;
    }

    /** The array; the body is its first {@link #length} bytes, unless some of it went over. */
    public byte[] array() {
        return bytes;
    }

    /** Where in the array the next byte goes. */
    int position() {
        return position;
    }

    /** The byte that was written last. There must be one. */
    byte last() {
        return position > 0 ? bytes[position - 1] : lastOverflowed;
    }

    public int length() {
        return overflowedBytes + position;
    }
}

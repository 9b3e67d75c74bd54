package io.millrace.wire;

import java.io.OutputStream;
import java.util.Arrays;

/** A body under construction: a growing array that the door sends as it is. Owned by one thread. */
public final class BodyWriter extends OutputStream {
    private static final int INITIAL_BYTES = 512;

    private byte[] bytes;
    private int length;

    public BodyWriter() {
        this(INITIAL_BYTES);
    }

    /** @param expectedBytes how long the body will be, roughly */
    public BodyWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** Makes room for so many more bytes and returns the array to write them into, from {@link #length} on. */
    byte[] reserve(int moreBytes) {
        if (bytes.length - length < moreBytes) {
            bytes = Arrays.copyOf(bytes, Math.max(length + moreBytes, bytes.length + (bytes.length >> 1)));
        }
        return bytes;
    }

    /** Counts bytes that were written into the reserved room. */
    void advance(int written) {
        length += written;
        assert length <= bytes.length : length;
    }

    @Override
    public void write(int oneByte) {
        reserve(1)[length++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
        System.arraycopy(from, offset, reserve(count), length, count);
        length += count;
    }

    /** Writes characters that are all ASCII. */
    @SuppressWarnings("deprecation") // what it does wrong it does to other characters, and no other way makes no array
    void writeAscii(String ascii) {
        int count = ascii.length();
        ascii.getBytes(0, count, reserve(count), length);
        length += count;
    }

    /** The array; the body is its first {@link #length} bytes. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }
}

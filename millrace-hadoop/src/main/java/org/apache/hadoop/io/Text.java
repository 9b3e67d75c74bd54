package org.apache.hadoop.io;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string as UTF-8 that can be set again and keeps its room. */
public final class Text extends BinaryComparable implements WritableComparable<BinaryComparable> {
    private static final int CONTINUATION_BITS = 6;

    private byte[] bytes = new byte[0];
    private int length;

    public Text() {}

    public Text(String text) {
        set(text);
    }

    public Text(Text other) {
        set(other);
    }

    public void set(String text) {
        bytes = text.getBytes(StandardCharsets.UTF_8);
        length = bytes.length;
    }

    public void set(Text other) {
        set(other.bytes, 0, other.length);
    }

    public void set(byte[] from, int offset, int count) {
        clear();
        append(from, offset, count);
    }

    public void append(byte[] from, int offset, int count) {
        if (bytes.length < length + count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    public void clear() {
        length = 0;
    }

    @Override
    public int getLength() {
        return length;
    }

    @Override
    public byte[] getBytes() {
        return bytes;
    }

    public static String decode(byte[] utf8, int offset, int count) {
        return new String(utf8, offset, count, StandardCharsets.UTF_8);
    }

    /** Takes the next character; -1 where the bytes are none. */
    public static int bytesToCodePoint(ByteBuffer utf8) {
        int first = utf8.get();
        if (first >= 0) {
            return first;
        }
        int more = Integer.numberOfLeadingZeros(~first << 24) - 1;
        if (more < 1 || more > 3 || utf8.remaining() < more) {
            return -1;
        }
        int point = first & (0x3F >> more);
        for (int i = 0; i < more; i++) {
            point = (point << CONTINUATION_BITS) | (utf8.get() & 0x3F);
        }
        return point;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(length);
        out.write(bytes, 0, length);
    }

    @Override
    public void readFields(DataInput in) throws IOException {
        length = in.readInt();
        bytes = new byte[length];
        in.readFully(bytes);
    }

    @Override
    public String toString() {
        return decode(bytes, 0, length);
    }
}

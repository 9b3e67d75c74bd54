package org.apache.hadoop.io;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Bytes that can be set again. */
public final class BytesWritable extends BinaryComparable implements WritableComparable<BinaryComparable> {
    private byte[] bytes;
    private int length;

    public BytesWritable() {
        this(new byte[0]);
    }

    public BytesWritable(byte[] bytes) {
        this.bytes = bytes;
        length = bytes.length;
    }

    public void set(byte[] from, int offset, int count) {
        bytes = Arrays.copyOfRange(from, offset, offset + count);
        length = count;
    }

    @Override
    public int getLength() {
        return length;
    }

    @Override
    public byte[] getBytes() {
        return bytes;
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
}

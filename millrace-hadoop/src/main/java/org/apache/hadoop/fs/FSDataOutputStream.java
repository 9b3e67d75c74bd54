package org.apache.hadoop.fs;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that knows how far it has come. */
public class FSDataOutputStream extends FilterOutputStream {
    private long position;

    public FSDataOutputStream(OutputStream out) {
        super(out);
    }

    public long getPos() {
        return position;
    }

    @Override
    public void write(int value) throws IOException {
        out.write(value);
        position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        position += length;
    }

    /** Puts all bytes in the reach of readers. */
    public void hflush() throws IOException {
        flush();
    }
}

package org.apache.hadoop.fs;

import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that knows how far it has come. */
public class FSDataOutputStream extends DataOutputStream {
    /** Below {@link DataOutputStream}, whose own counter is an int and stands still at two gigabytes. */
    private static final class Counted extends FilterOutputStream {
        private long position;

        Counted(OutputStream out) {
            super(out);
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
    }

    private final Counted counted;

    public FSDataOutputStream(OutputStream out) {
        this(new Counted(out));
    }

    private FSDataOutputStream(Counted counted) {
        super(counted);
        this.counted = counted;
    }

    public long getPos() {
        return counted.position;
    }

    /** Puts all bytes in the reach of readers. */
    public void hflush() throws IOException {
        flush();
    }
}

package org.apache.hadoop.hdfs.client;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import org.apache.hadoop.fs.FSDataOutputStream;

/** A stream into HDFS, which can end a block early. None is ever made. */
public class HdfsDataOutputStream extends FSDataOutputStream {
    /** What a sync also does. */
    public enum SyncFlag {
        UPDATE_LENGTH,
        END_BLOCK
    }

    public HdfsDataOutputStream(OutputStream out) {
        super(out);
    }

    public void hsync(EnumSet<SyncFlag> flags) throws IOException {
        flush();
    }
}

package io.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The bytes of each record as they are, and a line feed. */
final class RawRecords implements RecordWriter {
    private final BufferedOutputStream out;

    RawRecords(OutputStream out) {
        this.out = new BufferedOutputStream(out);
    }

    @Override
    public void write(String shardId, Record record) throws IOException {
        out.write(record.data().asByteArrayUnsafe());
        out.write('\n');
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}

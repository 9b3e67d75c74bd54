package io.millrace.cli;

import java.io.IOException;
import software.amazon.awssdk.services.kinesis.model.Record;

/** One way of showing records on standard output. */
interface RecordWriter {
    void write(String shardId, Record record) throws IOException;

    /** Makes what was written visible to whoever reads along. */
    void flush() throws IOException;
}

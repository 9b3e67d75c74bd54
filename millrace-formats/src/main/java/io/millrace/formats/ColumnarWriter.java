package io.millrace.formats;

import java.io.IOException;
import java.io.OutputStream;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;
import software.amazon.awssdk.services.firehose.model.Serializer;

/**
 * Writes rows into one Parquet or ORC file.
 *
 * <p>Both formats collect rows in memory, column by column, until a row group (Parquet) or stripe (ORC) of them is written.
 * The options' sizes are what a file should have where memory is no question; here a group also ends when its memory
 * reaches the budget that the file was opened with.
 *
 * <p>A file is good once {@link #finish} has returned. After an exception it is lost, and so it is when closed before.
 * Belongs to one thread at a time.
 */
public sealed interface ColumnarWriter extends AutoCloseable permits ParquetFile, OrcFile {
    /**
     * Begins a file of the one format that {@code serializer} names; of Parquet, with its defaults, where it names none.
     *
     * @param out is written from the start to the end, and closed with the file
     * @param memoryMaxBytes about how much the rows may take that wait for the end of their group
     */
    static ColumnarWriter open(Serializer serializer, TableSchema schema, OutputStream out, long memoryMaxBytes)
            throws IOException {
        OrcSerDe orc = serializer.orcSerDe();
        return orc == null
                ? ParquetFile.open(serializer.parquetSerDe(), schema, out, memoryMaxBytes)
                : OrcFile.open(orc, schema, out, memoryMaxBytes);
    }

    /** Adds all of these rows. They can be cleared and used again afterwards. */
    void write(Rows rows) throws IOException;

    /** The memory held by rows that wait for the end of their group. */
    long bufferedBytes();

    /** Ends the row group or stripe now, which gives its memory back. */
    void endGroup() throws IOException;

    /** Completes the file and closes the stream under it. */
    void finish() throws IOException;

    /** Lets go of everything. A file that wasn't finished stays without its end, and nobody can read it. */
    @Override
    void close() throws IOException;
}

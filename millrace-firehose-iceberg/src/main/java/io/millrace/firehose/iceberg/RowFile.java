package io.millrace.firehose.iceberg;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file of a table's rows that is being written, with one row group in memory. Iceberg's own writer would do it but
 * for Hadoop's codecs, and for row groups whose size we decide while we write. Used by one thread.
 */
final class RowFile implements AutoCloseable {
    private static final int CHECK_EVERY_ROWS = 100;
    private static final long GROUP_MAX_BYTES = 24L << 20;
    private static final int PAGE_BYTES = 1 << 20;

    private final String location;
    private final MessageType parquet;
    private final ParquetProperties properties;
    private final PageCompressor compressor;
    private final ParquetValueWriter<Record> rows;
    private final MetricsConfig metrics;
    private final Map<String, String> footer;
    private final org.apache.iceberg.io.PositionOutputStream out;
    private final ParquetFileWriter file;
    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore columns;
    private long groupRows;
    private long written;

    /** @param footer what the file is to say of itself, beside its schema */
    RowFile(
            org.apache.iceberg.io.OutputFile to,
            Schema schema,
            String codec,
            MetricsConfig metrics,
            Map<String, String> footer)
            throws IOException {
        location = to.location();
        parquet = ParquetSchemaUtil.convert(schema, "table");
        properties = ParquetProperties.builder()
                .withPageSize(PAGE_BYTES)
                .withAllocator(HeapByteBufferAllocator.getInstance())
                .build();
        compressor = PageCompressor.of(codec);
        rows = GenericParquetWriter.create(schema, parquet);
        this.metrics = metrics;
        this.footer = new HashMap<>(footer);
        this.footer.put("iceberg.schema", SchemaParser.toJson(schema));
        out = to.create();
        file = new ParquetFileWriter(
                new Target(location, out),
                parquet,
                ParquetFileWriter.Mode.CREATE,
                GROUP_MAX_BYTES,
                0,
                (FileEncryptionProperties) null,
                properties);
        file.start();
        pages = newPages();
        columns = newColumns();
    }

    private ColumnChunkPageWriteStore newPages() {
        return ColumnChunkPageWriteStore.builder()
                .withCompressorProvider(_ -> compressor)
                .withSchema(parquet)
                .withAllocator(properties.getAllocator())
                .withColumnIndexTruncateLength(properties.getColumnIndexTruncateLength())
                .build();
    }

    private ColumnWriteStore newColumns() {
        var store = properties.newColumnWriteStore(parquet, pages, pages);
        rows.setColumnStore(store);
        return store;
    }

    String location() {
        return location;
    }

    /** @param groupMaxBytes the row group ends when it takes more memory than this */
    void add(Record row, long groupMaxBytes) throws IOException {
        rows.write(0, row);
        columns.endRecord();
        groupRows++;
        written++;
        if (groupRows % CHECK_EVERY_ROWS == 0
                && columns.getAllocatedSize() >= Math.min(groupMaxBytes, GROUP_MAX_BYTES)) {
            endGroup();
            pages = newPages();
            columns = newColumns();
        }
    }

    private void endGroup() throws IOException {
        if (groupRows > 0) {
            file.startBlock(groupRows);
            columns.flush();
            pages.flushToFileWriter(file);
            file.endBlock();
            groupRows = 0;
        }
        columns.close();
        pages.close();
    }

    /** What has been written out; rows in memory come on top. */
    long bytesOut() throws IOException {
        return out.getPos();
    }

    /** Ends the file; it is durable when this returns. */
    Finished finish() throws IOException {
        endGroup();
        file.end(footer);
        out.close();
        var read = file.getFooter();
        return new Finished(
                location,
                written,
                out.getPos(),
                ParquetUtil.footerMetrics(read, rows.metrics(), metrics),
                ParquetUtil.getSplitOffsets(read));
    }

    /** Gives up what is in memory; whatever was written is deleted by the caller. */
    @Override
    public void close() throws IOException {
        file.abort();
        columns.close();
        pages.close();
        out.close();
    }

    /** A file that is all there. */
    record Finished(String location, long rows, long bytes, Metrics metrics, List<Long> splitOffsets) {}

    private record Target(String getPath, org.apache.iceberg.io.PositionOutputStream out) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new Counted(out);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return new Counted(out);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    /** Iceberg's stream as Parquet's. Its end is ours to decide. */
    private static final class Counted extends PositionOutputStream {
        private final org.apache.iceberg.io.PositionOutputStream out;

        Counted(org.apache.iceberg.io.PositionOutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}

package io.millrace.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ParquetCompression;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetWriterVersion;

/** A Parquet file that is being written, one row group in memory at a time. */
final class ParquetFile implements ColumnarWriter {
    private static final int BLOCK_BYTES = 256 << 20;
    private static final int PAGE_BYTES = 1 << 20;
    private static final int PAGE_MIN_BYTES = 4 << 10;
    /** A page is written to when it's open; with fewer to a group, pages would be most of its memory. */
    private static final int PAGES_PER_GROUP = 8;
    /** Rows are counted exactly, columns only now and then: asking all of a wide table's costs more than a row. */
    private static final int CHECKS_PER_GROUP = 64;

    private final TableSchema schema;
    private final MessageType parquet;
    private final ParquetProperties properties;
    private final ParquetCompressor compressor;
    private final ParquetFileWriter file;
    private final Output out;
    private final long groupMaxBytes;
    private RowGroup group;
    private boolean finished;

    /** What is in memory of the group that rows are added to. */
    private final class RowGroup {
        final ColumnChunkPageWriteStore pages;
        final ColumnWriteStore store;
        final ParquetColumns columns;
        long rows;
        long bytesSinceCheck;

        RowGroup() {
            pages = ColumnChunkPageWriteStore.builder()
                    .withCompressorProvider(_ -> compressor)
                    .withSchema(parquet)
                    .withAllocator(properties.getAllocator())
                    .withColumnIndexTruncateLength(properties.getColumnIndexTruncateLength())
                    .build();
            store = properties.newColumnWriteStore(parquet, pages, pages);
            columns = new ParquetColumns(schema, parquet, store);
        }

        boolean isFull(long rowBytes) {
            bytesSinceCheck += rowBytes;
            if (bytesSinceCheck < groupMaxBytes / CHECKS_PER_GROUP) {
                return false;
            }
            bytesSinceCheck = 0;
            return store.getAllocatedSize() >= groupMaxBytes;
        }

        void close() {
            store.close();
            pages.close();
        }
    }

    private ParquetFile(ParquetSerDe options, TableSchema schema, OutputStream to, long memoryMaxBytes)
            throws IOException {
        this.schema = schema;
        parquet = ParquetSchema.of(schema);
        int blockBytes = or(options.blockSizeBytes(), BLOCK_BYTES);
        int paddingBytes = or(options.maxPaddingBytes(), 0);
        groupMaxBytes = Math.min(blockBytes, memoryMaxBytes);
        properties = ParquetProperties.builder()
                .withPageSize(Math.clamp(
                        groupMaxBytes / PAGES_PER_GROUP, PAGE_MIN_BYTES, or(options.pageSizeBytes(), PAGE_BYTES)))
                .withDictionaryEncoding(Boolean.TRUE.equals(options.enableDictionaryCompression()))
                .withWriterVersion(
                        options.writerVersion() == ParquetWriterVersion.V2
                                ? ParquetProperties.WriterVersion.PARQUET_2_0
                                : ParquetProperties.WriterVersion.PARQUET_1_0)
                .withAllocator(HeapByteBufferAllocator.getInstance())
                .build();
        compressor =
                ParquetCompressor.of(options.compression() == null ? ParquetCompression.SNAPPY : options.compression());
        out = new Output(to);
        file = new ParquetFileWriter(
                new PaddedTo(out, paddingBytes == 0 ? 0 : blockBytes),
                parquet,
                ParquetFileWriter.Mode.CREATE,
                blockBytes,
                paddingBytes,
                (FileEncryptionProperties) null,
                properties);
        file.start();
        group = new RowGroup();
    }

    static ParquetFile open(@Nullable ParquetSerDe options, TableSchema schema, OutputStream out, long memoryMaxBytes)
            throws IOException {
        var given = options == null ? ParquetSerDe.builder().build() : options;
        return new ParquetFile(given, schema, out, memoryMaxBytes);
    }

    @Override
    public void write(Rows rows) throws IOException {
        if (rows.count() == 0) {
            return;
        }
        long rowBytes = rows.sizeBytes() / rows.count();
        for (int row = 0; row < rows.count(); row++) {
            group.columns.write(rows, row);
            group.rows++;
            if (group.isFull(rowBytes)) {
                endGroup();
            }
        }
    }

    @Override
    public long bufferedBytes() {
        return group.store.getAllocatedSize();
    }

    @Override
    public void endGroup() throws IOException {
        if (group.rows == 0) {
            return;
        }
        file.startBlock(group.rows);
        group.store.flush();
        group.pages.flushToFileWriter(file);
        file.endBlock();
        group.close();
        group = new RowGroup();
    }

    @Override
    public void finish() throws IOException {
        endGroup();
        file.end(Map.of());
        finished = true;
        close();
    }

    @Override
    public void close() throws IOException {
        group.close();
        if (!finished) {
            file.abort();
        }
        file.close();
        out.close();
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    /** Parquet's view of where it writes: blocks are of interest only to padding. */
    private record PaddedTo(Output out, long blockBytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return out;
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return out;
        }

        @Override
        public boolean supportsBlockSize() {
            return blockBytes > 0;
        }

        @Override
        public long defaultBlockSize() {
            return blockBytes;
        }

        @Override
        public String getPath() {
            return "a Parquet file";
        }
    }

    /** Counts what goes by. */
    private static final class Output extends PositionOutputStream {
        private final OutputStream to;
        private long position;

        Output(OutputStream to) {
            this.to = to;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int value) throws IOException {
            to.write(value);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            to.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }
}

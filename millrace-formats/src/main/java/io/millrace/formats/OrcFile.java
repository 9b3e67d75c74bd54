package io.millrace.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.orc.CompressionKind;
import org.apache.orc.MemoryManager;
import org.apache.orc.OrcConf;
import org.apache.orc.TypeDescription;
import org.apache.orc.Writer;
import org.apache.orc.impl.PhysicalFsWriter;
import org.apache.orc.impl.writer.WriterEncryptionVariant;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.OrcCompression;
import software.amazon.awssdk.services.firehose.model.OrcFormatVersion;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;

/** An ORC file that is being written, one stripe in memory at a time, and before it a batch of rows. */
final class OrcFile implements ColumnarWriter {
    private static final int STRIPE_BYTES = 64 << 20;
    private static final int BLOCK_BYTES = 256 << 20;
    private static final int ROW_INDEX_STRIDE = 10_000;
    private static final double PADDING_TOLERANCE = 0.05;
    private static final double FALSE_POSITIVES = 0.05;
    private static final String CHECK_ALWAYS = "1e-9";
    private static final int BATCH_ROWS = 1024;
    /** Where a wide table's encoders take the whole budget, a stripe still gets this part of it on top. */
    private static final int STRIPE_MIN_SHARE = 4;

    private static final int BATCH_MIN_ROWS = 16;
    private static final int BATCHES_PER_BUDGET = 8;
    /** What the encoders of a column have in arrays of their own from the start, which ORC doesn't count. */
    private static final int LEAF_BYTES = 32 << 10;

    private static final int BATCH_MAX_BYTES = 256 << 10;
    private static final int BATCH_KEPT_MAX_BYTES = 2 * BATCH_MAX_BYTES;

    static {
        // ORC would load native libraries that are not there: aircompressor and the JDK have the codecs it needs.
        System.setProperty("orc.compression.zstd.impl", "java");
        System.setProperty("orc.compress.snappy.impl", "aircompressor");
    }

    private final TableSchema schema;
    private final TypeDescription type;
    private final int batchRows;
    private final long fixedBytes;
    private final FSDataOutputStream out;
    private final Stripes stripes;
    private final Writer writer;
    private VectorizedRowBatch batch;
    private OrcColumns columns;
    private long batchBytes;
    private boolean finished;

    private OrcFile(OrcSerDe options, TableSchema schema, OutputStream to, long memoryMaxBytes) throws IOException {
        this.schema = schema;
        type = OrcColumns.typeOf(schema.row());
        batchRows = Math.clamp(
                memoryMaxBytes / BATCHES_PER_BUDGET / OrcColumns.rowBytes(schema.row()), BATCH_MIN_ROWS, BATCH_ROWS);
        fixedBytes = (long) OrcColumns.leaves(schema.row()) * LEAF_BYTES
                + (long) batchRows * OrcColumns.rowBytes(schema.row());
        batch = newBatch();
        columns = new OrcColumns(schema, batch);
        out = new FSDataOutputStream(to);
        long stripeBytes = Math.min(
                or(options.stripeSizeBytes(), STRIPE_BYTES),
                Math.max(memoryMaxBytes - fixedBytes, memoryMaxBytes / STRIPE_MIN_SHARE));
        stripes = new Stripes();
        var orc = org.apache.orc.OrcFile.writerOptions(settings(options))
                .setSchema(type)
                .stripeSize(stripeBytes)
                .blockSize(or(options.blockSizeBytes(), BLOCK_BYTES))
                .rowIndexStride(or(options.rowIndexStride(), ROW_INDEX_STRIDE))
                .blockPadding(Boolean.TRUE.equals(options.enablePadding()))
                .paddingTolerance(Objects.requireNonNullElse(options.paddingTolerance(), PADDING_TOLERANCE))
                .compress(compression(options.compression()))
                .bloomFilterColumns(bloomFilterColumns(options, schema))
                .bloomFilterFpp(
                        Objects.requireNonNullElse(options.bloomFilterFalsePositiveProbability(), FALSE_POSITIVES))
                .version(
                        options.formatVersion() == OrcFormatVersion.V0_11
                                ? org.apache.orc.OrcFile.Version.V_0_11
                                : org.apache.orc.OrcFile.Version.V_0_12)
                .useUTCTimestamp(true)
                .setProlepticGregorian(true)
                .memory(stripes)
                .fileSystem(new FileSystem());
        orc.physicalWriter(new PhysicalFsWriter(out, orc, new WriterEncryptionVariant[0]));
        writer = org.apache.orc.OrcFile.createWriter(new Path("an ORC file"), orc);
    }

    static OrcFile open(OrcSerDe options, TableSchema schema, OutputStream out, long memoryMaxBytes)
            throws IOException {
        return new OrcFile(options, schema, out, memoryMaxBytes);
    }

    @Override
    public void write(Rows rows) throws IOException {
        if (rows.count() == 0) {
            return;
        }
        long rowBytes = rows.sizeBytes() / rows.count();
        for (int row = 0; row < rows.count(); row++) {
            columns.write(rows, row, batch.size++);
            batchBytes += rowBytes;
            if (batch.size == batchRows || batchBytes >= BATCH_MAX_BYTES) {
                writeBatch();
            }
        }
    }

    @Override
    public long bufferedBytes() {
        return fixedBytes + batchBytes + writer.estimateMemory();
    }

    @Override
    public void endGroup() throws IOException {
        writeBatch();
        stripes.endStripe();
    }

    @Override
    public void finish() throws IOException {
        writeBatch();
        writer.close();
        finished = true;
        out.close();
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            out.close();
        }
    }

    private void writeBatch() throws IOException {
        if (batch.size == 0) {
            return;
        }
        writer.addRowBatch(batch);
        if (batchBytes > BATCH_KEPT_MAX_BYTES) {
            // Vectors never shrink: those of a huge record go with it.
            batch = newBatch();
            columns = new OrcColumns(schema, batch);
        } else {
            columns.reset();
        }
        batchBytes = 0;
    }

    private VectorizedRowBatch newBatch() {
        return type.createRowBatch(TypeDescription.RowBatchVersion.ORIGINAL, batchRows);
    }

    private static Configuration settings(OrcSerDe options) {
        var settings = new Configuration();
        settings.set(
                OrcConf.DICTIONARY_KEY_SIZE_THRESHOLD.getAttribute(),
                String.valueOf(Objects.requireNonNullElse(options.dictionaryKeyThreshold(), 0.0)));
        // Look at the stripe's size after each batch and not after thousands of rows, which may be of a megabyte each.
        settings.set(OrcConf.STRIPE_SIZE_CHECKRATIO.getAttribute(), CHECK_ALWAYS);
        // Nothing is encrypted, and Hadoop's own provider of keys would want Hadoop.
        settings.set(OrcConf.KEY_PROVIDER.getAttribute(), "memory");
        return settings;
    }

    private static CompressionKind compression(@Nullable OrcCompression compression) {
        return switch (compression) {
            case ZLIB -> CompressionKind.ZLIB;
            case NONE -> CompressionKind.NONE;
            case null, default -> CompressionKind.SNAPPY;
        };
    }

    /** ORC refuses names that it doesn't know; a filter for a column that has gone is none. */
    private static String bloomFilterColumns(OrcSerDe options, TableSchema schema) {
        List<String> known =
                schema.columns().stream().map(TableSchema.Column::name).toList();
        return options.bloomFilterColumns().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(known::contains)
                .collect(Collectors.joining(","));
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    /** ORC asks after each batch whether its stripe may grow; told to shrink to nothing, it writes the stripe. */
    private static final class Stripes implements MemoryManager {
        private @Nullable Callback writer;

        @Override
        public void addWriter(Path path, long requestedBytes, Callback callback) {
            writer = callback;
        }

        @Override
        public void removeWriter(Path path) {
            writer = null;
        }

        @Override
        @SuppressWarnings("deprecation")
        public void addedRow(int rows) throws IOException {
            if (writer != null) {
                writer.checkMemory(1.0);
            }
        }

        @Override
        public long checkMemory(long previousBytes, Callback callback) throws IOException {
            callback.checkMemory(1.0);
            return previousBytes;
        }

        void endStripe() throws IOException {
            if (writer != null) {
                writer.checkMemory(0.0);
            }
        }
    }
}

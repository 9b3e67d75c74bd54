package io.millrace.formats;

import io.airlift.compress.snappy.SnappyCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import software.amazon.awssdk.services.firehose.model.ParquetCompression;

/** Compresses the pages of one file, one after another. The page writer has copied a result before it asks for the next. */
sealed interface ParquetCompressor extends BytesInputCompressor {
    static ParquetCompressor of(ParquetCompression compression) {
        return switch (compression) {
            case UNCOMPRESSED -> new None();
            case GZIP -> new Gzip();
            default -> new Snappy();
        };
    }

    @Override
    default void release() {}

    /** Pages as they are. */
    record None() implements ParquetCompressor {
        @Override
        public BytesInput compress(BytesInput page) {
            return page;
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.UNCOMPRESSED;
        }
    }

    /** The JDK's. */
    record Gzip() implements ParquetCompressor {
        @Override
        public BytesInput compress(BytesInput page) throws IOException {
            var compressed = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(compressed)) {
                page.writeAllTo(gzip);
            }
            return BytesInput.from(compressed.toByteArray());
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.GZIP;
        }
    }

    /** Aircompressor's, without native code. */
    final class Snappy implements ParquetCompressor {
        private final SnappyCompressor snappy = new SnappyCompressor();
        private byte[] compressed = new byte[0];

        @Override
        public BytesInput compress(BytesInput page) {
            var bytes = page.toByteBuffer(HeapByteBufferAllocator.getInstance(), _ -> {});
            int length = bytes.remaining();
            int room = snappy.maxCompressedLength(length);
            if (compressed.length < room) {
                compressed = new byte[room];
            }
            int from = bytes.arrayOffset() + bytes.position();
            return BytesInput.from(
                    compressed, 0, snappy.compress(bytes.array(), from, length, compressed, 0, compressed.length));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.SNAPPY;
        }
    }
}

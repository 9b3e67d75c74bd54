package io.millrace.firehose.iceberg;

import io.airlift.compress.Compressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Compresses the pages of one file, without native code. Used by one thread. */
sealed interface PageCompressor extends BytesInputCompressor {

    /** @param name as the table property {@code write.parquet.compression-codec} has it; what is not known is zstd */
    static PageCompressor of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "uncompressed", "none" -> new None();
            case "gzip" -> new Gzip();
            case "snappy" -> new Block(CompressionCodecName.SNAPPY, new SnappyCompressor());
            default -> new Block(CompressionCodecName.ZSTD, new ZstdCompressor());
        };
    }

    @Override
    default void release() {}

    /** Pages as they are. */
    record None() implements PageCompressor {
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
    record Gzip() implements PageCompressor {
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

    /** Aircompressor's. */
    record Block(CompressionCodecName codec, Compressor compressor) implements PageCompressor {
        @Override
        public BytesInput compress(BytesInput page) throws IOException {
            var whole = new ByteArrayOutputStream(Math.toIntExact(page.size()));
            page.writeAllTo(whole);
            var plain = whole.toByteArray();
            var compressed = new byte[compressor.maxCompressedLength(plain.length)];
            int length = compressor.compress(plain, 0, plain.length, compressed, 0, compressed.length);
            return BytesInput.from(compressed, 0, length);
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }
    }
}

package io.millrace.firehose.s3;

import io.millrace.firehose.delivery.Batch;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.xerial.snappy.SnappyHadoopCompatibleOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/** Records one after another with nothing between them, compressed as a whole. */
enum Compression implements ObjectFormat {
    UNCOMPRESSED(""),
    GZIP(".gz"),
    ZIP(".zip"),
    SNAPPY(".snappy"),
    HADOOP_SNAPPY(".snappy");

    private static final int BUFFER_BYTES = 64 * 1024;

    /** Delivering threads share few carriers, and compressing never waits by itself. */
    private static final int BYTES_BETWEEN_YIELDS = 1024 * 1024;

    private final String extension;

    Compression(String extension) {
        this.extension = extension;
    }

    @Override
    public String extension() {
        return extension;
    }

    @Override
    public Optional<String> contentEncoding() {
        return this == GZIP ? Optional.of("gzip") : Optional.empty();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // yields to deliveries that wait for a carrier, and counts on nothing else
    public Written write(Batch batch, OutputStream out) throws IOException {
        int count = 0;
        // Closing a compressor must not end the object, which is not complete before it is committed.
        try (var compressed = compressing(batch, new Unclosed(out));
                var records = batch.records()) {
            int sinceYield = 0;
            while (records.hasNext()) {
                var data = records.next().data();
                compressed.write(data);
                count++;
                sinceYield += data.length;
                if (sinceYield >= BYTES_BETWEEN_YIELDS) {
                    sinceYield = 0;
                    Thread.yield();
                }
            }
        }
        return new Written(count, List.of());
    }

    private OutputStream compressing(Batch batch, OutputStream out) throws IOException {
        return switch (this) {
            case UNCOMPRESSED -> new BufferedOutputStream(out, BUFFER_BYTES);
            case GZIP -> new BufferedOutputStream(new FastGzip(out), BUFFER_BYTES);
            case ZIP -> {
                var zip = new ZipOutputStream(out);
                zip.setLevel(Deflater.BEST_SPEED);
                var entry = new ZipEntry(batch.id().toString());
                entry.setTime(batch.oldestArrival().toEpochMilli());
                zip.putNextEntry(entry);
                yield new BufferedOutputStream(zip, BUFFER_BYTES);
            }
            case SNAPPY -> new SnappyOutputStream(out);
            case HADOOP_SNAPPY -> new SnappyHadoopCompatibleOutputStream(out);
        };
    }

    /** Delivery keeps up with what comes in rather than save the last percent. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}

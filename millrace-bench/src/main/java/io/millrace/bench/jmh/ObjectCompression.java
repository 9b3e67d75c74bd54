package io.millrace.bench.jmh;

import io.millrace.bench.requests.WebRequests;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.s3.S3Destinations;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;

/**
 * Records to one compressed object, as S3 gets it, and beside it the JDK's own GZIP over the same bytes in one piece. One
 * operation is five megabytes (10^6 bytes) of records. The objects go nowhere, so no disk is measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ObjectCompression {
    private static final int OBJECT_BYTES = 5_000_000;
    private static final StreamIdentity STREAM = new StreamIdentity("000000000000", "us-east-1", "bench", "arn", "1");

    @Param({"UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"})
    String format = "GZIP";

    private final List<DeliveryRecord> records = new ArrayList<>();
    private byte[] inOnePiece = {};
    private @Nullable Destination destination;

    @Setup
    public void prepare() {
        var requests = new WebRequests(1);
        var all = new ByteArrayOutputStream();
        while (all.size() < OBJECT_BYTES) {
            var data = requests.next();
            all.writeBytes(data);
            records.add(new DeliveryRecord(
                    new RecordPosition("shard", records.size(), 0),
                    Instant.EPOCH,
                    data,
                    new Origin.DirectPut(),
                    Map.of()));
        }
        inOnePiece = all.toByteArray();
        destination = new S3Destinations(ForgetfulStore::new, _ -> {
                    throw new AssertionError("nothing is converted");
                })
                .records(
                        ExtendedS3DestinationConfiguration.builder()
                                .bucketARN("arn:aws:s3:::bench")
                                .compressionFormat(CompressionFormat.fromValue(format))
                                .build(),
                        Duration.ofMinutes(1));
    }

    @Benchmark
    public Attempt recordsToObject() throws InterruptedException {
        return Objects.requireNonNull(destination).attempt(new Listed(records, inOnePiece.length));
    }

    /** What the JDK takes for it at the same level, whatever the format. */
    @Benchmark
    public long gzipOfTheJdk() throws IOException {
        try (var gzip = new FastestGzip()) {
            gzip.write(inOnePiece);
        }
        return inOnePiece.length;
    }

    /** The level that deliveries use. */
    private static final class FastestGzip extends GZIPOutputStream {
        FastestGzip() throws IOException {
            super(OutputStream.nullOutputStream(), 64 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** A batch that is at hand. */
    private record Listed(List<DeliveryRecord> all, long bytes) implements Batch {
        private static final UUID ID = new UUID(1, 2);

        @Override
        public UUID id() {
            return ID;
        }

        @Override
        public StreamIdentity stream() {
            return STREAM;
        }

        @Override
        public String shard() {
            return "shard";
        }

        @Override
        public long lastOffset() {
            return count() - 1L;
        }

        @Override
        public int count() {
            return all.size();
        }

        @Override
        public Instant oldestArrival() {
            return Instant.EPOCH;
        }

        @Override
        public Map<String, String> partitionKeys() {
            return Map.of();
        }

        @Override
        public Records records() {
            return new Reading(all.iterator());
        }
    }

    private record Reading(Iterator<DeliveryRecord> left) implements Batch.Records {
        @Override
        public boolean hasNext() {
            return left.hasNext();
        }

        @Override
        public DeliveryRecord next() {
            return left.next();
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }
}

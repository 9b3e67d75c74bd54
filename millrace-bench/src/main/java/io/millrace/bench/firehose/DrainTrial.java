package io.millrace.bench.firehose;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.firehose.Definitions.Buffering;
import io.millrace.bench.firehose.Service.Api;
import io.millrace.bench.requests.WebRequests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;

/**
 * How fast a backlog gets to a folder, and what it costs. Records are put while the bucket takes nothing; then it does. The
 * first object is the warm-up, what comes after it counts: read from the log, made into objects, synced.
 */
final class DrainTrial {
    static final String SCENARIO = "drain";

    private static final Duration DRAINS_WITHIN = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(5);
    private static final int LOOKS_BEFORE_ASKING = 20;
    private static final int BODIES = 40;
    private static final int BATCH_RECORDS = 500;
    private static final int CONNECTIONS = 4;
    private static final Pattern DELIVERED =
            Pattern.compile("(?m)^DeliveryToS3_Bytes_total\\{DeliveryStreamName=\"([^\"]+)\"[^}]*} (\\S+)");

    /** A link there makes a bucket that takes no files and is not missing either, so that deliveries try again. */
    private static final Path TAKES_NO_FILES = Path.of("/proc/self");

    /** What objects are. */
    enum Form {
        NONE("none", Definitions.compression("UNCOMPRESSED")) {
            @Override
            OptionalLong contentBytes(Path object) throws IOException {
                return OptionalLong.of(Files.size(object));
            }
        },
        GZIP("GZIP", Definitions.compression("GZIP")) {
            @Override
            OptionalLong contentBytes(Path object) throws IOException {
                try (var content = new GZIPInputStream(Files.newInputStream(object), 1 << 16)) {
                    return OptionalLong.of(length(content));
                }
            }
        },
        ZIP("ZIP", Definitions.compression("ZIP")) {
            @Override
            OptionalLong contentBytes(Path object) throws IOException {
                try (var content = new ZipInputStream(Files.newInputStream(object))) {
                    return OptionalLong.of(content.getNextEntry() == null ? 0 : length(content));
                }
            }
        },
        SNAPPY("Snappy", Definitions.compression("Snappy")),
        PARQUET("Parquet, Snappy", Definitions.conversion("ParquetSerDe")),
        ORC("ORC, Snappy", Definitions.conversion("OrcSerDe"));

        private final String label;
        private final String definition;

        Form(String label, String definition) {
            this.label = label;
            this.definition = definition;
        }

        String label() {
            return label;
        }

        /** The bytes of the records in it; nothing where the JDK can't read it. */
        OptionalLong contentBytes(Path object) throws IOException {
            return OptionalLong.empty();
        }

        private boolean converts() {
            return this == PARQUET || this == ORC;
        }

        private static long length(InputStream content) throws IOException {
            return content.transferTo(OutputStream.nullOutputStream());
        }
    }

    /**
     * One PutRecordBatch.
     *
     * @param records without the name of the delivery stream
     */
    private record Body(String records, long bytes) {
        private String to(String name) {
            return "{\"DeliveryStreamName\":\"" + name + "\"," + records;
        }
    }

    /** Where a drain was at a moment. */
    private record Sample(long nanos, Duration cpu, long bytes) {}

    private final Plan plan;
    private final List<Body> bodies = new ArrayList<>();

    DrainTrial(Plan plan) {
        this.plan = plan;
        var requests = new WebRequests(1);
        for (int i = 0; i < BODIES; i++) {
            bodies.add(body(requests));
        }
    }

    private static Body body(WebRequests requests) {
        var json = new StringBuilder("\"Records\":[");
        long bytes = 0;
        for (int i = 0; i < BATCH_RECORDS; i++) {
            var record = requests.next();
            bytes += record.length;
            json.append(i == 0 ? "" : ",")
                    .append("{\"Data\":\"")
                    .append(Base64.getEncoder().encodeToString(record))
                    .append("\"}");
        }
        return new Body(json.append("]}").toString(), bytes);
    }

    void measure() throws IOException, InterruptedException {
        var data = Files.createTempDirectory(plan.work(), "drain-");
        try (var server = RunningServer.start(plan.launcher(), data)) {
            server.service().ask(Api.GLUE, "CreateDatabase", Definitions.database());
            server.service().ask(Api.GLUE, "CreateTable", Definitions.table());
            for (int repeat = 0; repeat < plan.repeats(); repeat++) {
                for (var form : Form.values()) {
                    drain(
                            server,
                            data.resolve("objects")
                                    .resolve("drain-" + repeat + "-"
                                            + form.name().toLowerCase(Locale.ROOT)),
                            form);
                }
            }
        }
        Folders.delete(data);
    }

    private void drain(RunningServer server, Path bucket, Form form) throws IOException, InterruptedException {
        var service = server.service();
        var name = bucket.getFileName().toString();
        Files.createDirectories(bucket.getParent());
        Files.createSymbolicLink(bucket, TAKES_NO_FILES);
        // The least that the service takes for what is converted.
        var buffering = new Buffering(form.converts() ? 64 : 16, 5);
        service.ask(
                Api.FIREHOSE,
                "CreateDeliveryStream",
                Definitions.direct(name, Definitions.bucket(name, "to/", buffering, form.definition)));
        long wanted = form.converts() ? plan.drainMaxBytes() * 2 / 3 : plan.drainMaxBytes();
        long put = fill(service, name, wanted);
        Files.delete(bucket);
        long objects = 0;
        var first = next(server, bucket, 0);
        var last = first;
        // The last buffer is not full, and waits for its interval.
        while (put - last.bytes >= (long) buffering.mebibytes() << 20) {
            last = next(server, bucket, last.bytes);
            objects++;
        }
        var rest = last;
        while (rest.bytes < put) {
            rest = next(server, bucket, rest.bytes);
        }
        long stored = check(bucket, form, put);
        double seconds = (last.nanos - first.nanos) / 1e9;
        double cpuSeconds = last.cpu.minus(first.cpu).toNanos() / 1e9;
        long drained = last.bytes - first.bytes;
        plan.tell(Figure.of(PutsTrial.MILLRACE, SCENARIO)
                .with("form", form.label)
                .with("objects", objects)
                .with("payload_bytes_per_second", drained / seconds)
                .with("payload_bytes_per_cpu_second", drained / cpuSeconds)
                .with("server_cores", cpuSeconds / seconds)
                .with("stored_share", (double) stored / put));
        service.ask(Api.FIREHOSE, "DeleteDeliveryStream", "{\"DeliveryStreamName\":\"" + name + "\"}");
        Folders.delete(bucket);
    }

    /** Returns how many bytes the objects have. */
    private static long check(Path bucket, Form form, long put) throws IOException {
        long stored = 0;
        long content = 0;
        boolean readable = true;
        for (var object : Folders.files(bucket)) {
            stored += Files.size(object);
            var bytes = form.contentBytes(object);
            readable &= bytes.isPresent();
            content += bytes.orElse(0);
        }
        if (readable && content != put) {
            throw new IOException("of " + put + " bytes that were put, " + content + " are in the objects");
        }
        return stored;
    }

    /** Returns how many bytes were put. */
    private long fill(Service service, String name, long wanted) throws IOException, InterruptedException {
        var next = new AtomicInteger();
        int calls = Math.toIntExact(Math.ceilDiv(wanted, bodies.getFirst().bytes));
        Callable<Long> putting = () -> {
            long put = 0;
            for (int call = next.getAndIncrement(); call < calls; call = next.getAndIncrement()) {
                var body = bodies.get(call % BODIES);
                var answer = service.ask(Api.FIREHOSE, "PutRecordBatch", body.to(name));
                if (!answer.contains("\"FailedPutCount\":0")) {
                    throw new IOException("records were refused: " + answer);
                }
                put += body.bytes;
            }
            return put;
        };
        try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            long put = 0;
            for (var one : threads.invokeAll(Collections.nCopies(CONNECTIONS, putting))) {
                put += one.get();
            }
            return put;
        } catch (ExecutionException e) {
            throw new IOException("puts failed: " + e.getCause(), e);
        }
    }

    /** Waits until more is delivered than so many bytes. */
    private static Sample next(RunningServer server, Path bucket, long bytes) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + DRAINS_WITHIN.toNanos();
        var name = bucket.getFileName().toString();
        while (System.nanoTime() < giveUpAt) {
            int objects = Folders.files(bucket).size();
            long now = System.nanoTime();
            long delivered = deliveredBytes(server.service(), name);
            if (delivered > bytes) {
                return new Sample(now, server.cpu(), delivered);
            }
            // Asking for metrics costs the server something, looking into the folder nothing.
            for (int look = 0; look < LOOKS_BEFORE_ASKING; look++) {
                Thread.sleep(LOOK_AGAIN_AFTER);
                if (Folders.files(bucket).size() != objects) {
                    break;
                }
            }
        }
        throw new IOException("not all was delivered within " + DRAINS_WITHIN.toSeconds() + " s");
    }

    private static long deliveredBytes(Service service, String name) throws IOException, InterruptedException {
        return DELIVERED
                .matcher(service.metrics())
                .results()
                .filter(line -> line.group(1).equals(name))
                .mapToLong(line -> (long) Double.parseDouble(line.group(2)))
                .findFirst()
                .orElse(0);
    }
}

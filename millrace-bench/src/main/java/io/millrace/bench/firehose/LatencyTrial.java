package io.millrace.bench.firehose;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.firehose.Definitions.Buffering;
import io.millrace.bench.firehose.Service.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;

/** How long a record takes from before its put to where it is delivered, where nothing is buffered and there is time to spare. */
final class LatencyTrial {
    static final String SCENARIO = "put to destination";

    private static final Duration PUTS_APART = Duration.ofMillis(10);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration ARRIVES_WITHIN = Duration.ofSeconds(15);
    private static final String PADDING = "x".repeat(80);

    private final Plan plan;

    /** Where records are put. */
    enum Source {
        DIRECT_PUT("Direct PUT", "puts"),
        STREAM("a stream", "stream");

        private final String label;
        /** In names. */
        private final String word;

        Source(String label, String word) {
            this.label = label;
            this.word = word;
        }
    }

    LatencyTrial(Plan plan) {
        this.plan = plan;
    }

    void measure() throws IOException, InterruptedException {
        var data = Files.createTempDirectory(plan.work(), "latency-");
        try (var server = RunningServer.start(plan.launcher(), data)) {
            for (var source : Source.values()) {
                toFolder(server.service(), source, data);
                toEndpoint(server.service(), source);
            }
        }
        Folders.delete(data);
    }

    private void toFolder(Service service, Source source, Path data) throws IOException, InterruptedException {
        var name = "folder-" + source.word;
        create(
                service,
                source,
                name,
                Definitions.bucket(name, "to/", Buffering.NONE, Definitions.compression("UNCOMPRESSED")));
        var arrivals = new Arrivals();
        // The folder is there with the first object.
        put(service, source, name, arrivals.sent());
        try (var _ = WatchedFolder.open(data.resolve("objects").resolve(name).resolve("to"), arrivals)) {
            measure(service, source, name, arrivals, "a folder");
        }
    }

    private void toEndpoint(Service service, Source source) throws IOException, InterruptedException {
        var name = "endpoint-" + source.word;
        var arrivals = new Arrivals();
        try (var endpoint = new Endpoint(arrivals)) {
            create(service, source, name, Definitions.endpoint(endpoint.url(), Buffering.NONE));
            measure(service, source, name, arrivals, "an HTTP endpoint");
            service.ask(Api.FIREHOSE, "DeleteDeliveryStream", "{\"DeliveryStreamName\":\"" + name + "\"}");
        }
    }

    private static void create(Service service, Source source, String name, String destination)
            throws IOException, InterruptedException {
        switch (source) {
            case DIRECT_PUT -> service.ask(Api.FIREHOSE, "CreateDeliveryStream", Definitions.direct(name, destination));
            case STREAM -> {
                service.ask(Api.STREAMS, "CreateStream", "{\"StreamName\":\"" + name + "\",\"ShardCount\":1}");
                while (!service.ask(Api.STREAMS, "DescribeStreamSummary", "{\"StreamName\":\"" + name + "\"}")
                        .contains("\"ACTIVE\"")) {
                    LockSupport.parkNanos(PUTS_APART.toNanos());
                }
                service.ask(Api.FIREHOSE, "CreateDeliveryStream", Definitions.following(name, name, destination));
            }
        }
    }

    private void measure(Service service, Source source, String name, Arrivals arrivals, String destination)
            throws IOException, InterruptedException {
        putFor(service, source, name, arrivals, WARM_UP);
        int warmUp = arrivals.count();
        putFor(service, source, name, arrivals, plan.measured());
        if (!arrivals.awaitAll(ARRIVES_WITHIN)) {
            throw new IOException(arrivals.missing() + " records from " + source.label + " to " + destination
                    + " are not delivered after " + ARRIVES_WITHIN.toSeconds() + " s");
        }
        plan.tell(Figure.of(PutsTrial.MILLRACE, SCENARIO)
                .with("source", source.label)
                .with("destination", destination)
                .with("records", arrivals.count() - warmUp)
                .with(arrivals.latencies(warmUp)));
    }

    /** One after another, each at its time: a slow one delays none but those it can't be put beside. */
    private static void putFor(Service service, Source source, String name, Arrivals arrivals, Duration wait)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        for (long at = 0; at < wait.toNanos(); at += PUTS_APART.toNanos()) {
            LockSupport.parkNanos(began + at - System.nanoTime());
            put(service, source, name, arrivals.sent());
        }
    }

    private static void put(Service service, Source source, String name, int number)
            throws IOException, InterruptedException {
        var line = number + " " + PADDING + "\n";
        var data = Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.US_ASCII));
        switch (source) {
            case DIRECT_PUT ->
                service.ask(
                        Api.FIREHOSE,
                        "PutRecord",
                        "{\"DeliveryStreamName\":\"" + name + "\",\"Record\":{\"Data\":\"" + data + "\"}}");
            case STREAM ->
                service.ask(
                        Api.STREAMS,
                        "PutRecord",
                        "{\"StreamName\":\"" + name + "\",\"PartitionKey\":\"key\",\"Data\":\"" + data + "\"}");
        }
    }
}

package io.millrace.bench.firehose;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.firehose.Definitions.Buffering;
import io.millrace.bench.firehose.Service.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a server with many delivery streams holds and does while nothing comes, how it starts with them, and how long it takes
 * until all deliver again that were busy when it was killed.
 */
final class ManyTrial {
    static final String IDLE = "idle";
    static final String KILLED = "killed while all were busy";

    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(3);
    private static final Duration WATCHED = Duration.ofSeconds(4);
    private static final Duration BUSY = Duration.ofSeconds(4);
    private static final Duration DELIVERS_WITHIN = Duration.ofSeconds(90);
    private static final String BUCKET = "many";

    private final Plan plan;

    ManyTrial(Plan plan) {
        this.plan = plan;
    }

    void measure() throws IOException, InterruptedException {
        var data = Files.createTempDirectory(plan.work(), "many-");
        // What a first start makes later ones find.
        RunningServer.start(plan.launcher(), data).close();
        try (var server = RunningServer.start(plan.launcher(), data)) {
            idle(server, 0);
            create(server);
        }
        try (var server = RunningServer.start(plan.launcher(), data)) {
            idle(server, plan.many());
        }
        busy(data);
        Folders.delete(data);
    }

    private void create(RunningServer server) throws IOException, InterruptedException {
        for (int number = 0; number < plan.many(); number++) {
            server.service()
                    .ask(
                            Api.FIREHOSE,
                            "CreateDeliveryStream",
                            Definitions.direct(
                                    BusyStreams.name(number),
                                    Definitions.bucket(
                                            BUCKET,
                                            BusyStreams.name(number) + "/",
                                            Buffering.NONE,
                                            Definitions.compression("UNCOMPRESSED"))));
        }
    }

    private void idle(RunningServer server, int deliveryStreams) throws IOException, InterruptedException {
        Thread.sleep(SETTLES_WITHIN);
        var before = server.cpu();
        long began = System.nanoTime();
        Thread.sleep(WATCHED);
        double cores = (double) server.cpu().minus(before).toNanos() / (System.nanoTime() - began);
        long resident = server.residentBytes();
        plan.tell(Figure.of(PutsTrial.MILLRACE, IDLE)
                .with("delivery_streams", deliveryStreams)
                .with("first_reply_millis", millis(server.firstReply()))
                .with("server_cores", cores)
                .with("resident_bytes", resident)
                .with("live_heap_bytes", server.liveHeapBytes()));
    }

    /** Kills it in the midst of puts, and counts every record afterwards. */
    private void busy(Path data) throws IOException, InterruptedException {
        var streams = new BusyStreams(plan.many(), data.resolve("objects").resolve(BUCKET));
        long acknowledged;
        try (var server = RunningServer.start(plan.launcher(), data)) {
            acknowledged = streams.putFor(server.service(), BUSY, server::kill);
        }
        try (var server = RunningServer.start(plan.launcher(), data)) {
            streams.putToAll(server.service());
            if (!streams.awaitAll(DELIVERS_WITHIN)) {
                throw new IOException(streams.missing() + " records that were acknowledged are not delivered after "
                        + DELIVERS_WITHIN.toSeconds() + " s");
            }
            plan.tell(Figure.of(PutsTrial.MILLRACE, KILLED)
                    .with("delivery_streams", plan.many())
                    .with("first_reply_millis", millis(server.firstReply()))
                    .with("all_deliver_millis", (streams.lastSeenNanos() - server.startedNanos()) / 1e6)
                    .with("resident_peak_bytes", server.residentPeakBytes())
                    .with("acknowledged", acknowledged)
                    .with("delivered_twice", streams.twice()));
        }
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}

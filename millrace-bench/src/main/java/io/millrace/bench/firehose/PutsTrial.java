package io.millrace.bench.firehose;

import io.millrace.bench.firehose.Definitions.Buffering;
import io.millrace.bench.firehose.Service.Api;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * PutRecordBatch beside PutRecords, in turns, with the same driver and the same records: alone, where the destination takes
 * nothing, and with all of it delivered to a folder meanwhile.
 */
final class PutsTrial {
    static final String MILLRACE = "Millrace";
    static final String ALONE = "Firehose, puts alone";
    static final String DELIVERED = "Firehose, delivered to a folder meanwhile";
    static final String PEER = "moto, kept in memory";

    private static final String PUT_RECORDS = "put-records";
    private static final String PUT_RECORD_BATCH = "put-record-batch";
    private static final Duration DRIVER_STARTS_AND_ENDS_WITHIN = Duration.ofSeconds(60);
    private static final Duration DRIVEN_BEFORE = Duration.ofSeconds(3);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(50);
    private static final Duration PEER_STARTS_WITHIN = Duration.ofSeconds(30);

    private final Plan plan;
    private final Programs programs;

    PutsTrial(Plan plan, Programs programs) {
        this.plan = plan;
        this.programs = programs;
    }

    void measure() throws IOException, InterruptedException {
        var data = Files.createTempDirectory(plan.work(), "puts-");
        try (var server = RunningServer.start(plan.launcher(), data)) {
            for (var scenario : List.of(PUT_RECORDS, PUT_RECORD_BATCH)) {
                warm(server, scenario);
            }
            for (int repeat = 0; repeat < plan.repeats(); repeat++) {
                streams(server, 4);
                deliveryStream(server, ALONE, takesNothing());
                streams(server, 1);
                deliveryStream(server, DELIVERED, folder());
            }
        }
        Folders.delete(data);
    }

    private void warm(RunningServer server, String scenario) throws IOException, InterruptedException {
        create(server.service(), "warm-up", takesNothing());
        drive(
                server,
                scenario,
                DRIVEN_BEFORE,
                "--warm-up-seconds",
                "0",
                "--delivery-stream",
                "warm-up",
                "--seconds",
                seconds(DRIVEN_BEFORE));
        delete(server.service(), "warm-up");
    }

    private void streams(RunningServer server, int shards) throws IOException, InterruptedException {
        measured(server, PUT_RECORDS, MILLRACE, "--shards", Integer.toString(shards));
    }

    private void deliveryStream(RunningServer server, String label, String destination)
            throws IOException, InterruptedException {
        create(server.service(), "puts", destination);
        measured(server, PUT_RECORD_BATCH, label, "--shards", "1", "--delivery-stream", "puts");
        delete(server.service(), "puts");
    }

    private void measured(RunningServer server, String scenario, String label, String... more)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(
                "--server",
                label,
                "--server-pid",
                Long.toString(server.pid()),
                "--warm-up-seconds",
                seconds(plan.warmUp()),
                "--seconds",
                seconds(plan.measured()),
                "--json",
                plan.rows().toString()));
        arguments.addAll(Arrays.asList(more));
        drive(server, scenario, plan.warmUp().plus(plan.measured()), arguments.toArray(String[]::new));
    }

    private void drive(RunningServer server, String scenario, Duration takes, String... more)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(
                "--endpoint", server.service().endpoint().toString(), "--scenarios", scenario, "--encodings", "json"));
        arguments.addAll(Arrays.asList(more));
        programs.load(takes.plus(DRIVER_STARTS_AND_ENDS_WITHIN), arguments.toArray(String[]::new));
    }

    /** Nobody listens there: of all that is put, no more than a buffer or two is read again. */
    private static String takesNothing() throws IOException {
        return Definitions.endpoint(URI.create("http://127.0.0.1:" + RunningServer.freePort()), new Buffering(1, 60));
    }

    private static String folder() {
        return Definitions.bucket("puts", "", new Buffering(64, 60), Definitions.compression("UNCOMPRESSED"));
    }

    private static void create(Service service, String name, String destination)
            throws IOException, InterruptedException {
        service.ask(Api.FIREHOSE, "CreateDeliveryStream", Definitions.direct(name, destination));
    }

    private static void delete(Service service, String name) throws IOException, InterruptedException {
        service.ask(Api.FIREHOSE, "DeleteDeliveryStream", "{\"DeliveryStreamName\":\"" + name + "\"}");
    }

    /** The one other implementation that delivers anything; it keeps all in memory, and is asked for less. */
    void measurePeer(Path installed) throws IOException, InterruptedException {
        int port = RunningServer.freePort();
        var command = List.of(
                installed.resolve("bin/moto_server").toString(), "-H", "127.0.0.1", "-p", Integer.toString(port));
        try (var server = RunningServer.start(command, port)) {
            long giveUpAt = System.nanoTime() + PEER_STARTS_WITHIN.toNanos();
            while (!listens(server)) {
                if (!server.isAlive() || System.nanoTime() > giveUpAt) {
                    throw new IOException("moto did not start");
                }
                Thread.sleep(ASK_AGAIN_AFTER);
            }
            server.service().createBucket("puts");
            create(server.service(), "puts", folder());
            measured(server, PUT_RECORD_BATCH, PEER, "--shards", "1", "--delivery-stream", "puts");
        }
    }

    private static boolean listens(RunningServer server) {
        try {
            server.knock();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String seconds(Duration duration) {
        return Double.toString(duration.toMillis() / 1000.0);
    }
}

package io.millrace.bench.suite;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import io.millrace.bench.machine.Machine;
import io.millrace.bench.suite.SuiteOptions.Step;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Measures one after the other and writes the report. Leaves with 1 when something went wrong; the report says what. */
public final class Suite {
    private static final int SOMETHING_WENT_WRONG = 1;
    private static final int WRONG_USAGE = 2;
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(2);
    /** From the start of the server to where what it does for being started is over. */
    private static final Duration BECOMES_WARM_WITHIN = Duration.ofSeconds(5);

    private static final Duration PROFILED_MIN = Duration.ofSeconds(6);
    private static final Duration JCMD_MAX = Duration.ofSeconds(30);
    private static final String USUAL = "put-records,put-record,get-records";
    private static final String PUTS = "put-records,put-record";
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern URL = Pattern.compile("http://[0-9a-zA-Z.:]+");

    private final SuiteOptions options;
    private final Ground ground;
    private final Drivers drivers;
    private final Notes notes = new Notes();
    private final Instant startedAt = Instant.now();

    private Suite(SuiteOptions options) {
        this.options = options;
        ground = options.ground();
        drivers = new Drivers(options);
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        try {
            System.exit(new Suite(SuiteOptions.parse(new Arguments(words))).run() ? 0 : SOMETHING_WENT_WRONG);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_USAGE);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        var machine = Machine.now(ground.work());
        if (options.has(Step.LIMITS)) {
            notes.attempt("the machine's limits", drivers::limits);
            notes.attempt("the driver against the sink", this::sink);
        }
        if (options.endpoint().isPresent()) {
            var server = new Server("server", options.endpoint().get(), nobody(), Duration.ZERO);
            notes.attempt(server.endpoint().toString(), () -> drivers.load(server, USUAL, "json,cbor"));
        } else {
            own();
            others();
        }
        var profile =
                options.recordings().isPresent() ? profile(options.recordings().get()) : "";
        new Report(
                        new Results(Figure.readAll(ground.rows())),
                        options,
                        notes,
                        machine,
                        profile,
                        Duration.between(startedAt, Instant.now()))
                .write();
        return notes.failures().isEmpty();
    }

    private void own() throws InterruptedException {
        if (options.has(Step.START)) {
            notes.attempt("Millrace: starting", this::startOften);
        }
        if (options.has(Step.MAIN)) {
            notes.attempt(
                    "Millrace just started",
                    () -> withServer(
                            Millrace.justStarted(),
                            (server, _) -> drivers.load(server, USUAL, "json", "--repeats", "1")));
        }
        if (options.has(Step.MAIN) || options.has(Step.PUSH) || options.has(Step.COLD)) {
            notes.attempt("Millrace", () -> withServer(Millrace.asShipped(), this::driveOwn));
        }
        if (options.has(Step.NOSYNC)) {
            notes.attempt(
                    "Millrace without sync",
                    () -> withServer(Millrace.withoutSync(), (server, _) -> {
                        drivers.warm(server, PUTS, "json", Subject.USUAL_SHARDS);
                        drivers.load(server, PUTS, "json");
                    }));
        }
        if (options.has(Step.GROWTH)) {
            for (int shards : options.growthShards()) {
                notes.attempt("Millrace with " + shards + " shards", () -> grow(shards));
            }
        }
        if (options.has(Step.LOG)) {
            notes.attempt("the log alone", drivers::log);
        }
        if (options.has(Step.STORED)) {
            notes.attempt("Millrace with " + options.storedRecords() + " records", drivers::stored);
        }
    }

    private void others() throws InterruptedException {
        if (options.has(Step.PEERS)) {
            for (var peer : options.peers()) {
                if (peer.missing().isPresent()) {
                    notes.skip(peer.label(), peer.missing().get());
                } else {
                    notes.attempt(peer.label(), () -> {
                        peer.install(ground);
                        withServer(peer, (server, _) -> drivePeer(peer, server));
                    });
                }
            }
        }
        if (options.has(Step.KAFKA)) {
            if (options.kafkaClassPath().isEmpty()) {
                notes.skip("Kafka", options.kafkaMissing());
            } else {
                notes.attempt("Kafka", () -> new Kafka(options).measure(notes));
            }
        }
    }

    private void sink() throws IOException, InterruptedException {
        var command = ground.driver("io.millrace.bench.sink.HttpSink");
        try (var child = Child.start(ground, command, Map.of())) {
            var url = URL.matcher(child.lastWords());
            while (!url.find()) {
                if (!child.isAlive()) {
                    throw new IOException("the sink did not start; " + child.lastWords());
                }
                Thread.sleep(10);
                url = URL.matcher(child.lastWords());
            }
            var server = new Server("sink", URI.create(url.group()), child, Duration.ZERO);
            drivers.load(server, "put-records,put-record", "json,cbor", "--repeats", "1");
        }
    }

    /** The first start is not counted: it may have things to make that later ones find. */
    private void startOften() throws IOException, InterruptedException {
        var data = ground.work().resolve("starts");
        Server.start(Millrace.asShipped(), ground, data).close();
        for (int start = 0; start < options.starts(); start++) {
            try (var server = Server.start(Millrace.asShipped(), ground, data)) {
                firstReply(server);
            }
        }
        delete(data);
    }

    private void driveOwn(Server server, Path data) throws IOException, InterruptedException {
        notes.attempt("Millrace: warming up", () -> drivers.warm(server, USUAL, "json,cbor", Subject.USUAL_SHARDS));
        if (options.has(Step.MAIN)) {
            notes.attempt(
                    "Millrace: PutRecords, PutRecord, GetRecords", () -> drivers.load(server, USUAL, "json,cbor"));
            notes.attempt(
                    "Millrace: PutRecord on 16 connections",
                    () -> drivers.load(server, "put-record", "json", "--connections", "16"));
            notes.attempt("Millrace: mixed", () -> drivers.load(server, "mixed", "json"));
        }
        if (options.has(Step.PUSH)) {
            notes.attempt("Millrace: put to event", () -> drivers.push(server));
            notes.attempt("Millrace: fan-out", () -> drivers.fanOut(server));
        }
        if (options.has(Step.COLD)) {
            notes.attempt(
                    "Millrace: cold drain",
                    () -> drivers.load(server, "cold-drain", "json,cbor", "--cold-dir", data.toString()));
        }
    }

    private void drivePeer(Peer peer, Server server) throws IOException, InterruptedException {
        firstReply(server);
        notes.attempt(peer.label() + ": driven", () -> drivers.load(server, USUAL, "json"));
        if (peer.pushes()) {
            notes.attempt(peer.label() + ": put to event", () -> drivers.push(server));
        }
    }

    /** Puts into streams of so many shards beside one that stays, then cuts it down and starts it again. */
    private void grow(int shards) throws IOException, InterruptedException {
        var data = ground.work().resolve("growth");
        var contender = Millrace.withManyShards();
        try (var server = Server.start(contender, ground, data)) {
            drivers.warm(server, PUTS, "json", shards);
            // The same requests to all: those that reach 10,000 shards fill a cache that those for one hardly touch.
            drivers.load(
                    server,
                    PUTS,
                    "json",
                    "--shards",
                    Integer.toString(shards),
                    "--keys-for-shards",
                    Integer.toString(Collections.max(options.growthShards())));
            server.createStream("stays", shards);
            Thread.sleep(SETTLES_WITHIN);
            server.child().kill();
        }
        for (int start = 0; start < options.repeats(); start++) {
            try (var server = Server.start(contender, ground, data)) {
                Figure.of(Names.MILLRACE, "start after kill -9")
                        .with("shards", shards)
                        .with("millis", server.firstReplyAfter().toNanos() / 1e6)
                        .appendTo(ground.rows());
                Thread.sleep(SETTLES_WITHIN);
                resident(server, "idle", server.child().residentBytes(), shards);
                liveHeap(server, shards);
                server.child().kill();
            }
        }
        delete(data);
    }

    private void liveHeap(Server server, int shards) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var histogram = Child.run(
                ground, List.of(jcmd, Long.toString(server.child().mainPid()), "GC.class_histogram"), JCMD_MAX);
        var total = HISTOGRAM_TOTAL.matcher(histogram);
        if (total.find()) {
            Figure.of(server.label(), "live heap")
                    .with("shards", shards)
                    .with("bytes", Double.parseDouble(total.group(1)))
                    .appendTo(ground.rows());
        }
    }

    private String profile(Path recordings) throws IOException, InterruptedException {
        Files.createDirectories(recordings);
        var text = new StringBuilder();
        for (var scenario : List.of("put-records", "put-record", "get-records")) {
            notes.attempt("Millrace: profile of " + scenario, () -> {
                var recording = recordings.resolve(scenario + ".jfr");
                Files.deleteIfExists(recording);
                var begin = Instant.now().plus(options.warmUp()).plus(BECOMES_WARM_WITHIN);
                withServer(
                        Millrace.recorded(recording),
                        (server, _) -> drivers.load(
                                server, scenario, "json", "--repeats", "1", "--seconds", profiledSeconds()));
                text.append("\n#### ")
                        .append(scenario)
                        .append(" (JSON)\n\n")
                        .append(Profile.of(recording, begin).markdown());
            });
        }
        return text.toString();
    }

    private String profiledSeconds() {
        return Drivers.seconds(
                Math.max(PROFILED_MIN.toMillis(), options.measured().toMillis()));
    }

    /** What is done with a server while it runs. */
    private interface Use {
        void with(Server server, Path data) throws IOException, InterruptedException;
    }

    private void withServer(Contender contender, Use use) throws IOException, InterruptedException {
        var data = Files.createTempDirectory(ground.work(), "data-");
        try (var server = Server.start(contender, ground, data)) {
            Thread.sleep(SETTLES_WITHIN);
            resident(server, "idle", server.child().residentBytes(), 0);
            use.with(server, data);
            resident(server, "peak", server.child().residentPeakBytes(), 0);
        } finally {
            delete(data);
        }
    }

    private void firstReply(Server server) throws IOException {
        Figure.of(server.label(), "start to first reply")
                .with("millis", server.firstReplyAfter().toNanos() / 1e6)
                .appendTo(ground.rows());
    }

    private void resident(Server server, String when, OptionalLong bytes, int shards) throws IOException {
        if (bytes.isPresent()) {
            Figure.of(server.label(), "resident, " + when)
                    .with("shards", shards)
                    .with("bytes", bytes.getAsLong())
                    .appendTo(ground.rows());
        }
    }

    /** Stands for a process that is not ours. */
    private Child nobody() throws IOException {
        return Child.start(ground, List.of("true"), Map.of());
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        var all = new ArrayList<Path>();
        try (var walk = Files.walk(directory)) {
            walk.forEach(all::add);
        }
        for (var path : all.reversed()) {
            Files.deleteIfExists(path);
        }
    }
}

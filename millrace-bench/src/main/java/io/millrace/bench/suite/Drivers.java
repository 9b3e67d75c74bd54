package io.millrace.bench.suite;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sends the drivers against servers; they append what they measured to the rows. */
record Drivers(SuiteOptions options) {
    private static final String LOAD = "io.millrace.bench.load.LoadDriver";
    private static final String PUSH = "io.millrace.bench.push.PushDriver";
    private static final String LIMITS = "io.millrace.bench.limits.Limits";
    private static final String LOG_LOAD = "io.millrace.bench.logload.LogLoadDriver";
    private static final String STORED = "io.millrace.bench.stored.StoredDriver";
    private static final int LOG_WORKLOADS = 3;
    private static final Duration LOG_OPENS_AND_CLOSES_WITHIN = Duration.ofSeconds(30);
    /** A tenth of what is usual. */
    private static final int STORED_RECORDS_PER_SECOND_MIN = 50_000;

    private static final Duration STORED_MEASURES_WITHIN = Duration.ofMinutes(3);
    private static final int LIMIT_MILLIS_MAX = 1000;
    private static final int LIMITS_COUNT = 14;
    private static final int FAN_OUT_CONSUMERS = 10;
    /** Bounds how long filling takes where a server is slow, and how much there is to read where it is fast. */
    private static final String FILL_MAX_BYTES = Integer.toString(512 << 20);

    private static final String COLD_FILL_MAX_BYTES = Integer.toString(2_000_000_000);

    void limits() throws IOException, InterruptedException {
        long millis = Math.min(LIMIT_MILLIS_MAX, options.measured().toMillis());
        var ground = options.ground();
        Child.run(
                ground,
                ground.driver(
                        LIMITS,
                        "--dir",
                        ground.work().toString(),
                        "--millis",
                        Long.toString(millis),
                        "--json",
                        ground.rows().toString()),
                options.waitMax(LIMITS_COUNT));
    }

    /** The log within the driver's own process, with what the server ships of it. */
    void log() throws IOException, InterruptedException {
        var ground = options.ground();
        var command = List.of(
                Ground.java(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                ground.classPath() + File.pathSeparator + ground.librariesAsShipped(),
                LOG_LOAD,
                "--dir",
                ground.work().toString(),
                "--warm-up-seconds",
                seconds(options.warmUp().toMillis()),
                "--seconds",
                seconds(options.logMeasured().toMillis()),
                "--json",
                ground.rows().toString());
        var each = options.warmUp().plus(options.logMeasured()).plus(LOG_OPENS_AND_CLOSES_WITHIN);
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            Child.run(ground, command, each.multipliedBy(LOG_WORKLOADS));
        }
    }

    /** Once: filling it takes long. */
    void stored() throws IOException, InterruptedException {
        var ground = options.ground();
        Child.run(
                ground,
                ground.driver(
                        STORED,
                        "--launcher",
                        ground.launcher().toString(),
                        "--dir",
                        ground.work().toString(),
                        "--records",
                        Integer.toString(options.storedRecords()),
                        "--seconds",
                        seconds(options.measured().toMillis()),
                        "--starts",
                        Integer.toString(options.repeats()),
                        "--json",
                        ground.rows().toString()),
                STORED_MEASURES_WITHIN.plusSeconds(options.storedRecords() / STORED_RECORDS_PER_SECOND_MIN));
    }

    /** Drives it until it is as fast as it gets; what that is like is not told. */
    void warm(Server server, String scenarios, String encodings, int shards) throws IOException, InterruptedException {
        if (options.driven().isZero()) {
            return;
        }
        int measurements = scenarios.split(",", -1).length * encodings.split(",", -1).length;
        var command = options.ground()
                .driver(
                        LOAD,
                        "--endpoint",
                        server.endpoint().toString(),
                        "--scenarios",
                        scenarios,
                        "--encodings",
                        encodings,
                        "--shards",
                        Integer.toString(shards),
                        "--fill-max-bytes",
                        FILL_MAX_BYTES,
                        "--warm-up-seconds",
                        "0",
                        "--seconds",
                        seconds(options.driven().toMillis()));
        var each = options.driven().multipliedBy(2).plus(options.waitMax(1));
        Child.run(options.ground(), command, each.multipliedBy(measurements).multipliedBy(patience(server)));
    }

    /** Batches of large records, small ones alone, and reading back. */
    void load(Server server, String scenarios, String encodings, String... more)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(
                "--scenarios",
                scenarios,
                "--encodings",
                encodings,
                "--fill-max-bytes",
                scenarios.equals("cold-drain") ? COLD_FILL_MAX_BYTES : FILL_MAX_BYTES,
                "--repeats",
                Integer.toString(options.repeats())));
        if (server.child().isAlive()) {
            arguments.addAll(
                    List.of("--server-pid", Long.toString(server.child().mainPid())));
        }
        arguments.addAll(Arrays.asList(more));
        int measurements = scenarios.split(",", -1).length * encodings.split(",", -1).length * options.repeats();
        run(options.ground().driver(LOAD, arguments(server, arguments)), server, measurements);
    }

    /** How long a record takes to a subscriber while the server has time to spare. */
    void push(Server server) throws IOException, InterruptedException {
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            var paced = arguments(server, List.of("--batches-per-second", "1000", "--record-bytes", "100"));
            run(options.ground().pacedDriver(PUSH, paced), server, 1);
        }
    }

    /** How many bytes many subscribers of each shard get together. */
    void fanOut(Server server) throws IOException, InterruptedException {
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            var unpaced = arguments(
                    server,
                    List.of(
                            "--batches-per-second",
                            "0",
                            "--consumers",
                            Integer.toString(FAN_OUT_CONSUMERS),
                            "--batch-records",
                            "100",
                            "--record-bytes",
                            "1023"));
            run(options.ground().driver(PUSH, unpaced), server, 1);
        }
    }

    private String[] arguments(Server server, List<String> more) {
        var arguments = new ArrayList<>(List.of(
                "--server",
                server.label(),
                "--endpoint",
                server.endpoint().toString(),
                "--warm-up-seconds",
                seconds(options.warmUp().toMillis()),
                "--seconds",
                seconds(options.measured().toMillis()),
                "--json",
                options.ground().rows().toString()));
        arguments.addAll(more);
        return arguments.toArray(String[]::new);
    }

    private void run(List<String> command, Server server, int measurements) throws IOException, InterruptedException {
        Child.run(options.ground(), command, options.waitMax(measurements).multipliedBy(patience(server)));
    }

    /** Our own is driven to the end, also where it has thousands of shards to make or a cold disk to read. */
    private static int patience(Server server) {
        return server.label().startsWith("Millrace") ? 3 : 1;
    }

    static String seconds(long millis) {
        return Double.toString(millis / 1000.0);
    }
}

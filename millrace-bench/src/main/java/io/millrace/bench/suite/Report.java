package io.millrace.bench.suite;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.figure.Spread;
import io.millrace.bench.latency.Latencies;
import io.millrace.bench.plot.Axis;
import io.millrace.bench.plot.BarChart;
import io.millrace.bench.plot.LineChart;
import io.millrace.bench.suite.Results.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The report of one run in Markdown, with its pictures and the rows it was made of beside it. */
final class Report {
    private static final String PUT_RECORDS = "PutRecords 500 x 1 KiB";
    private static final String PUT_RECORD = "PutRecord 100 B";
    private static final String GET_RECORDS = "GetRecords of 1 KiB";
    private static final String PUT_TO_EVENT = "put to event";
    private static final String BYTES = "payload_bytes_per_second";
    private static final String REQUESTS = "requests_per_second";
    private static final int USUAL_SHARDS = 4;
    private static final int USUAL_SMALL_CONNECTIONS = 64;
    private static final double MEGA = 1e6;
    private static final double MEBI = 1 << 20;
    private static final String NONE = "–";

    private final Results results;
    private final SuiteOptions options;
    private final Notes notes;
    private final Machine machine;
    private final String profile;
    private final Duration took;
    private final StringBuilder text = new StringBuilder();

    Report(Results results, SuiteOptions options, Notes notes, Machine machine, String profile, Duration took) {
        this.results = results;
        this.options = options;
        this.notes = notes;
        this.machine = machine;
        this.profile = profile;
        this.took = took;
    }

    /** Leaves {@code report.md}, the pictures and {@code figures.jsonl} in the folder that was asked for. */
    void write() throws IOException, InterruptedException {
        Files.createDirectories(options.into());
        head();
        summary();
        pictures();
        table("Millrace", key -> key.server().startsWith("Millrace (") && key.shards() == USUAL_SHARDS && isLoad(key));
        table(
                "Subscriptions",
                key -> key.scenario().equals(PUT_TO_EVENT) || key.scenario().startsWith("fan-out"));
        table("Other implementations of the API", key -> isPeer(key) && isLoad(key));
        table("Apache Kafka", key -> key.server().startsWith("Kafka") && isLoad(key));
        growth();
        logAlone();
        storedRecords();
        startAndMemory();
        limits();
        profileAndAppendix();
        Files.writeString(options.into().resolve("report.md"), text);
        if (Files.exists(options.ground().rows())) {
            Files.writeString(
                    options.into().resolve("figures.jsonl"),
                    Files.readString(options.ground().rows()));
        }
    }

    private void head() throws InterruptedException {
        line(
                "Measured on %s, commit %s: %s s of warm-up and %s s measured, %d repeats; %d min %d s in all. Machine: %s."
                        + " Load average before the run: %s.",
                LocalDate.now(ZoneOffset.UTC),
                commit(),
                Drivers.seconds(options.warmUp().toMillis()),
                Drivers.seconds(options.measured().toMillis()),
                options.repeats(),
                took.toMinutes(),
                took.toSecondsPart(),
                machine.description(),
                machine.loadBefore());
        line("");
        line("Three figures in one cell are the minimum, the median and the maximum of the repeats.");
        line("");
        notes.skipped().forEach(note -> line("* %s", note));
        notes.failures().forEach(note -> line("* **Failed:** %s", note.replaceAll("\\s+", " ")));
        line("");
    }

    /** One line for each server, medians alone. */
    private void summary() throws InterruptedException {
        line("### In short");
        line("");
        line("| Server | A put is answered | PutRecords MB/s | PutRecord requests/s | p50 / p99 ms | GetRecords MB/s |"
                + " put → event p50 / p99 ms | Start ms | Resident idle / peak MiB | Errors |");
        line("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var server : servers()) {
            Predicate<Subject> small = key -> isPutRecord(key) && key.server().equals(server);
            Predicate<Subject> push =
                    key -> key.scenario().equals(PUT_TO_EVENT) && key.server().equals(server);
            line(
                    "| %s | %s | %s | %s | %s / %s | %s | %s / %s | %s | %s / %s | %d |",
                    server,
                    durability(server),
                    median(key -> isJson(key, PUT_RECORDS, server), BYTES, MEGA, 1),
                    median(small, REQUESTS, 1, 0),
                    median(small, "p50_nanos", MEGA, 2),
                    median(small, "p99_nanos", MEGA, 2),
                    median(key -> isJson(key, GET_RECORDS, server), BYTES, MEGA, 1),
                    median(push, "p50_nanos", MEGA, 2),
                    median(push, "p99_nanos", MEGA, 2),
                    median(key -> key.equals(once(server, "start to first reply")), "millis", 1, 0),
                    median(key -> key.equals(once(server, "resident, idle")), "bytes", MEBI, 0),
                    median(key -> key.equals(once(server, "resident, peak")), "bytes", MEBI, 0),
                    results.groups(key -> key.server().equals(server)).stream()
                            .mapToLong(group -> group.sum("errors"))
                            .sum());
        }
        line("");
        line(
                "JSON where the protocol is Kinesis'; %d shards or partitions, PutRecord on %d connections.",
                USUAL_SHARDS, USUAL_SMALL_CONNECTIONS);
        line("");
    }

    private void pictures() throws IOException {
        bars(
                "put-records.svg",
                "PutRecords, 500 × 1 KiB, JSON, 8 connections",
                key -> isJson(key, PUT_RECORDS),
                BYTES,
                MEGA,
                "payload, MB/s");
        bars(
                "put-record.svg",
                "PutRecord, 100 B, JSON, 64 connections",
                Report::isPutRecord,
                REQUESTS,
                1,
                "requests/s");
        bars(
                "get-records.svg",
                "GetRecords, 1 KiB records, JSON, 4 shards",
                key -> isJson(key, GET_RECORDS),
                BYTES,
                MEGA,
                "payload, MB/s");
        ladders(
                "latency-put-records.svg",
                "PutRecords, 500 × 1 KiB, JSON, 8 connections: latency",
                key -> isJson(key, PUT_RECORDS));
        ladders("latency-put-record.svg", "PutRecord, 100 B, JSON, 64 connections: latency", Report::isPutRecord);
        ladders(
                "latency-push.svg",
                "Put to event at 1,000 records/s: latency",
                key -> key.scenario().equals(PUT_TO_EVENT));
    }

    private void bars(String file, String title, Predicate<Subject> wanted, String number, double unit, String axis)
            throws IOException {
        var bars = new ArrayList<BarChart.Bar>();
        for (var group : results.groups(key -> wanted.test(key) && !key.server().equals("sink"))) {
            group.spread(number)
                    .ifPresent(spread -> bars.add(new BarChart.Bar(
                            group.key().server(),
                            spread.dividedBy(unit),
                            Names.order(group.key().server()))));
        }
        if (!bars.isEmpty()) {
            picture(file, title, new BarChart(title, new Axis(axis, Axis.Kind.LINEAR), bars).svg());
        }
    }

    private void ladders(String file, String title, Predicate<Subject> wanted) throws IOException {
        var lines = new ArrayList<LineChart.Line>();
        for (var group : results.groups(key -> wanted.test(key) && !key.server().equals("sink"))) {
            var points = points(group.middle("p99_nanos"));
            if (!points.isEmpty()) {
                lines.add(new LineChart.Line(
                        group.key().server(), points, Names.order(group.key().server())));
            }
        }
        if (!lines.isEmpty()) {
            picture(
                    file,
                    title,
                    new LineChart(
                                    title,
                                    new Axis("percentile of the requests", Axis.Kind.PERCENTILE),
                                    new Axis("latency, ms", Axis.Kind.LOGARITHMIC),
                                    lines)
                            .svg());
        }
    }

    /** The last rung is the maximum, which has no place on an axis of nines. */
    private static List<LineChart.Point> points(Figure figure) {
        var points = new ArrayList<LineChart.Point>();
        for (int i = 0; i < figure.ladderNanos().size() - 1; i++) {
            points.add(new LineChart.Point(
                    Latencies.LADDER_PERCENTS.get(i),
                    Math.max(1e-3, figure.ladderNanos().get(i) / MEGA)));
        }
        return points;
    }

    private void picture(String file, String title, String svg) throws IOException {
        Files.writeString(options.into().resolve(file), svg);
        line("![%s](%s)", title, file);
        line("");
    }

    private void table(String title, Predicate<Subject> wanted) {
        var groups = results.groups(wanted);
        if (groups.isEmpty()) {
            return;
        }
        line("### %s", title);
        line("");
        line(
                "| Server | Scenario | Encoding | Shards | Connections | Repeats | MB/s | Requests/s | p50 ms | p99 ms | p99.9 ms |"
                        + " Max ms | Errors | Server cores | Driver cores |");
        line("| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var group : groups) {
            line(
                    "| %s | %s | %s | %d | %d | %d | %s | %s | %s | %s | %s | %s | %d | %s | %s |",
                    group.key().server(),
                    group.key().scenario(),
                    group.key().encoding(),
                    group.key().shards(),
                    group.key().connections(),
                    group.repeats().size(),
                    three(group, BYTES, MEGA, 1),
                    three(group, REQUESTS, 1, 0),
                    three(group, "p50_nanos", MEGA, 2),
                    three(group, "p99_nanos", MEGA, 2),
                    three(group, "p999_nanos", MEGA, 2),
                    group.spread("max_nanos")
                            .map(spread -> decimal(spread.max() / MEGA, 2))
                            .orElse(NONE),
                    group.sum("errors"),
                    middle(group, "server_cores"),
                    middle(group, "driver_cores"));
        }
        line("");
    }

    private void growth() throws IOException {
        var shards = options.growthShards().stream()
                .filter(count -> rate(PUT_RECORDS, count, BYTES).isPresent())
                .toList();
        if (shards.isEmpty()) {
            return;
        }
        line("### Growth");
        line("");
        line(
                "| Shards in a stream | PutRecords JSON MB/s | of that with %,d | PutRecord requests/s | of that with %,d |"
                        + " Start after kill -9 ms | Resident idle MiB | Live heap MiB | Live heap per shard KiB |",
                shards.getFirst(), shards.getFirst());
        line("| --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (int count : shards) {
            line(
                    "| %,d | %s | %s | %s | %s | %s | %s | %s | %s |",
                    count,
                    three(rate(PUT_RECORDS, count, BYTES), MEGA, 1),
                    percent(rate(PUT_RECORDS, count, BYTES), rate(PUT_RECORDS, shards.getFirst(), BYTES)),
                    three(rate(PUT_RECORD, count, REQUESTS), 1, 0),
                    percent(rate(PUT_RECORD, count, REQUESTS), rate(PUT_RECORD, shards.getFirst(), REQUESTS)),
                    three(grown("start after kill -9", count, "millis"), 1, 0),
                    three(grown("resident, idle", count, "bytes"), MEBI, 0),
                    three(grown("live heap", count, "bytes"), MEBI, 1),
                    perShard(count, shards.getFirst()));
        }
        line("");
        line("The heap per shard is what the live heap grew by. Each server had one stream of so many shards when it"
                + " was killed and started again; its records were put into others like it before.");
        line("");
        var rates = List.of(
                relative("PutRecords 500 × 1 KiB, JSON", PUT_RECORDS, BYTES, shards, 0),
                relative("PutRecord 100 B, JSON, 64 connections", PUT_RECORD, REQUESTS, shards, 9));
        picture(
                "growth-rate.svg",
                "Put rate by number of shards",
                new LineChart(
                                "Put rate by number of shards",
                                new Axis("shards", Axis.Kind.LOGARITHMIC),
                                new Axis("% of the rate with the fewest", Axis.Kind.LINEAR),
                                rates)
                        .svg());
        var starts = new ArrayList<LineChart.Point>();
        for (int count : shards) {
            grown("start after kill -9", count, "millis")
                    .ifPresent(spread -> starts.add(new LineChart.Point(count, spread.median())));
        }
        if (!starts.isEmpty()) {
            picture(
                    "growth-start.svg",
                    "Start to first reply after kill -9, by number of shards",
                    new LineChart(
                                    "Start to first reply after kill -9, by number of shards",
                                    new Axis("shards", Axis.Kind.LOGARITHMIC),
                                    new Axis("ms", Axis.Kind.LINEAR),
                                    List.of(new LineChart.Line(Names.MILLRACE, starts, 0)))
                            .svg());
        }
    }

    private void logAlone() {
        var groups = results.groups(key -> key.server().equals("log"));
        if (groups.isEmpty()) {
            return;
        }
        line("### The log alone");
        line("");
        line(
                "| Appends | Shards | Writers | Repeats | MB/s | Records/s | p50 ms | p99 ms | p99.9 ms | Max ms | Refused |"
                        + " Cores | Segment files | Files regrouped into | Most on disk MiB |");
        line("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var group : groups) {
            line(
                    "| %s | %,d | %s | %d | %s | %s | %s | %s | %s | %s | %d | %s | %s | %s | %s |",
                    group.key().scenario(),
                    group.key().shards(),
                    middle(group, "writers", 1, 0),
                    group.repeats().size(),
                    three(group, BYTES, MEGA, 1),
                    three(group, "records_per_second", 1, 0),
                    three(group, "p50_nanos", MEGA, 2),
                    three(group, "p99_nanos", MEGA, 2),
                    three(group, "p999_nanos", MEGA, 2),
                    group.spread("max_nanos")
                            .map(spread -> decimal(spread.max() / MEGA, 2))
                            .orElse(NONE),
                    group.sum("errors"),
                    middle(group, "cores"),
                    middle(group, "segment_files", 1, 0),
                    middle(group, "regrouped_files", 1, 0),
                    middle(group, "disk_bytes_max", MEBI, 0));
        }
        line("");
        line(
                "In the driver's own process, with the server's settings and fdatasync; %s s measured. Each writer has one append"
                        + " under way. Old records are given up meanwhile, so that files are recycled; those with small groups"
                        + " are regrouped.",
                Drivers.seconds(options.logMeasured().toMillis()));
        line("");
    }

    /** One line for each amount of records, against the first of them; then the starts over all of them. */
    private void storedRecords() {
        var growth = figures("stored records");
        if (growth.isEmpty()) {
            return;
        }
        line("### Stored records");
        line("");
        line("| Records stored | PutRecords 500 x 20 B records/s | of that with the fewest | p50 ms | p99 ms |"
                + " GetRecords at the tail records/s | of that with the fewest | On disk MiB |");
        line("| --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var row : growth) {
            line(
                    "| %s | %s | %s | %s | %s | %s | %s | %s |",
                    number(row, "stored_records", 1, 0),
                    number(row, "put_records_per_second", 1, 0),
                    shareOf(row, growth.getFirst(), "put_records_per_second"),
                    number(row, "p50_nanos", MEGA, 2),
                    number(row, "p99_nanos", MEGA, 2),
                    number(row, "tail_records_per_second", 1, 0),
                    shareOf(row, growth.getFirst(), "tail_records_per_second"),
                    number(row, "disk_bytes", MEBI, 0));
        }
        line("");
        var starts = figures("start with stored records after kill -9");
        if (starts.isEmpty()) {
            return;
        }
        line("| Records stored | Starts after kill -9 | First GetRecords ms | First PutRecords ms |");
        line("| --: | --: | --: | --: |");
        line(
                "| %s | %d | %s | %s |",
                number(starts.getLast(), "stored_records", 1, 0),
                starts.size(),
                three(spread(starts, "first_read_millis"), 1, 0),
                three(spread(starts, "first_put_millis"), 1, 0));
        line("");
        line(
                "From the start of the process to the reply that holds the oldest record, and to the one that acknowledges a put"
                        + " after that. A consumer that had read all before the kill then reads exactly what was put since.");
        line("");
    }

    private List<Figure> figures(String scenario) {
        return results.figures().stream()
                .filter(figure -> figure.text("scenario").equals(scenario))
                .toList();
    }

    private static Optional<Spread> spread(List<Figure> figures, String number) {
        return new Group(Subject.of(figures.getFirst()), figures).spread(number);
    }

    private static String number(Figure figure, String name, double unit, int decimals) {
        var number = figure.number(name);
        return number.isPresent() ? decimal(number.getAsDouble() / unit, decimals) : NONE;
    }

    private static String shareOf(Figure part, Figure whole, String name) {
        return share(part.number(name).orElse(0), whole.number(name).orElse(0));
    }

    private LineChart.Line relative(String label, String scenario, String number, List<Integer> shards, int colour) {
        var points = new ArrayList<LineChart.Point>();
        double first =
                rate(scenario, shards.getFirst(), number).map(Spread::median).orElse(1.0);
        for (int count : shards) {
            rate(scenario, count, number)
                    .ifPresent(spread -> points.add(new LineChart.Point(count, 100 * spread.median() / first)));
        }
        return new LineChart.Line(label, points, colour);
    }

    private String perShard(int count, int fewest) {
        var now = grown("live heap", count, "bytes");
        var then = grown("live heap", fewest, "bytes");
        return now.isEmpty() || then.isEmpty() || count == fewest
                ? NONE
                : decimal((now.get().median() - then.get().median()) / 1024 / (count - fewest), 2);
    }

    private Optional<Spread> rate(String scenario, int shards, String number) {
        return results.spread(
                key -> key.server().equals(Names.MILLRACE) && key.scenario().equals(scenario) && key.shards() == shards,
                number);
    }

    private Optional<Spread> grown(String scenario, int shards, String number) {
        return rate(scenario, shards, number);
    }

    private void startAndMemory() {
        line("### Start and memory");
        line("");
        line("| Server | Start to first reply ms | Resident idle MiB | Resident peak MiB |");
        line("| --- | --: | --: | --: |");
        for (var server : servers()) {
            line(
                    "| %s | %s | %s | %s |",
                    server,
                    three(results.spread(key -> key.equals(once(server, "start to first reply")), "millis"), 1, 0),
                    three(results.spread(key -> key.equals(once(server, "resident, idle")), "bytes"), MEBI, 0),
                    three(results.spread(key -> key.equals(once(server, "resident, peak")), "bytes"), MEBI, 0));
        }
        line("");
        line(
                "Start: from the start of the process to the first successful ListStreams, asked for every 2 ms, after one"
                        + " start that was not counted for Millrace; peers were started once, and one broker did both for Kafka. Idle: %d s after that. Peak: the"
                        + " most that was ever resident in the run whose rows stand above.",
                2);
        line("");
    }

    private void limits() {
        var ceilings = results.groups(key -> key.server().equals("machine"));
        if (ceilings.isEmpty()) {
            return;
        }
        line("### The machine's limits");
        line("");
        line("| Limit | Operations/s | MB/s | Note |");
        line("| --- | --: | --: | --- |");
        for (var ceiling : ceilings) {
            line(
                    "| %s | %s | %s | %s |",
                    ceiling.key().scenario(),
                    middle(ceiling, REQUESTS, 1, 0),
                    middle(ceiling, BYTES, MEGA, 1),
                    ceiling.repeats().getFirst().text("note"));
        }
        line("");
        table(
                "The driver against a server that does nothing",
                key -> key.server().equals("sink"));
        shares();
    }

    /** What part of each ceiling Millrace reaches, by medians. */
    private void shares() {
        var own = results.groups(
                key -> (key.server().equals(Names.MILLRACE) || key.server().equals("server"))
                        && key.shards() == USUAL_SHARDS
                        && isLoad(key)
                        && !key.scenario().startsWith("mixed"));
        if (own.isEmpty()) {
            return;
        }
        line("### Shares of the limits");
        line("");
        line(
                "| Scenario | Encoding | Connections | of the driver against the sink | of the disk | of loopback, one way |"
                        + " of one core's base64 |");
        line("| --- | --- | --: | --: | --: | --: | --: |");
        for (var group : own) {
            var key = group.key();
            var bytes = group.spread(BYTES).map(Spread::median).orElse(0.0);
            boolean puts = key.scenario().startsWith("PutRecord");
            boolean json = key.encoding().equals("JSON");
            var sink = results.spread(
                    other -> other.equals(
                            new Subject("sink", key.scenario(), key.encoding(), key.shards(), key.connections())),
                    REQUESTS);
            line(
                    "| %s | %s | %d | %s | %s | %s | %s |",
                    key.scenario(),
                    key.encoding(),
                    key.connections(),
                    percent(group.spread(REQUESTS), sink),
                    puts
                            ? share(bytes, results.limit("write and fdatasync 1 MiB, O_DIRECT"))
                            : key.scenario().startsWith("cold")
                                    ? share(bytes, results.limit("read 1 MiB, O_DIRECT"))
                                    : NONE,
                    share(bytes, results.limit("loopback, one way, 256 KiB writes")),
                    json
                            ? share(bytes, results.limit(puts ? "base64 decode to 1 KiB" : "base64 encode of 1 KiB"))
                            : NONE);
        }
        line("");
        line(
                "The disk: direct writes of 1 MiB, each with fdatasync, for puts; direct reads of 1 MiB, one at a time, for"
                        + " cold reads. Reads that are not cold come from memory.");
        line("");
    }

    private void profileAndAppendix() throws IOException {
        if (!profile.isEmpty()) {
            line("### Profiles");
            line("");
            line(
                    "From Java flight recordings of runs of their own, whose rates do not stand above: samples of processor"
                            + " time every 10 ms per thread, and samples of allocation, from when it was warm to its stop.");
            line("");
            text.append(profile);
        }
        if (options.appendix().isPresent()) {
            text.append(Files.readString(options.appendix().get()));
        }
    }

    private List<String> servers() {
        return results
                .groups(key -> isLoad(key)
                        && !key.server().equals("sink")
                        && !key.server().equals("Millrace, profiled"))
                .stream()
                .map(group -> group.key().server())
                .distinct()
                .toList();
    }

    private String durability(String server) {
        if (server.startsWith("Kafka")) {
            return server.equals(Names.KAFKA_FSYNC)
                    ? "after fsync (`flush.messages=1`)"
                    : "when the operating system has it (as it comes)";
        }
        var contenders = new ArrayList<Contender>(List.of(Millrace.asShipped(), Millrace.withoutSync()));
        contenders.addAll(List.of(Peer.values()));
        return contenders.stream()
                .filter(contender -> contender.label().equals(server))
                .map(Contender::durability)
                .findFirst()
                .orElse("?");
    }

    private static Subject once(String server, String scenario) {
        return new Subject(server, scenario, "", 0, 0);
    }

    private static boolean isLoad(Subject key) {
        return key.connections() > 0
                && !key.scenario().equals(PUT_TO_EVENT)
                && !key.scenario().startsWith("fan-out");
    }

    private static boolean isPeer(Subject key) {
        return List.of(Peer.values()).stream().anyMatch(peer -> peer.label().equals(key.server()));
    }

    private static boolean isPutRecord(Subject key) {
        return isJson(key, PUT_RECORD) && key.connections() == USUAL_SMALL_CONNECTIONS;
    }

    private static boolean isJson(Subject key, String scenario, String server) {
        return isJson(key, scenario) && key.server().equals(server);
    }

    /** Kafka has an encoding of its own and stands beside JSON. */
    private static boolean isJson(Subject key, String scenario) {
        return key.scenario().equals(scenario)
                && key.shards() == USUAL_SHARDS
                && !key.encoding().equals("CBOR")
                && !key.server().equals("Millrace, profiled");
    }

    private String median(Predicate<Subject> wanted, String number, double unit, int decimals) {
        return results.spread(wanted, number)
                .map(spread -> decimal(spread.median() / unit, decimals))
                .orElse(NONE);
    }

    private static String middle(Group group, String number) {
        return middle(group, number, 1, 2);
    }

    private static String middle(Group group, String number, double unit, int decimals) {
        return group.spread(number)
                .map(spread -> decimal(spread.median() / unit, decimals))
                .orElse(NONE);
    }

    private static String three(Group group, String number, double unit, int decimals) {
        return three(group.spread(number), unit, decimals);
    }

    private static String three(Optional<Spread> spread, double unit, int decimals) {
        return spread.map(found -> found.min() == found.max()
                        ? decimal(found.median() / unit, decimals)
                        : decimal(found.min() / unit, decimals) + " / " + decimal(found.median() / unit, decimals)
                                + " / " + decimal(found.max() / unit, decimals))
                .orElse(NONE);
    }

    private static String percent(Optional<Spread> part, Optional<Spread> whole) {
        return part.isEmpty() || whole.isEmpty()
                ? NONE
                : share(part.get().median(), whole.get().median());
    }

    private static String share(double part, double whole) {
        return whole > 0 ? decimal(100 * part / whole, 1) + " %" : NONE;
    }

    private static String decimal(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    private String commit() throws InterruptedException {
        try {
            return Child.run(
                            options.ground(),
                            List.of("git", "-C", options.ground().home().toString(), "describe", "--always", "--dirty"),
                            Duration.ofSeconds(10))
                    .trim();
        } catch (IOException _) {
            return "unknown";
        }
    }

    private void line(String pattern, Object... values) {
        text.append(String.format(Locale.ROOT, pattern + "\n", values));
    }
}

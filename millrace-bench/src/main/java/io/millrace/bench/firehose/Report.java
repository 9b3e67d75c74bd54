package io.millrace.bench.firehose;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.figure.Spread;
import io.millrace.bench.machine.Machine;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;

/** One run in Markdown: the targets with what was reached, then the tables behind them. What was not measured is not told. */
final class Report {
    static final String BYTES_PER_SECOND = "payload_bytes_per_second";

    private static final String PUT_RECORDS = "PutRecords 500 x 1 KiB";
    private static final String BYTES_PER_CPU_SECOND = "payload_bytes_per_cpu_second";
    private static final String DISK = "write and fdatasync 1 MiB, O_DIRECT";
    private static final double MEGA = 1e6;
    private static final double MEBI = 1 << 20;

    private final List<Figure> figures;
    private final Machine machine;
    private final String commit;
    private final List<String> remarks;
    private final Duration took;
    private final StringBuilder text = new StringBuilder();

    Report(List<Figure> figures, Machine machine, String commit, List<String> remarks, Duration took) {
        this.figures = figures;
        this.machine = machine;
        this.commit = commit;
        this.remarks = remarks;
        this.took = took;
    }

    String markdown() {
        line(
                "Measured on %s, commit %s, in %d min %d s. Machine: %s. Load average before the run: %s.",
                LocalDate.now(ZoneOffset.UTC),
                commit,
                took.toMinutes(),
                took.toSecondsPart(),
                machine.description(),
                machine.loadBefore());
        line("");
        line("Three figures in one cell are the minimum, the median and the maximum of the repeats.");
        line("");
        remarks.forEach(remark -> line("* %s", remark.replaceAll("\\s+", " ")));
        line(remarks.isEmpty() ? "### Targets" : "\n### Targets");
        line("");
        targets();
        puts();
        loops();
        drains();
        many();
        latencies();
        return text.toString();
    }

    private void targets() {
        line("| What | Target | Measured | Reached | What bounds it, in the same run |");
        line("| --- | --: | --: | --- | --- |");
        var four = put(PutsTrial.MILLRACE, 4);
        var one = put(PutsTrial.MILLRACE, 1);
        var alone = put(PutsTrial.ALONE, 1);
        share("PutRecordBatch 500 × 1 KiB, of PutRecords to 4 shards", alone, four);
        share("PutRecordBatch 500 × 1 KiB, of PutRecords to 1 shard", alone, one);
        rate("GZIP, MB/s of input on one core, the loop alone", 100, loop("recordsToObject", "GZIP"), gzipLimit());
        rate("GZIP, MB/s for each core in use, from the log to the folder", 100, drained("GZIP"), gzipLimit());
        rate(
                "Parquet, MB/s of input on one core, the loop alone",
                40,
                loop("jsonToFile", "parquet-snappy"),
                parquetLimit());
        rate(
                "Parquet, MB/s for each core in use, from the log to the folder",
                40,
                drained(DrainTrial.Form.PARQUET.label()),
                parquetLimit());
        var none = idle(figure -> figure == 0);
        var many = idle(figure -> figure > 0);
        below("%s idle delivery streams, MiB of live heap", many, 50, more("live_heap_bytes", none, many), MEBI);
        below("%s idle delivery streams, MiB resident", many, 50, more("resident_bytes", none, many), MEBI);
        for (var way : of(LatencyTrial.SCENARIO)) {
            goal(
                    "from " + way.text("source") + " to " + way.text("destination") + ", nothing buffered, p99 ms",
                    "< 1,000",
                    Optional.of(way.number("p99_nanos").orElse(0) / MEGA),
                    measured -> measured < 1000,
                    1,
                    "–");
        }
        line("");
    }

    private void share(String what, Optional<Spread> part, Optional<Spread> whole) {
        goal(
                what,
                "≥ 60 %",
                part.flatMap(each -> whole.map(all -> 100 * each.median() / all.median())),
                measured -> measured >= 60,
                0,
                spread(each -> each.text("server").equals("machine")
                                && each.text("scenario").equals(DISK))
                        .map(disk -> "the disk, synced after each MiB: " + decimal(disk.median() / MEGA, 0) + " MB/s")
                        .orElse("–"));
    }

    private void rate(String what, double wanted, Optional<Spread> measured, String limit) {
        goal(
                what,
                "≥ " + decimal(wanted, 0),
                measured.map(each -> each.median() / MEGA),
                reached -> reached >= wanted,
                0,
                limit);
    }

    private void below(String what, Optional<Figure> many, double wanted, Optional<Double> measured, double unit) {
        goal(
                what.formatted(
                        many.map(each -> number(each, "delivery_streams", 1, 0)).orElse("")),
                "< " + decimal(wanted, 0),
                measured.map(each -> each / unit),
                reached -> reached < wanted,
                1,
                "–");
    }

    private void goal(
            String what,
            String wanted,
            Optional<Double> measured,
            Predicate<Double> reached,
            int decimals,
            String limit) {
        measured.ifPresent(value -> line(
                "| %s | %s | %s | %s | %s |",
                what,
                wanted,
                decimal(value, decimals) + (wanted.endsWith("%") ? " %" : ""),
                reached.test(value) ? "yes" : "**no**",
                limit));
    }

    private String gzipLimit() {
        return loop("gzipOfTheJdk", "GZIP")
                .map(limit ->
                        "the JDK's GZIP at that level, of one piece: " + decimal(limit.median() / MEGA, 0) + " MB/s")
                .orElse("–");
    }

    private String parquetLimit() {
        var reading = loop("jsonToRows", "parquet-snappy");
        var writing = loop("rowsToFile", "parquet-snappy");
        return reading.isEmpty() || writing.isEmpty()
                ? "–"
                : "reading JSON alone " + decimal(reading.get().median() / MEGA, 0) + " MB/s, writing Parquet alone "
                        + decimal(writing.get().median() / MEGA, 0) + " MB/s";
    }

    private void puts() {
        var groups = groups(figure -> figure.text("scenario").startsWith("Put"), "server", "scenario", "shards");
        if (groups.isEmpty()) {
            return;
        }
        title("Puts");
        line("| Who | Operation | Shards | MB/s | Requests/s | p50 ms | p99 ms | Server cores | Driver cores |");
        line("| --- | --- | --: | --: | --: | --: | --: | --: | --: |");
        for (var group : groups) {
            var first = group.getFirst();
            line(
                    "| %s | %s | %s | %s | %s | %s | %s | %s | %s |",
                    first.text("server"),
                    first.text("scenario"),
                    number(first, "shards", 1, 0),
                    three(group, BYTES_PER_SECOND, MEGA, 0),
                    three(group, "requests_per_second", 1, 0),
                    three(group, "p50_nanos", MEGA, 1),
                    three(group, "p99_nanos", MEGA, 1),
                    middle(group, "server_cores", 1, 2),
                    middle(group, "driver_cores", 1, 2));
        }
        line("");
        line(
                "All but moto answer when the records are synced. A delivery stream's log has one shard. JSON throughout, 8"
                        + " connections; the driver shares the cores with the server.");
    }

    private void loops() {
        var groups = groups(scenario(LoopsTrial.SCENARIO), "loop", "form");
        if (groups.isEmpty()) {
            return;
        }
        title("Hot loops on one core");
        line("| Loop | Form | MB/s of input |");
        line("| --- | --- | --: |");
        for (var group : groups) {
            var first = group.getFirst();
            line("| %s | %s | %s |", first.text("loop"), first.text("form"), three(group, BYTES_PER_SECOND, MEGA, 0));
        }
        line("");
        line(
                "By JMH, into nothing. *recordsToObject* is what a delivery does with its records until they are bytes of an object,"
                        + " *jsonToFile* the same with conversion; *gzipOfTheJdk*, *jsonToRows* and *rowsToFile* are parts of them.");
    }

    private void drains() {
        var groups = groups(scenario(DrainTrial.SCENARIO), "form");
        if (groups.isEmpty()) {
            return;
        }
        title("Delivery to a folder");
        line(
                "| Objects | MB/s of input | MB/s for each core in use | Processor ms a MB | Server cores | Stored, of the input |");
        line("| --- | --: | --: | --: | --: | --: |");
        for (var group : groups) {
            var first = group.getFirst();
            line(
                    "| %s | %s | %s | %s | %s | %s %% |",
                    first.text("form"),
                    three(group, BYTES_PER_SECOND, MEGA, 0),
                    three(group, BYTES_PER_CPU_SECOND, MEGA, 0),
                    spread(group, BYTES_PER_CPU_SECOND)
                            .map(each -> decimal(1000 * MEGA / each.median(), 1))
                            .orElse("–"),
                    middle(group, "server_cores", 1, 2),
                    middle(group, "stored_share", 0.01, 1));
        }
        line("");
        line(
                "One delivery stream's backlog, read from the log, made into objects of 16 to 32 MiB of input (64 to 128 where they are"
                        + " converted), synced. Processor time is all of the server's in that time.");
    }

    private void many() {
        var starts = of(ManyTrial.IDLE);
        if (starts.isEmpty()) {
            return;
        }
        title("Many delivery streams");
        line(
                "| Delivery streams | First reply ms | All deliver again ms | Cores while idle | Resident MiB | Live heap MiB |");
        line("| --: | --: | --: | --: | --: | --: |");
        for (var start : starts) {
            line(
                    "| %s, idle | %s | – | %s | %s | %s |",
                    number(start, "delivery_streams", 1, 0),
                    number(start, "first_reply_millis", 1, 0),
                    number(start, "server_cores", 1, 3),
                    number(start, "resident_bytes", MEBI, 0),
                    number(start, "live_heap_bytes", MEBI, 1));
        }
        var killed = of(ManyTrial.KILLED);
        for (var start : killed) {
            line(
                    "| %s, after kill -9 while all were busy | %s | %s | – | %s at its peak | – |",
                    number(start, "delivery_streams", 1, 0),
                    number(start, "first_reply_millis", 1, 0),
                    number(start, "all_deliver_millis", 1, 0),
                    number(start, "resident_peak_bytes", MEBI, 0));
        }
        line("");
        line(
                "From the start of the process. A delivery stream delivers again when a record that was put after the start is in its"
                        + " folder.");
        killed.forEach(start -> line(
                "Each of the %s records that were acknowledged before the kill was found in the folders; %s came twice.",
                number(start, "acknowledged", 1, 0), number(start, "delivered_twice", 1, 0)));
    }

    private void latencies() {
        var ways = of(LatencyTrial.SCENARIO);
        if (ways.isEmpty()) {
            return;
        }
        title("Put to destination");
        line("| From | To | Records | p50 ms | p99 ms | Max ms |");
        line("| --- | --- | --: | --: | --: | --: |");
        for (var way : ways) {
            line(
                    "| %s | %s | %s | %s | %s | %s |",
                    way.text("source"),
                    way.text("destination"),
                    number(way, "records", 1, 0),
                    number(way, "p50_nanos", MEGA, 1),
                    number(way, "p99_nanos", MEGA, 1),
                    number(way, "max_nanos", MEGA, 1));
        }
        line("");
        line(
                "100 records of 90 bytes a second, each put by itself, with an interval of 0; from before the put to when the object is"
                        + " seen in its folder, or the endpoint has read it.");
    }

    private void title(String title) {
        line("\n### %s\n", title);
    }

    private void line(String pattern, Object... values) {
        text.append(String.format(Locale.ROOT, pattern + "\n", values));
    }

    private static Predicate<Figure> scenario(String name) {
        return figure -> figure.text("scenario").equals(name);
    }

    private List<Figure> of(String scenario) {
        return figures.stream().filter(scenario(scenario)).toList();
    }

    /** Repeats of one thing are those that have all these in common; in the order in which they were measured. */
    private List<List<Figure>> groups(Predicate<Figure> wanted, String... names) {
        Map<List<String>, List<Figure>> byNames = new LinkedHashMap<>();
        for (var figure : figures) {
            if (wanted.test(figure)) {
                var key = List.of(names).stream()
                        .map(name -> figure.text(name) + figure.number(name).orElse(0))
                        .toList();
                byNames.computeIfAbsent(key, _ -> new ArrayList<>()).add(figure);
            }
        }
        return List.copyOf(byNames.values());
    }

    private Optional<Spread> put(String server, int shards) {
        return spread(figure -> figure.text("server").equals(server)
                && figure.text("scenario").startsWith("Put")
                && figure.number("shards").orElse(0) == shards
                && (!server.equals(PutsTrial.MILLRACE)
                        || figure.text("scenario").equals(PUT_RECORDS)));
    }

    private Optional<Spread> loop(String loop, String form) {
        return spread(scenario(LoopsTrial.SCENARIO)
                .and(figure ->
                        figure.text("loop").equals(loop) && figure.text("form").equals(form)));
    }

    private Optional<Spread> drained(String form) {
        return spread(
                figures.stream()
                        .filter(scenario(DrainTrial.SCENARIO)
                                .and(figure -> figure.text("form").equals(form)))
                        .toList(),
                BYTES_PER_CPU_SECOND);
    }

    private Optional<Figure> idle(DoublePredicate deliveryStreams) {
        return of(ManyTrial.IDLE).stream()
                .filter(figure ->
                        deliveryStreams.test(figure.number("delivery_streams").orElse(0)))
                .findFirst();
    }

    private static Optional<Double> more(String number, Optional<Figure> before, Optional<Figure> after) {
        return before.flatMap(less -> after.map(
                more -> more.number(number).orElse(0) - less.number(number).orElse(0)));
    }

    private Optional<Spread> spread(Predicate<Figure> wanted) {
        return spread(figures.stream().filter(wanted).toList(), BYTES_PER_SECOND);
    }

    private static Optional<Spread> spread(List<Figure> repeats, String number) {
        var values = repeats.stream()
                .flatMap(figure -> figure.number(number).stream().boxed())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private static String three(List<Figure> repeats, String number, double unit, int decimals) {
        return spread(repeats, number)
                .map(found -> found.min() == found.max()
                        ? decimal(found.median() / unit, decimals)
                        : decimal(found.min() / unit, decimals) + " / " + decimal(found.median() / unit, decimals)
                                + " / " + decimal(found.max() / unit, decimals))
                .orElse("–");
    }

    private static String middle(List<Figure> repeats, String number, double unit, int decimals) {
        return spread(repeats, number)
                .map(found -> decimal(found.median() / unit, decimals))
                .orElse("–");
    }

    private static String number(Figure figure, String name, double unit, int decimals) {
        var number = figure.number(name);
        return number.isPresent() ? decimal(number.getAsDouble() / unit, decimals) : "–";
    }

    private static String decimal(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}

package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEBI;
import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.NONE;
import static io.millrace.bench.suite.Cells.decimal;

import io.millrace.bench.figure.Spread;
import io.millrace.bench.suite.Results.Group;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What Millrace is meant to reach, and what it reached: beside its peers, and beside what the machine can do. What a run did not
 * measure it does not tell.
 */
record Targets(Results results, SuiteOptions options, Growth growth, StoredRecords stored) {
    private static final String P50 = "p50_nanos";
    private static final String P99 = "p99_nanos";
    private static final String P999 = "p999_nanos";
    private static final double ROOM = 1;

    /** Which way is better. */
    private enum Better {
        MORE,
        LESS
    }

    /**
     * A number to reach, in the unit that is shown.
     *
     * @param text how the report says it
     */
    private record Goal(Better better, double number, String text) {
        static Goal atLeast(double number, String text) {
            return new Goal(Better.MORE, number, "≥ " + text);
        }

        static Goal below(double number, String text) {
            return new Goal(Better.LESS, number, "< " + text);
        }

        String reached(double measured) {
            boolean isReached = switch (better) {
                case MORE -> measured >= number;
                case LESS -> measured < number;
            };
            return isReached ? "yes" : "**no**";
        }
    }

    /**
     * Which number of a measurement is meant.
     *
     * @param unit how many of what was measured make one of what is shown
     */
    private record Reading(String number, double unit, int decimals) {
        static final Reading MEGABYTES = new Reading(Subject.BYTES, MEGA, 1);
        static final Reading CALLS = new Reading(Subject.REQUESTS, ROOM, 0);
        static final Reading RECORDS = new Reading("records_per_second", ROOM, 0);

        static Reading millis(String percentile) {
            return new Reading(percentile, MEGA, 2);
        }
    }

    void write(Page page) {
        if (results.groups(key -> key.isOf(Names.MILLRACE)).isEmpty()) {
            return;
        }
        page.title("Targets");
        page.line(
                "| What | Target | Measured | Reached | Of the best peer that syncs | Of the best peer | Of the limit |");
        page.line("| --- | --: | --: | --- | --- | --- | --- |");
        puts(page);
        reads(page);
        pushes(page);
        log(page);
        growth(page);
        startAndMemory(page);
        page.line("");
        page.paragraph(
                "Millrace as shipped: the distribution with its default settings, so each put is on the disk before its answer; client"
                        + " and server share the machine's cores. Rates and latencies are of a server that was driven with each"
                        + " scenario for %s s before. Measured is the median of the repeats. Beside the peers more than 1 × is"
                        + " better, also where less is better; peers are driven in JSON, or in Kafka's own protocol, whatever Millrace"
                        + " is driven in. The limit is what the driver does against a server that does nothing, and for cold reads"
                        + " the disk's speed. That memory stays flat is seen in [the soak](soak.md).",
                Drivers.seconds(options.driven().toMillis()));
    }

    private void puts(Page page) {
        var json = own(Subject.PUT_RECORDS, "JSON");
        var cbor = own(Subject.PUT_RECORDS, "CBOR");
        Predicate<Subject> peers = key -> key.isCommon(Subject.PUT_RECORDS);
        row(page, "PutRecords 500 × 1 KiB, JSON, MB/s", Goal.atLeast(500, "500"), json, Reading.MEGABYTES, peers);
        row(page, "PutRecords 500 × 1 KiB, CBOR, MB/s", Goal.atLeast(700, "700"), cbor, Reading.MEGABYTES, peers);
        var many = own(Subject.PUT_RECORD, "JSON").and(key -> key.connections() == Subject.USUAL_SMALL_CONNECTIONS);
        row(
                page,
                "PutRecord 100 B, 64 connections, requests/s",
                Goal.atLeast(40_000, "40,000"),
                many,
                Reading.CALLS,
                Subject::isCommonPutRecord);
        var few = own(Subject.PUT_RECORD, "JSON").and(key -> key.connections() == 16);
        row(page, "PutRecord, 16 connections, p50 ms", Goal.below(1, "1"), few, Reading.millis(P50), Targets::nobody);
        row(page, "PutRecord, 16 connections, p99 ms", Goal.below(5, "5"), few, Reading.millis(P99), Targets::nobody);
    }

    private void reads(Page page) {
        Predicate<Subject> peers = key -> key.isCommon(Subject.GET_RECORDS);
        var json = own(Subject.GET_RECORDS, "JSON");
        var cbor = own(Subject.GET_RECORDS, "CBOR");
        row(page, "GetRecords drain, JSON, MB/s", Goal.atLeast(600, "600"), json, Reading.MEGABYTES, peers);
        row(page, "GetRecords drain, CBOR, MB/s", Goal.atLeast(1000, "1,000"), cbor, Reading.MEGABYTES, peers);
        double disk = results.limit(Ceilings.DISK_READ);
        var cold = results.spread(own(Subject.COLD_GET_RECORDS, "CBOR"), Subject.BYTES);
        line(
                page,
                "GetRecords from a cold disk, CBOR, MB/s",
                new Goal(Better.MORE, disk, disk > 0 ? "the disk's " + decimal(disk / MEGA, 0) : "the disk's speed"),
                disk > 0 ? cold.map(Spread::median) : Optional.empty(),
                cold.map(spread -> decimal(spread.median() / MEGA, 1)).orElse(NONE),
                NONE,
                NONE,
                cold.map(spread -> Cells.share(spread.median(), disk)).orElse(NONE));
    }

    private void pushes(Page page) {
        Predicate<Subject> own = key -> key.isPutToEvent() && key.isOf(Names.MILLRACE);
        Predicate<Subject> peers = Subject::isPutToEvent;
        row(page, "put → event at 1,000 records/s, p50 ms", Goal.below(1, "1"), own, Reading.millis(P50), peers);
        row(page, "put → event at 1,000 records/s, p99 ms", Goal.below(5, "5"), own, Reading.millis(P99), peers);
        row(
                page,
                "fan-out to 10 consumers together, MB/s",
                Goal.atLeast(500, "500"),
                key -> key.isFanOut() && key.isOf(Names.MILLRACE),
                Reading.MEGABYTES,
                Targets::nobody);
    }

    private void log(Page page) {
        Predicate<Subject> batches = key -> key.isOf("log") && key.scenario().equals("log: 500 x 1 KiB");
        Predicate<Subject> singles = key -> key.isOf("log") && key.scenario().equals("log: 1 x 100 B");
        row(
                page,
                "the log alone, batches, MB/s",
                Goal.atLeast(1500, "1,500"),
                batches,
                Reading.MEGABYTES,
                Targets::nobody);
        row(
                page,
                "the log alone, singles, records/s",
                Goal.atLeast(6e5, "600,000"),
                singles,
                Reading.RECORDS,
                Targets::nobody);
        row(page, "the log alone, singles, p99 ms", Goal.below(2, "2"), singles, Reading.millis(P99), Targets::nobody);
        row(
                page,
                "the log alone, singles, p99.9 ms",
                Goal.below(10, "10"),
                singles,
                Reading.millis(P999),
                Targets::nobody);
    }

    private void growth(Page page) {
        growing(
                page,
                "put rate with more shards, the worst, of that with the fewest",
                Goal.atLeast(0.8, "80 %"),
                growth.worstShare(),
                100,
                " %");
        growing(
                page,
                "start with most shards, later than with the fewest by ms",
                Goal.below(1000, "1,000"),
                growth.startGrewByMillis(),
                1,
                "");
        growing(page, "live heap a shard, KiB", Goal.below(2, "2"), growth.heapPerShardKib(), 1, "");
        growing(
                page,
                "put and tail rate over %s stored records, the worst, of that with the fewest"
                        .formatted(decimal(stored.mostRecords(), 0)),
                Goal.atLeast(0.9, "90 %"),
                stored.worstShare(),
                100,
                " %");
        growing(
                page,
                "first put over them after kill -9, ms",
                Goal.below(3000, "3,000"),
                stored.firstPutMillis().map(Spread::median),
                1,
                "");
    }

    private void startAndMemory(Page page) {
        var start = new Reading("millis", ROOM, 0);
        var memory = new Reading("bytes", MEBI, 0);
        once(page, "start to first reply, ms", Goal.below(500, "500"), "start to first reply", start);
        once(page, "resident idle, MiB", Goal.below(150, "150"), "resident, idle", memory);
        once(page, "resident under full load, MiB", Goal.below(512, "512"), "resident, peak", memory);
    }

    private void once(Page page, String what, Goal goal, String scenario, Reading reading) {
        var own = Subject.once(Names.MILLRACE, scenario);
        row(page, what, goal, own::equals, reading, key -> key.equals(Subject.once(key.server(), scenario)));
    }

    private static void growing(
            Page page, String what, Goal goal, Optional<Double> measured, double factor, String unit) {
        var shown = measured.map(value -> decimal(value * factor, factor == 1 && value < 100 ? 2 : 1) + unit)
                .orElse(NONE);
        line(page, what, goal, measured, shown, NONE, NONE, NONE);
    }

    private void row(
            Page page, String what, Goal goal, Predicate<Subject> own, Reading reading, Predicate<Subject> peers) {
        var groups = results.groups(own);
        var measured = groups.stream()
                .findFirst()
                .flatMap(group -> group.spread(reading.number))
                .map(spread -> spread.median() / reading.unit);
        line(
                page,
                what,
                goal,
                measured,
                measured.map(value -> decimal(value, reading.decimals)).orElse(NONE),
                besideBest(measured, goal, reading, peers.and(key -> Names.syncs(key.server()))),
                besideBest(measured, goal, reading, peers),
                goal.better == Better.MORE
                        ? groups.stream().findFirst().map(this::ofTheSink).orElse(NONE)
                        : NONE);
    }

    private static void line(
            Page page,
            String what,
            Goal goal,
            Optional<Double> measured,
            String shown,
            String besideSyncing,
            String besideAll,
            String limit) {
        if (measured.isEmpty()) {
            return;
        }
        page.line(
                "| %s | %s | %s | %s | %s | %s | %s |",
                what, goal.text, shown, goal.reached(measured.get()), besideSyncing, besideAll, limit);
    }

    /** How many times as good as the best of the others, and who that is. */
    private String besideBest(Optional<Double> measured, Goal goal, Reading reading, Predicate<Subject> peers) {
        Comparator<Group> order = Comparator.comparingDouble(
                group -> group.spread(reading.number).map(Spread::median).orElse(0.0));
        var others =
                results
                        .groups(peers.and(key ->
                                Names.isPeer(key.server()) || key.server().startsWith("Kafka")))
                        .stream()
                        .filter(group -> group.spread(reading.number).isPresent());
        var best = switch (goal.better) {
            case MORE -> others.max(order);
            case LESS -> others.min(order);
        };
        if (measured.isEmpty() || best.isEmpty()) {
            return NONE;
        }
        double theirs = best.get().spread(reading.number).orElseThrow().median() / reading.unit;
        double times = goal.better == Better.MORE ? measured.get() / theirs : theirs / measured.get();
        return decimal(times, times < 10 ? 2 : 0) + " × " + best.get().key().server();
    }

    private String ofTheSink(Group own) {
        return Cells.percent(
                own.spread(Subject.REQUESTS), results.spread(own.key().ofSink(), Subject.REQUESTS));
    }

    private static Predicate<Subject> own(String scenario, String encoding) {
        return key -> key.isOf(Names.MILLRACE)
                && key.scenario().equals(scenario)
                && key.encoding().equals(encoding)
                && key.shards() == Subject.USUAL_SHARDS;
    }

    /** Where no peer was measured in the same way. */
    private static boolean nobody(Subject key) {
        return false;
    }
}

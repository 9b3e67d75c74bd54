package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEBI;
import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.percent;
import static io.millrace.bench.suite.Cells.three;

import io.millrace.bench.figure.Spread;
import io.millrace.bench.plot.Axis;
import io.millrace.bench.plot.LineChart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What more shards in a stream cost. */
final class Growth {
    private static final String START = "start after kill -9";
    private static final String LIVE_HEAP = "live heap";
    private static final double KIBI = 1 << 10;

    private final Results results;
    private final List<Integer> shards;

    Growth(Results results, List<Integer> shards) {
        this.results = results;
        this.shards = shards.stream()
                .filter(count -> found(results, Subject.PUT_RECORDS, count, Subject.BYTES)
                        .isPresent())
                .toList();
    }

    void write(Page page) throws IOException {
        if (shards.isEmpty()) {
            return;
        }
        table(page);
        var rates = List.of(
                relative("PutRecords 500 × 1 KiB, JSON", Subject.PUT_RECORDS, Subject.BYTES, 0),
                relative("PutRecord 100 B, JSON, 64 connections", Subject.PUT_RECORD, Subject.REQUESTS, 9));
        page.picture(
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
            of(START, count, "millis").ifPresent(spread -> starts.add(new LineChart.Point(count, spread.median())));
        }
        if (!starts.isEmpty()) {
            page.picture(
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

    private void table(Page page) {
        int fewest = shards.getFirst();
        page.title("Growth");
        page.line(
                "| Shards in a stream | PutRecords JSON MB/s | of that with %,d | PutRecord requests/s | of that with %,d |"
                        + " Start after kill -9 ms | Resident idle MiB | Live heap MiB | Live heap per shard KiB |",
                fewest, fewest);
        page.line("| --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (int count : shards) {
            page.line(
                    "| %,d | %s | %s | %s | %s | %s | %s | %s | %s |",
                    count,
                    three(of(Subject.PUT_RECORDS, count, Subject.BYTES), MEGA, 1),
                    percent(
                            of(Subject.PUT_RECORDS, count, Subject.BYTES),
                            of(Subject.PUT_RECORDS, fewest, Subject.BYTES)),
                    three(of(Subject.PUT_RECORD, count, Subject.REQUESTS), 1, 0),
                    percent(
                            of(Subject.PUT_RECORD, count, Subject.REQUESTS),
                            of(Subject.PUT_RECORD, fewest, Subject.REQUESTS)),
                    three(of(START, count, "millis"), 1, 0),
                    three(of("resident, idle", count, "bytes"), MEBI, 0),
                    three(of(LIVE_HEAP, count, "bytes"), MEBI, 1),
                    count == fewest
                            ? Cells.NONE
                            : heapPerShardKib(count)
                                    .map(kib -> Cells.decimal(kib, 2))
                                    .orElse(Cells.NONE));
        }
        page.line("");
        page.paragraph(
                "The heap per shard is what the live heap grew by. Each server had one stream of so many shards when it"
                        + " was killed and started again; its records were put into others like it before.");
    }

    /** The worst put rate of all as a part of that with the fewest shards. */
    Optional<Double> worstShare() {
        return shards.stream()
                .flatMap(count -> List.of(
                        share(Subject.PUT_RECORDS, Subject.BYTES, count),
                        share(Subject.PUT_RECORD, Subject.REQUESTS, count))
                        .stream())
                .flatMap(Optional::stream)
                .min(Double::compare);
    }

    /** By how much later the first reply comes with the most shards than with the fewest. */
    Optional<Double> startGrewByMillis() {
        return difference(START, "millis");
    }

    Optional<Double> heapPerShardKib() {
        return shards.size() < 2 ? Optional.empty() : heapPerShardKib(shards.getLast());
    }

    private Optional<Double> heapPerShardKib(int count) {
        var then = of(LIVE_HEAP, shards.getFirst(), "bytes");
        return of(LIVE_HEAP, count, "bytes")
                .flatMap(
                        now -> then.map(first -> (now.median() - first.median()) / KIBI / (count - shards.getFirst())));
    }

    private Optional<Double> difference(String scenario, String number) {
        if (shards.size() < 2) {
            return Optional.empty();
        }
        var fewest = of(scenario, shards.getFirst(), number);
        return of(scenario, shards.getLast(), number)
                .flatMap(most -> fewest.map(first -> most.median() - first.median()));
    }

    private Optional<Double> share(String scenario, String number, int count) {
        var fewest = of(scenario, shards.getFirst(), number);
        return of(scenario, count, number).flatMap(now -> fewest.map(first -> now.median() / first.median()));
    }

    private LineChart.Line relative(String label, String scenario, String number, int colour) {
        var points = new ArrayList<LineChart.Point>();
        for (int count : shards) {
            share(scenario, number, count).ifPresent(share -> points.add(new LineChart.Point(count, 100 * share)));
        }
        return new LineChart.Line(label, points, colour);
    }

    private Optional<Spread> of(String scenario, int count, String number) {
        return found(results, scenario, count, number);
    }

    private static Optional<Spread> found(Results results, String scenario, int count, String number) {
        return results.spread(
                key -> key.isOf(Names.MILLRACE)
                        && key.scenario().equals(scenario)
                        && key.shards() == count
                        && (!key.scenario().equals(Subject.PUT_RECORD)
                                || key.connections() == Subject.USUAL_SMALL_CONNECTIONS),
                number);
    }
}

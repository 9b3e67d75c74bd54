package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEGA;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.latency.Latencies;
import io.millrace.bench.plot.Axis;
import io.millrace.bench.plot.BarChart;
import io.millrace.bench.plot.LineChart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the servers that can be compared do, drawn. */
record Pictures(Results results, Page page) {
    void write() throws IOException {
        bars(
                "put-records.svg",
                "PutRecords, 500 × 1 KiB, JSON, 8 connections",
                key -> key.isCommon(Subject.PUT_RECORDS),
                Subject.BYTES,
                MEGA,
                "payload, MB/s");
        bars(
                "put-record.svg",
                "PutRecord, 100 B, JSON, 64 connections",
                Subject::isCommonPutRecord,
                Subject.REQUESTS,
                1,
                "requests/s");
        bars(
                "get-records.svg",
                "GetRecords, 1 KiB records, JSON, 4 shards",
                key -> key.isCommon(Subject.GET_RECORDS),
                Subject.BYTES,
                MEGA,
                "payload, MB/s");
        ladders(
                "latency-put-records.svg",
                "PutRecords, 500 × 1 KiB, JSON, 8 connections: latency",
                key -> key.isCommon(Subject.PUT_RECORDS));
        ladders(
                "latency-put-record.svg",
                "PutRecord, 100 B, JSON, 64 connections: latency",
                Subject::isCommonPutRecord);
        ladders("latency-push.svg", "Put to event at 1,000 records/s: latency", Subject::isPutToEvent);
    }

    private void bars(String file, String title, Predicate<Subject> wanted, String number, double unit, String axis)
            throws IOException {
        var bars = new ArrayList<BarChart.Bar>();
        for (var group : results.groups(key -> wanted.test(key) && !key.isSink())) {
            group.spread(number)
                    .ifPresent(spread -> bars.add(new BarChart.Bar(
                            group.key().server(),
                            spread.dividedBy(unit),
                            Names.order(group.key().server()))));
        }
        if (!bars.isEmpty()) {
            page.picture(file, title, new BarChart(title, new Axis(axis, Axis.Kind.LINEAR), bars).svg());
        }
    }

    private void ladders(String file, String title, Predicate<Subject> wanted) throws IOException {
        var lines = new ArrayList<LineChart.Line>();
        for (var group : results.groups(key -> wanted.test(key) && !key.isSink())) {
            var points = points(group.middle("p99_nanos"));
            if (!points.isEmpty()) {
                lines.add(new LineChart.Line(
                        group.key().server(), points, Names.order(group.key().server())));
            }
        }
        if (!lines.isEmpty()) {
            page.picture(
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
}

package io.millrace.bench.firehose;

import io.millrace.bench.figure.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The hot loops of a delivery, each alone on one core by JMH, and the JDK's or the library's part of them. */
final class LoopsTrial {
    static final String SCENARIO = "loop";

    private static final Duration WITHIN = Duration.ofMinutes(4);
    private static final double OBJECT_BYTES = 5_000_000;
    private static final double CONVERSION_BYTES = 1_000_000;
    private static final double MICROS_IN_SECOND = 1e6;

    private final Plan plan;
    private final Programs programs;

    LoopsTrial(Plan plan, Programs programs) {
        this.plan = plan;
        this.programs = programs;
    }

    void measure() throws IOException, InterruptedException {
        run("ObjectCompression.recordsToObject", "GZIP,ZIP,Snappy");
        run("ObjectCompression.gzipOfTheJdk", "GZIP");
        run("RecordConversion.(jsonToRows|rowsToFile)", "parquet-snappy");
        run("RecordConversion.jsonToFile", "parquet-snappy,orc-snappy");
    }

    private void run(String pattern, String formats) throws IOException, InterruptedException {
        var results = plan.work().resolve("jmh.csv");
        programs.loops(
                WITHIN,
                "-f",
                "1",
                "-wi",
                "3",
                "-w",
                "1",
                "-i",
                "3",
                "-r",
                "1",
                "-rf",
                "csv",
                "-rff",
                results.toString(),
                "-p",
                "format=" + formats,
                pattern);
        for (var figure : figures(Files.readAllLines(results))) {
            plan.tell(figure);
        }
        Files.delete(results);
    }

    /** Of JMH's own table; its first line names the columns. */
    static List<Figure> figures(List<String> csv) throws IOException {
        var columns = cells(csv.getFirst());
        int benchmark = column(columns, "Benchmark");
        int score = column(columns, "Score");
        int unit = column(columns, "Unit");
        int format = column(columns, "Param: format");
        return csv.stream()
                .skip(1)
                .map(LoopsTrial::cells)
                .map(cells -> figure(
                        cells.get(benchmark), cells.get(format), Double.parseDouble(cells.get(score)), cells.get(unit)))
                .toList();
    }

    private static Figure figure(String benchmark, String format, double score, String unit) {
        double bytesPerSecond = switch (unit) {
            case "us/op" -> OBJECT_BYTES * MICROS_IN_SECOND / score;
            case "ops/s" -> CONVERSION_BYTES * score;
            default -> throw new IllegalArgumentException("JMH tells " + unit);
        };
        return Figure.of(PutsTrial.MILLRACE, SCENARIO)
                .with("loop", benchmark.substring(benchmark.lastIndexOf('.') + 1))
                .with("form", format)
                .with("payload_bytes_per_second", bytesPerSecond);
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1))
                .map(cell -> cell.replace("\"", ""))
                .toList();
    }

    private static int column(List<String> columns, String name) throws IOException {
        return Optional.of(columns.indexOf(name))
                .filter(found -> found >= 0)
                .orElseThrow(() -> new IOException("JMH's table has no column " + name + ": " + columns));
    }
}

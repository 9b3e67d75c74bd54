package io.millrace.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import io.millrace.bench.latency.Latencies;
import io.millrace.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private final List<Figure> figures = new ArrayList<>();
    private final Notes notes = new Notes();

    @TempDir
    Path directory;

    @Test
    void tellsLeastMiddleAndMostOfTheRepeats() throws Exception {
        puts(Names.MILLRACE, 300, 100, 200);

        assertThat(report()).contains("| 100.0 / 200.0 / 300.0 |");
    }

    @Test
    void tellsWhenEachServerAnswersAPut() throws Exception {
        puts(Names.MILLRACE, 300);
        puts(Peer.MOTO.label(), 1);
        puts(Names.KAFKA, 80);

        assertThat(report())
                .contains("| Millrace (fsync) | after fdatasync |")
                .contains("| moto (memory) | in memory |")
                .contains("| Kafka (page cache) | when the operating system has it");
    }

    @Test
    void tellsWhichTargetsAreReachedAndHowFarThePeersAre() throws Exception {
        puts(Names.MILLRACE, 600);
        puts(Names.KAFKA_FSYNC, 120);
        puts(Names.KAFKA, 400);

        assertThat(report())
                .contains("| PutRecords 500 × 1 KiB, JSON, MB/s | ≥ 500 | 600.0 | yes"
                        + " | 5.00 × Kafka (fsync) | 1.50 × Kafka (page cache) | – |");
    }

    @Test
    void tellsWhichTargetsAreMissed() throws Exception {
        puts(Names.MILLRACE, 400);

        assertThat(report()).contains("| ≥ 500 | 400.0 | **no** | – | – | – |");
    }

    @Test
    void callsMoreThanOnceBetterWhereLessIsBetter() throws Exception {
        figures.add(push(Names.MILLRACE, Duration.ofMillis(2)));
        figures.add(push(Names.KAFKA_FSYNC, Duration.ofMillis(8)));

        assertThat(report()).containsPattern("p50 ms \\| < 1 \\| 2\\.0. \\| \\*\\*no\\*\\* \\| [34]\\.[09]. × Kafka");
    }

    @Test
    void keepsTheServerThatWasJustStartedApart() throws Exception {
        puts(Names.MILLRACE, 600);
        puts(Names.MILLRACE_JUST_STARTED, 300);

        assertThat(report())
                .contains("| Millrace (fsync) | after fdatasync | 600.0 |")
                .contains("| Millrace (fsync), just started | after fdatasync | 300.0 |");
    }

    @Test
    void comparesTheSlowestOfTheAmountsOfStoredRecordsWithItsTarget() throws Exception {
        puts(Names.MILLRACE, 600);
        figures.add(stored(0, 1000, 400));
        figures.add(stored(1_000_000, 950, 300));

        assertThat(report()).contains("| ≥ 90 % | 75.0 % | **no** |");
    }

    @Test
    void saysWhoWasSkippedAndWhatFailed() throws Exception {
        notes.skip("moto", "python3 is not on the path");
        notes.attempt("Kafka", () -> {
            throw new IOException("did not start");
        });

        assertThat(report())
                .contains("* moto: skipped, python3 is not on the path")
                .contains("* **Failed:** Kafka: did not start");
    }

    @Test
    void countsErrorsOfAllRepeats() throws Exception {
        figures.add(put(Names.MILLRACE, 4, 1).with("errors", 2L));
        figures.add(put(Names.MILLRACE, 4, 1).with("errors", 3L));

        assertThat(report()).containsPattern("\\| Millrace \\(fsync\\) \\| after fdatasync .*\\| 5 \\|\n");
    }

    @Test
    void drawsWhatItShowsAndNothingElse() throws Exception {
        puts(Names.MILLRACE, 300);
        figures.add(put(Names.MILLRACE, 1, 100));
        figures.add(put(Names.MILLRACE, 1000, 90));

        assertThat(report())
                .contains("](put-records.svg)")
                .contains("](growth-rate.svg)")
                .contains("| 90.0 % |")
                .doesNotContain("](put-record.svg)");
        assertThat(directory.resolve("put-records.svg")).isNotEmptyFile();
        assertThat(directory.resolve("growth-rate.svg")).isNotEmptyFile();
        assertThat(directory.resolve("put-record.svg")).doesNotExist();
    }

    @Test
    void tellsMillracesShareOfEachLimit() throws Exception {
        puts(Names.MILLRACE, 250);
        figures.add(
                Figure.of("machine", "write and fdatasync 1 MiB, O_DIRECT").with("payload_bytes_per_second", 1000e6));

        assertThat(report()).contains("| – | 25.0 % | – | – |");
    }

    @Test
    void tellsWhatMoreStoredRecordsChange() throws Exception {
        figures.add(stored(0, 1000, 400));
        figures.add(stored(1_000_000, 900, 300));

        assertThat(report())
                .contains("| 0 | 1,000 | 100.0 % | – | – | 400 | 100.0 % |")
                .contains("| 1,000,000 | 900 | 90.0 % | – | – | 300 | 75.0 % |");
    }

    @Test
    void tellsHowLongStartsOverStoredRecordsTake() throws Exception {
        figures.add(stored(1_000_000, 900, 300));
        figures.add(startAfterKill(700, 800));
        figures.add(startAfterKill(500, 600));

        assertThat(report()).contains("| 1,000,000 | 2 | 500 / 600 / 700 | 600 / 700 / 800 |");
    }

    @Test
    void keepsTheLogAloneOutOfTheServersTable() throws Exception {
        figures.add(Figure.of("log", "log: 1 x 100 B")
                .with("shards", 10_000)
                .with("writers", 256)
                .with("records_per_second", 600_000));

        assertThat(report())
                .contains("| log: 1 x 100 B | 10,000 | 256 | 1 | – | 600,000 |")
                .doesNotContain("| log |");
    }

    private static Figure push(String server, Duration latency) {
        var latencies = new Latencies();
        latencies.record(latency.toNanos());
        return Figure.of(server, "put to event").with("connections", 1).with(latencies);
    }

    private static Figure stored(long records, double put, double read) {
        return Figure.of("millrace", "stored records")
                .with("stored_records", records)
                .with("put_records_per_second", put)
                .with("tail_records_per_second", read);
    }

    private static Figure startAfterKill(double readMillis, double putMillis) {
        return Figure.of("millrace", "start with stored records after kill -9")
                .with("stored_records", 1_000_000L)
                .with("first_read_millis", readMillis)
                .with("first_put_millis", putMillis);
    }

    private void puts(String server, double... megabytes) {
        for (double each : megabytes) {
            figures.add(put(server, 4, each));
        }
    }

    private static Figure put(String server, int shards, double megabytes) {
        var latencies = new Latencies();
        latencies.record(Duration.ofMillis(1).toNanos());
        return Figure.of(server, "PutRecords 500 x 1 KiB")
                .with("encoding", "JSON")
                .with("shards", shards)
                .with("connections", 8)
                .with("payload_bytes_per_second", megabytes * 1e6)
                .with(latencies);
    }

    private String report() throws Exception {
        var words = "--home %1$s --work %1$s --cache %1$s --into %1$s --growth-shards 1,1000".formatted(directory);
        var options = SuiteOptions.parse(new Arguments(words.split(" ")));
        new Report(new Results(figures), options, notes, new Machine("a machine", "0.1"), "", Duration.ofSeconds(61))
                .write();
        return Files.readString(directory.resolve("report.md"));
    }
}

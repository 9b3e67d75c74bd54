package io.millrace.bench.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.latency.Latencies;
import io.millrace.bench.machine.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final double MEGA = 1e6;

    private final List<Figure> figures = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    @Test
    void tellsPutsAsAShareOfPutRecordsToAsManyShards() {
        put(PutsTrial.MILLRACE, "PutRecords 500 x 1 KiB", 4, 400, 500, 600);
        put(PutsTrial.MILLRACE, "PutRecords 500 x 1 KiB", 1, 800);
        put(PutsTrial.ALONE, "PutRecordBatch 500 x 1 KiB", 1, 300, 400, 500);
        put(PutsTrial.DELIVERED, "PutRecordBatch 500 x 1 KiB", 1, 1);

        assertThat(report())
                .contains("| PutRecordBatch 500 × 1 KiB, of PutRecords to 4 shards | ≥ 60 % | 80 % | yes |")
                .contains("| PutRecordBatch 500 × 1 KiB, of PutRecords to 1 shard | ≥ 60 % | 50 % | **no** |")
                .contains("| 300 / 400 / 500 |");
    }

    @Test
    void tellsWhatBoundsALoopBesideIt() {
        loop("recordsToObject", "GZIP", 140);
        loop("gzipOfTheJdk", "GZIP", 150);
        loop("jsonToFile", "parquet-snappy", 39);
        loop("jsonToRows", "parquet-snappy", 100);
        loop("rowsToFile", "parquet-snappy", 64);

        assertThat(report())
                .contains("| ≥ 100 | 140 | yes | the JDK's GZIP at that level, of one piece: 150 MB/s |")
                .contains("| ≥ 40 | 39 | **no** | reading JSON alone 100 MB/s, writing Parquet alone 64 MB/s |");
    }

    @Test
    void countsDeliveriesByTheProcessorTimeThatTheyTake() {
        figures.add(Figure.of(PutsTrial.MILLRACE, DrainTrial.SCENARIO)
                .with("form", "GZIP")
                .with(Report.BYTES_PER_SECOND, 150 * MEGA)
                .with("payload_bytes_per_cpu_second", 80 * MEGA)
                .with("server_cores", 1.9)
                .with("stored_share", 0.25));

        assertThat(report())
                .contains("from the log to the folder | ≥ 100 | 80 | **no** |")
                .contains("| GZIP | 150 | 80 | 12.5 | 1.90 | 25.0 % |");
    }

    @Test
    void tellsWhatManyDeliveryStreamsAddToAServer() {
        idle(0, 100, 10);
        idle(1000, 140, 70);

        assertThat(report())
                .contains("| 1,000 idle delivery streams, MiB of live heap | < 50 | 60.0 | **no** |")
                .contains("| 1,000 idle delivery streams, MiB resident | < 50 | 40.0 | yes |");
    }

    @Test
    void tellsHowLongRecordsTake() {
        var latencies = new Latencies();
        latencies.record(Duration.ofMillis(5).toNanos());
        figures.add(Figure.of(PutsTrial.MILLRACE, LatencyTrial.SCENARIO)
                .with("source", "Direct PUT")
                .with("destination", "a folder")
                .with("records", 1)
                .with(latencies));

        assertThat(report())
                .contains("| from Direct PUT to a folder, nothing buffered, p99 ms | < 1,000 | 5.0 | yes |")
                .contains("| Direct PUT | a folder | 1 | 5.0 | 5.0 | 5.0 |");
    }

    @Test
    void tellsOfWhatWasNotMeasuredThatItWasNot() {
        remarks.add("moto was skipped:\nit is not installed");

        assertThat(report())
                .contains("* moto was skipped: it is not installed\n")
                .doesNotContain("≥ 60 %");
    }

    private void put(String server, String scenario, int shards, double... megabytes) {
        for (double each : megabytes) {
            figures.add(Figure.of(server, scenario).with("shards", shards).with(Report.BYTES_PER_SECOND, each * MEGA));
        }
    }

    private void loop(String loop, String form, double megabytes) {
        figures.add(Figure.of(PutsTrial.MILLRACE, LoopsTrial.SCENARIO)
                .with("loop", loop)
                .with("form", form)
                .with(Report.BYTES_PER_SECOND, megabytes * MEGA));
    }

    private void idle(int deliveryStreams, long residentMebibytes, long liveMebibytes) {
        figures.add(Figure.of(PutsTrial.MILLRACE, ManyTrial.IDLE)
                .with("delivery_streams", deliveryStreams)
                .with("resident_bytes", residentMebibytes << 20)
                .with("live_heap_bytes", liveMebibytes << 20));
    }

    private String report() {
        return new Report(figures, new Machine("a machine", "0.1"), "abc", remarks, Duration.ofSeconds(61)).markdown();
    }
}

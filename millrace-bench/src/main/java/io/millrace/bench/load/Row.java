package io.millrace.bench.load;

import io.millrace.bench.figure.Figure;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One line of the report.
 *
 * @param operation what was done, with sizes: {@code PutRecords 500 x 1 KiB}
 * @param driverCores how many cores the driver kept busy while it measured
 * @param serverCores the same for the server, if its process is known
 */
record Row(
        String server,
        String operation,
        Encoding encoding,
        int shards,
        int connections,
        Duration measured,
        Tally tally,
        double driverCores,
        OptionalDouble serverCores) {
    static final String MARKDOWN_HEAD = """
            | Server | Scenario | Encoding | Shards | Connections | Records/s | MB/s | Requests/s | p50 ms | p99 ms | p99.9 ms | Max ms | Errors | Server cores | Driver cores |
            | --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |""";

    String markdown() {
        var latencies = tally.latencies();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d | %d | %,.0f | %,.1f | %,.0f | %s | %s | %s | %s | %d | %s | %.2f |",
                server,
                operation,
                encoding,
                shards,
                connections,
                perSecond(tally.records()),
                perSecond(tally.payloadBytes()) / 1e6,
                perSecond(latencies.count()),
                millis(latencies.percentile(50)),
                millis(latencies.percentile(99)),
                millis(latencies.percentile(99.9)),
                millis(latencies.max()),
                tally.errors(),
                serverCores.isPresent() ? String.format(Locale.ROOT, "%.2f", serverCores.getAsDouble()) : "",
                driverCores);
    }

    Figure figure() {
        var latencies = tally.latencies();
        var figure = Figure.of(server, operation)
                .with("encoding", encoding.name())
                .with("shards", shards)
                .with("connections", connections)
                .with("measured_seconds", measured.toNanos() / 1e9)
                .with("records_per_second", perSecond(tally.records()))
                .with("payload_bytes_per_second", perSecond(tally.payloadBytes()))
                .with("requests_per_second", perSecond(latencies.count()))
                .with("errors", tally.errors())
                .with("driver_cores", driverCores)
                .with(latencies);
        return serverCores.isPresent() ? figure.with("server_cores", serverCores.getAsDouble()) : figure;
    }

    private double perSecond(long count) {
        return count * 1e9 / measured.toNanos();
    }

    private static String millis(Duration latency) {
        return String.format(Locale.ROOT, "%.2f", latency.toNanos() / 1e6);
    }
}

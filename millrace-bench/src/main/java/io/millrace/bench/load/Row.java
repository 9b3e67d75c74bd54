package io.millrace.bench.load;

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

    String json() {
        var latencies = tally.latencies();
        return String.format(
                Locale.ROOT,
                "{\"server\":\"%s\",\"scenario\":\"%s\",\"encoding\":\"%s\",\"shards\":%d,\"connections\":%d,"
                        + "\"records_per_second\":%.1f,\"payload_bytes_per_second\":%.1f,\"requests_per_second\":%.1f,"
                        + "\"p50_nanos\":%d,\"p99_nanos\":%d,\"p999_nanos\":%d,\"max_nanos\":%d,\"errors\":%d,"
                        + "\"server_cores\":%s,\"driver_cores\":%.3f}",
                server,
                operation,
                encoding,
                shards,
                connections,
                perSecond(tally.records()),
                perSecond(tally.payloadBytes()),
                perSecond(latencies.count()),
                latencies.percentile(50).toNanos(),
                latencies.percentile(99).toNanos(),
                latencies.percentile(99.9).toNanos(),
                latencies.max().toNanos(),
                tally.errors(),
                serverCores.isPresent() ? String.format(Locale.ROOT, "%.3f", serverCores.getAsDouble()) : "null",
                driverCores);
    }

    private double perSecond(long count) {
        return count * 1e9 / measured.toNanos();
    }

    private static String millis(Duration latency) {
        return String.format(Locale.ROOT, "%.2f", latency.toNanos() / 1e6);
    }
}

package io.millrace.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.gateway.Page;
import io.millrace.log.Log;
import io.millrace.streams.Streams;
import java.util.Map;
import java.util.function.Supplier;

/** What the door shows to people and machines that watch over the server. */
final class Pages {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String OPEN_METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private Pages() {}

    static Map<String, Supplier<Page>> of(Streams streams, Log log, PrometheusMeterRegistry meters) {
        return Map.of(
                "/health/live", () -> new Page(200, TEXT, "ok\n"),
                "/health/ready", () -> ready(streams, log),
                "/metrics", () -> new Page(200, OPEN_METRICS, meters.scrape()));
    }

    private static Page ready(Streams streams, Log log) {
        if (!log.writable()) {
            return new Page(503, TEXT, "records can't be stored at present; the server's log says why\n");
        }
        if (!streams.healthy()) {
            return new Page(503, TEXT, "streams can't change state at present; the server's log says why\n");
        }
        return new Page(200, TEXT, "ok\n");
    }
}

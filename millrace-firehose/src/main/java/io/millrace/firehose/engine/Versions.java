package io.millrace.firehose.engine;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of one delivery stream, each opened when the first record goes by it. Owns their routes. Safe for use by
 * several threads.
 */
final class Versions {
    private static final Logger LOGGER = LoggerFactory.getLogger(Versions.class);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(10);

    private final RouteOpener opener;
    private final Pauses pauses;
    private final StreamReport report;
    private final Map<Integer, Route> open = new ConcurrentHashMap<>();
    private volatile DeliveryStream stream;

    /** Opens what a version of a delivery stream needs. */
    interface RouteOpener {
        Route open(DeliveryStream stream, Revision revision);
    }

    Versions(DeliveryStream stream, RouteOpener opener, Pauses pauses, StreamReport report) {
        this.stream = stream;
        this.opener = opener;
        this.pauses = pauses;
        this.report = report;
    }

    DeliveryStream stream() {
        return stream;
    }

    /** The delivery stream has changed; says whether it has a newer version. */
    boolean update(DeliveryStream next) {
        boolean newVersion = next.current().version() != stream.current().version();
        stream = next;
        return newVersion;
    }

    int current() {
        return stream.current().version();
    }

    /** The version that was in force at that time. */
    Route at(Instant arrival) {
        return route(stream.revisionAt(arrival));
    }

    Route of(int version) {
        var route = open.get(version);
        return route == null ? route(stream.revision(version)) : route;
    }

    private Route route(Revision revision) {
        return open.computeIfAbsent(revision.version(), _ -> open(revision));
    }

    /** What can't be opened now may be later; till then nothing is delivered and nothing is lost. */
    private Route open(Revision revision) {
        while (true) {
            try {
                return opener.open(stream, revision);
            } catch (RuntimeException e) {
                LOGGER.error(
                        "version {} of {} can't be opened; it will be tried again",
                        revision.version(),
                        stream.arn(),
                        e);
                report.failed("Firehose.ConfigurationError", String.valueOf(e.getMessage()));
                pauses.pause(PAUSE_AFTER_FAULT);
            }
        }
    }

    /** Nothing goes by older versions any more. */
    void closeBefore(int version) {
        open.forEach((older, route) -> {
            if (older < version) {
                open.remove(older);
                route.close();
            }
        });
    }

    void close() {
        open.values().forEach(Route::close);
    }
}

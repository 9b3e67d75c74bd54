package io.millrace.firehose.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a delivery stream is doing at one moment.
 *
 * @param bufferedBytes read from the source and not delivered yet
 * @param oldestArrival of what is buffered
 * @param retries attempts that failed since the server started
 * @param lostRecords how many nobody will get, since the server started
 * @param events the last deliveries and failures, oldest first
 */
public record DeliveryState(
        String name,
        String arn,
        String version,
        long bufferedBytes,
        Optional<Instant> oldestArrival,
        long retries,
        long lostRecords,
        Optional<Problem> lastProblem,
        List<Event> events) {

    /** What went wrong last. */
    public record Problem(Instant at, String code, String message) {}

    /** @param number grows from event to event */
    public record Event(long number, Instant at, String text) {}

    static DeliveryState of(StreamDelivery delivery) {
        var stream = delivery.stream();
        var report = delivery.report();
        return new DeliveryState(
                stream.name(),
                stream.arn(),
                stream.versionId(),
                delivery.bufferedBytes(),
                delivery.oldestArrival(),
                report.retries(),
                report.lostRecords(),
                report.lastProblem(),
                report.events());
    }
}

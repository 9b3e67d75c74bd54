package io.millrace.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The door's meters:
 *
 * <ul>
 *   <li>{@code millrace.requests}: how many requests were answered and how long that took from their head to the reply,
 *       by {@code operation} ({@code none} where the request names none) and {@code status} ({@code 2xx} to {@code 5xx})
 *   <li>{@code millrace.requests.active}: requests that are not answered yet
 *   <li>{@code millrace.subscriptions}: requests that are being answered with events; in {@code millrace.requests} such a
 *       one is counted when its events begin, with the time that took
 *   <li>{@code millrace.connections}: open connections
 *   <li>{@code millrace.request.bodies.bytes}: memory taken by request bodies
 *   <li>{@code millrace.replies.bytes}: memory taken by replies in one piece of more than 64 KiB that have not all gone to
 *       their clients
 *   <li>{@code millrace.events.bytes}: memory taken by such events, one that many clients get counted once
 *   <li>{@code millrace.carried.bytes}: what lies in buffers for sockets, beyond the first 8 KiB of each reply
 *   <li>{@code millrace.buffers.bytes}: pooled memory in use for what is on its way in and out
 * </ul>
 */
final class RequestMeters {
    static final String NO_OPERATION = "none";

    private static final int STATUS_CLASSES = 6;
    private static final int STATUSES_PER_CLASS = 100;

    private final MeterRegistry meters;
    private final Map<String, Timer[]> timers;

    RequestMeters(MeterRegistry meters, Operations operations) {
        this.meters = meters;
        var byOperation = new HashMap<String, Timer[]>();
        byOperation.put(NO_OPERATION, timersOf(NO_OPERATION));
        for (var served : operations.all()) {
            var name = served.operation().name();
            byOperation.put(name, timersOf(name));
        }
        timers = Map.copyOf(byOperation);
    }

    void watch(
            IntSupplier active,
            IntSupplier subscriptions,
            IntSupplier connections,
            LongSupplier bodiesBytes,
            ReplyMemory replies) {
        Gauge.builder("millrace.requests.active", active::getAsInt).register(meters);
        Gauge.builder("millrace.subscriptions", subscriptions::getAsInt).register(meters);
        Gauge.builder("millrace.connections", connections::getAsInt).register(meters);
        Gauge.builder("millrace.request.bodies.bytes", bodiesBytes::getAsLong).register(meters);
        Gauge.builder("millrace.replies.bytes", replies.replies()::takenBytes).register(meters);
        Gauge.builder("millrace.events.bytes", replies::eventsBytes).register(meters);
        Gauge.builder("millrace.carried.bytes", replies.carried()::takenBytes).register(meters);
    }

    void watchBuffers(LongSupplier buffersBytes) {
        Gauge.builder("millrace.buffers.bytes", buffersBytes::getAsLong).register(meters);
    }

    long nanoTime() {
        return meters.config().clock().monotonicTime();
    }

    void answered(String operation, int status, long nanos) {
        var ofOperation = Objects.requireNonNull(timers.get(operation), operation);
        ofOperation[status / STATUSES_PER_CLASS].record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer[] timersOf(String operation) {
        var ofOperation = new Timer[STATUS_CLASSES];
        for (int statusClass = 0; statusClass < STATUS_CLASSES; statusClass++) {
            ofOperation[statusClass] = Timer.builder("millrace.requests")
                    .description("Requests answered")
                    .tag("operation", operation)
                    .tag("status", statusClass + "xx")
                    .register(meters);
        }
        return ofOperation;
    }
}

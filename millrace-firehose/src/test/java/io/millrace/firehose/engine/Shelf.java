package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A destination that keeps what it gets under the batch's id, as a bucket does, and refuses on command. */
final class Shelf implements Destination {
    private final Power power;
    private final Duration retryDuration;
    private final Map<String, List<DeliveryRecord>> objects = new LinkedHashMap<>();
    private Function<Batch, Attempt> verdict = _ -> new Attempt.Delivered();
    private int attempts;

    Shelf(Power power, Duration retryDuration) {
        this.power = power;
        this.retryDuration = retryDuration;
    }

    /** What it says of each batch from now on; whatever is not refused is kept. */
    synchronized void says(Function<Batch, Attempt> next) {
        verdict = next;
    }

    synchronized int attempts() {
        return attempts;
    }

    /** By the batch's id, in the order in which they first came. */
    synchronized Map<String, List<DeliveryRecord>> objects() {
        return objects;
    }

    synchronized List<Long> offsets() {
        return objects.values().stream()
                .flatMap(List::stream)
                .map(record -> record.position().offset())
                .toList();
    }

    @Override
    public String name() {
        return "Shelf";
    }

    @Override
    public String errorOutputType() {
        return "shelf-failed";
    }

    @Override
    public Duration retryDuration() {
        return retryDuration;
    }

    @Override
    public synchronized Attempt attempt(Batch batch) {
        attempts++;
        power.step();
        var said = verdict.apply(batch);
        if (!(said instanceof Attempt.Refused)) {
            keep(batch, said instanceof Attempt.Partly(var undelivered) ? undelivered : List.of());
        }
        power.step();
        return said;
    }

    /** Also what is refused may have been kept: a destination whose answer gets lost. */
    void keep(Batch batch, List<Attempt.Undelivered> undelivered) {
        var records = new ArrayList<DeliveryRecord>();
        try (var reading = batch.records()) {
            while (reading.hasNext()) {
                records.add(reading.next());
            }
        }
        undelivered.forEach(one -> records.removeIf(record -> record.position().equals(one.position())));
        objects.merge(batch.id().toString(), records, (before, now) -> now);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}

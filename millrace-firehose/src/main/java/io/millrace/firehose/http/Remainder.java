package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an attempt that takes several requests leaves undelivered. Each request answers for its own records; the first that may
 * be tried again ends the attempt, and what comes behind it waits with it.
 */
final class Remainder {
    /** The records of one request that failed, by their places in the batch. */
    private record Failed(int from, int to, Failure failure) {}

    private final List<Failed> failed = new ArrayList<>();
    private int sent;
    private boolean toBeTriedAgain;

    /** The outcome of the next request, which had so many records. */
    void add(int count, Optional<Failure> failure) {
        if (failure.isPresent()) {
            toBeTriedAgain = failure.get().remedy() == Failure.Remedy.RETRY;
            failed.add(new Failed(sent, toBeTriedAgain ? Integer.MAX_VALUE : sent + count, failure.get()));
        }
        sent += count;
    }

    boolean isToBeTriedAgain() {
        return toBeTriedAgain;
    }

    Attempt of(Batch batch, Function<DeliveryRecord, Map<String, String>> details) {
        if (failed.isEmpty()) {
            return new Attempt.Delivered();
        }
        var first = failed.getFirst();
        if (first.from() == 0 && (first.to() == Integer.MAX_VALUE || first.to() == batch.count())) {
            return new Attempt.Refused(first.failure());
        }
        var undelivered = new ArrayList<Attempt.Undelivered>();
        try (var records = batch.records()) {
            var each = failed.iterator();
            var next = each.next();
            for (int index = 0; records.hasNext(); index++) {
                var record = records.next();
                if (index >= next.to() && each.hasNext()) {
                    next = each.next();
                }
                if (index >= next.from() && index < next.to()) {
                    undelivered.add(new Attempt.Undelivered(record, next.failure(), details.apply(record)));
                }
            }
        }
        return new Attempt.Partly(undelivered);
    }
}

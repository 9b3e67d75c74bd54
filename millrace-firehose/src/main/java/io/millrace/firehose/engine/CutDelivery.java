package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.engine.Checkpoints.Place;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one cut to where it belongs, whatever that takes: attempts, waits, and the error output for what the destination
 * does not want. Returns when everything is safe. Used by one thread.
 */
final class CutDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(CutDelivery.class);
    private static final Duration ERROR_OUTPUT_PATIENCE = Duration.ofDays(36_500);

    private final Place place;
    private final String group;
    private final Cut cut;
    private final Checkpoints checkpoints;
    private final Pauses pauses;
    private final Backoff backoff;
    private final DeliveryReport report;
    private final InstantSource clock;

    CutDelivery(
            Place place,
            String group,
            Cut cut,
            Checkpoints checkpoints,
            Pauses pauses,
            Backoff backoff,
            DeliveryReport report,
            InstantSource clock) {
        this.place = place;
        this.group = group;
        this.cut = cut;
        this.checkpoints = checkpoints;
        this.pauses = pauses;
        this.backoff = backoff;
        this.report = report;
        this.clock = clock;
    }

    /** @throws StoppedException if the delivery stream was stopped before the end */
    void deliver() throws InterruptedException {
        checkpoints.intend(place, group, cut.intent());
        for (var batch : cut.batches()) {
            switch (batch.lane()) {
                case LaneKey.Main _ -> toDestination(batch);
                case LaneKey.Errors(var type) -> untilTaken(cut.route().errors().of(type), batch, batch);
                case LaneKey.Backup _ ->
                    untilTaken(cut.route().backup().orElseThrow().destination(), batch, batch);
            }
        }
    }

    private void toDestination(LaneBatch batch) throws InterruptedException {
        var destination = cut.route().destination();
        var failed = new ArrayList<Undelivered>();
        Batch rest = batch;
        while (true) {
            pauses.check();
            Failure failure;
            switch (attempt(destination, rest, batch)) {
                case Attempt.Delivered _ -> {
                    delivered(destination, batch, failed);
                    return;
                }
                case Attempt.Partly(var undelivered) -> {
                    var again = new ArrayList<Undelivered>();
                    failure = sort(undelivered, failed, again);
                    if (again.isEmpty()) {
                        delivered(destination, batch, failed);
                        return;
                    }
                    if (isTooLate(destination)) {
                        undelivered.stream()
                                .filter(one -> one.failure().remedy() == Remedy.RETRY)
                                .forEach(failed::add);
                        report.refused(destination, batch, failure);
                        delivered(destination, batch, failed);
                        return;
                    }
                    rest = PartBatch.of(batch.id(), batch, again);
                }
                case Attempt.Refused(var why) -> {
                    failure = why;
                    if (why.remedy() == Remedy.GIVE_UP || isTooLate(destination)) {
                        report.refused(destination, batch, why);
                        allToErrors(destination, rest, batch, why);
                        if (!failed.isEmpty()) {
                            toErrors(destination, batch, failed);
                        }
                        report.delivered(
                                destination, batch, failed.size() + rest.count(), bytes(failed) + rest.bytes());
                        forgetFailures();
                        return;
                    }
                }
            }
            cut.isFailing();
            report.retrying(destination, batch, failure);
            waitAfterFailure(destination.retryDuration());
        }
    }

    /**
     * One attempt. What a destination throws is its failure like any other: the delivery stream's retry duration counts, and
     * the error output after it.
     *
     * @param lane what the records are read from
     */
    private Attempt attempt(Destination destination, Batch batch, LaneBatch lane) throws InterruptedException {
        Attempt said;
        var begin = clock.instant();
        try {
            said = destination.attempt(batch);
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException | VirtualMachineError | LinkageError | AssertionError e) {
            lane.checkReadable();
            LOGGER.error("{} failed in a way that it should not", destination.name(), e);
            said = new Attempt.Refused(new Failure("Firehose.InternalError", e.toString(), Remedy.RETRY));
        }
        if (!(said instanceof Attempt.Delivered)) {
            lane.checkReadable();
        }
        report.attempted(destination, batch, said, Duration.between(begin, clock.instant()));
        return said;
    }

    /** Sorts what may be tried again from what failed for good; returns the reason of one that may. */
    private static Failure sort(List<Undelivered> undelivered, List<Undelivered> failed, List<Undelivered> again) {
        var reason = undelivered.getFirst().failure();
        for (var one : undelivered) {
            if (one.failure().remedy() == Remedy.RETRY) {
                reason = one.failure();
                again.add(one);
            } else {
                failed.add(one);
            }
        }
        return reason;
    }

    private void delivered(Destination destination, LaneBatch batch, List<Undelivered> failed)
            throws InterruptedException {
        if (!failed.isEmpty()) {
            report.undelivered(destination, batch, failed);
            toErrors(destination, batch, failed);
        }
        report.delivered(destination, batch, failed.size(), bytes(failed));
        forgetFailures();
    }

    private static long bytes(List<Undelivered> some) {
        long bytes = 0;
        for (var one : some) {
            bytes += one.bytes();
        }
        return bytes;
    }

    private void toErrors(Destination destination, LaneBatch batch, List<Undelivered> failed)
            throws InterruptedException {
        var type = destination.errorOutputType();
        int attempts = cut.intent().attempts() + 1;
        var now = clock.instant();
        var part = PartBatch.of(batch.id(), batch, failed);
        var lines = new MappedBatch(Cut.idOf(batch.id(), "failed"), part, record -> {
            var said = part.saidOf(record);
            return ErrorLines.of(type, record, said.failure(), said.details(), attempts, now);
        });
        untilTaken(cut.route().errors().of(type), lines, batch);
    }

    private void allToErrors(Destination destination, Batch batch, LaneBatch lane, Failure failure)
            throws InterruptedException {
        var type = destination.errorOutputType();
        int attempts = cut.intent().attempts() + 1;
        var now = clock.instant();
        var lines = new MappedBatch(
                Cut.idOf(batch.id(), "refused"),
                batch,
                record -> ErrorLines.of(type, record, failure, destination.details(record), attempts, now));
        untilTaken(cut.route().errors().of(type), lines, lane);
    }

    /** What has no error output of its own: it is tried until it works, and the delivery stream waits. */
    private void untilTaken(Destination destination, Batch batch, LaneBatch lane) throws InterruptedException {
        Batch rest = batch;
        int failures = 0;
        while (true) {
            pauses.check();
            Failure failure;
            switch (attempt(destination, rest, lane)) {
                case Attempt.Delivered _ -> {
                    report.delivered(destination, batch, 0, 0);
                    return;
                }
                case Attempt.Refused(var why) -> failure = why;
                case Attempt.Partly(var undelivered) -> {
                    failure = undelivered.getFirst().failure();
                    rest = PartBatch.of(batch.id(), batch, undelivered);
                }
            }
            failures++;
            cut.isFailing();
            report.retrying(destination, batch, failure);
            pauses.pause(backoff.after(failures));
        }
    }

    private boolean isTooLate(Destination destination) {
        long now = clock.millis();
        long first = cut.intent().firstFailureMillis().orElse(now);
        return now - first >= patience(destination.retryDuration()).toMillis();
    }

    private void waitAfterFailure(Duration retryDuration) {
        long now = clock.millis();
        var intent = cut.intent();
        long first = intent.firstFailureMillis().orElse(now);
        var next = new Intent(intent.upTo(), intent.id(), OptionalLong.of(first), intent.attempts() + 1);
        cut.failed(next);
        checkpoints.intend(place, group, next);
        // The last attempt begins when the time is just over, not before.
        var left = Duration.ofMillis(first + patience(retryDuration).toMillis() - now);
        var pause = backoff.after(next.attempts());
        pauses.pause(pause.compareTo(left) < 0 ? pause : left);
    }

    private static Duration patience(Duration retryDuration) {
        return retryDuration.compareTo(ERROR_OUTPUT_PATIENCE) > 0 ? ERROR_OUTPUT_PATIENCE : retryDuration;
    }

    /** The next batch of the cut has its own time. */
    private void forgetFailures() {
        var intent = cut.intent();
        cut.failed(new Intent(intent.upTo(), intent.id(), OptionalLong.empty(), 0));
    }

    /** What becomes of deliveries, for metrics, logs and those who ask. */
    interface DeliveryReport {
        /** An attempt at a batch, or at a part of one. */
        void attempted(Destination destination, Batch batch, Attempt said, Duration took);

        /**
         * The end of a batch.
         *
         * @param failed how many of its records went to the error output instead
         */
        void delivered(Destination destination, Batch batch, int failed, long failedBytes);

        void retrying(Destination destination, Batch batch, Failure failure);

        /** The destination refused all of it for good. */
        void refused(Destination destination, Batch batch, Failure failure);

        /** It refused some of it for good. */
        void undelivered(Destination destination, Batch batch, List<Undelivered> failed);

        /** There was no partition free for a record. */
        void partitionsExceeded();

        /** Something of ours failed, or the machine did; it is tried again. */
        void faulty(Throwable fault);

        /** Records will never be delivered, as they are nowhere any more. */
        void lost(long records, String reason);
    }
}

package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.engine.Checkpoints.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one batch of a cut to where it belongs, whatever that takes: attempts, waits, and the error output for what the
 * destination does not want. Remembers what was taken already, so that it may be asked again after trouble. Used by one thread.
 */
final class CutDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(CutDelivery.class);
    private static final Duration ERROR_OUTPUT_PATIENCE = Duration.ofDays(36_500);

    private final Place place;
    private final String group;
    private final Cut cut;
    private final LaneBatch lane;
    private final Checkpoints checkpoints;
    private final Pauses pauses;
    private final Backoff backoff;
    private final DeliveryReport report;
    private final InstantSource clock;
    private final InstantSource steady;

    /** Those that the destination does not want. */
    private final List<Undelivered> failed = new ArrayList<>();

    /** What it has not taken yet. */
    private Batch rest;

    private Optional<Failures> failures;
    private boolean answered;
    /** Why it does not take the rest, if it does not. */
    private Optional<Failure> refusal = Optional.empty();

    private boolean safe;

    /**
     * Attempts that fail, one after another.
     *
     * @param since steady time: a clock that is set neither ends the patience nor makes it longer
     * @param sinceMillis the same moment by the machine's clock, to be remembered
     */
    private record Failures(Instant since, long sinceMillis, int attempts) {}

    CutDelivery(
            Place place,
            String group,
            Cut cut,
            LaneBatch lane,
            Environment environment,
            Pauses pauses,
            Backoff backoff,
            DeliveryReport report) {
        this.place = place;
        this.group = group;
        this.cut = cut;
        this.lane = lane;
        this.checkpoints = environment.checkpoints();
        this.pauses = pauses;
        this.backoff = backoff;
        this.report = report;
        this.clock = environment.clock();
        this.steady = environment.steady();
        this.rest = lane;
        this.failures = cut.failingBefore(lane).map(this::goingOn);
    }

    private Failures goingOn(Cut.Failing before) {
        long millis = Math.max(0, clock.millis() - before.sinceMillis());
        return new Failures(steady.instant().minusMillis(millis), before.sinceMillis(), before.attempts());
    }

    /** @throws StoppedException if the delivery stream was stopped before the end */
    void deliver() throws InterruptedException {
        if (safe) {
            return;
        }
        switch (lane.lane()) {
            case LaneKey.Main _ -> toDestination();
            case LaneKey.Errors(var type) -> untilTaken(cut.route().errors().of(type), lane);
            case LaneKey.Backup _ ->
                untilTaken(cut.route().backup().orElseThrow().destination(), lane);
        }
        safe = true;
        cut.settled(lane);
    }

    private void toDestination() throws InterruptedException {
        var destination = cut.route().destination();
        if (!answered) {
            ask(destination);
            answered = true;
        }
        if (refusal.isPresent()) {
            allToErrors(destination, refusal.get());
        } else if (!failed.isEmpty()) {
            report.undelivered(destination, lane, failed);
        }
        if (!failed.isEmpty()) {
            toErrors(destination);
        }
        int refused = refusal.isPresent() ? rest.count() : 0;
        long refusedBytes = refusal.isPresent() ? rest.bytes() : 0;
        report.delivered(destination, lane, failed.size() + refused, bytes(failed) + refusedBytes);
    }

    /** Asks until there is nothing left to ask for. */
    private void ask(Destination destination) throws InterruptedException {
        while (true) {
            pauses.check();
            Failure failure;
            switch (attempt(destination, rest)) {
                case Attempt.Delivered _ -> {
                    return;
                }
                case Attempt.Partly(var undelivered) -> {
                    var again = new ArrayList<Undelivered>();
                    failure = sort(undelivered, failed, again);
                    if (again.isEmpty()) {
                        return;
                    }
                    if (isTooLate(destination)) {
                        failed.addAll(again);
                        report.refused(destination, lane, failure);
                        return;
                    }
                    rest = PartBatch.of(lane.id(), lane, again);
                }
                case Attempt.Refused(var why) -> {
                    failure = why;
                    if (why.remedy() == Remedy.GIVE_UP || isTooLate(destination)) {
                        report.refused(destination, lane, why);
                        refusal = Optional.of(why);
                        return;
                    }
                }
            }
            cut.isFailing();
            report.retrying(destination, lane, failure);
            waitAfterFailure(destination.retryDuration());
        }
    }

    /**
     * One attempt. What a destination throws is its failure like any other: the delivery stream's retry duration counts, and
     * the error output after it. That it was broken off because the delivery stream stops is not.
     */
    private Attempt attempt(Destination destination, Batch batch) throws InterruptedException {
        Attempt said;
        var begin = clock.instant();
        try {
            said = destination.attempt(batch);
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException | VirtualMachineError | LinkageError | AssertionError e) {
            lane.checkReadable();
            pauses.check();
            LOGGER.error("{} failed in a way that it should not", destination.name(), e);
            said = new Attempt.Refused(new Failure("Firehose.InternalError", e.toString(), Remedy.RETRY));
        }
        if (!(said instanceof Attempt.Delivered)) {
            lane.checkReadable();
            pauses.check();
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

    private static long bytes(List<Undelivered> some) {
        long bytes = 0;
        for (var one : some) {
            bytes += one.bytes();
        }
        return bytes;
    }

    private void toErrors(Destination destination) throws InterruptedException {
        var part = PartBatch.of(lane.id(), lane, failed);
        linesToErrors(destination, part, "failed", part::saidOf);
    }

    private void allToErrors(Destination destination, Failure failure) throws InterruptedException {
        untilGivenUp(destination);
        linesToErrors(
                destination, rest, "refused", record -> new Undelivered(record, failure, destination.details(record)));
    }

    private void linesToErrors(
            Destination destination, Batch batch, String word, Function<DeliveryRecord, Undelivered> said)
            throws InterruptedException {
        var type = destination.errorOutputType();
        int attempts = attempts() + 1;
        var now = clock.instant();
        for (var one : ErrorGroup.of(destination, batch, said)) {
            var lines = new MappedBatch(Cut.idOf(lane.id(), one.word(word)), one.records(), record -> {
                var why = said.apply(record);
                return ErrorLines.of(type, record, why.failure(), why.details(), attempts, now);
            });
            untilTaken(one.output(cut.route().errors(), type), lines);
        }
    }

    /** What has no error output of its own: it is tried until it works, and the delivery stream waits. */
    private void untilTaken(Destination destination, Batch batch) throws InterruptedException {
        Batch left = batch;
        int refusals = 0;
        while (true) {
            pauses.check();
            Failure failure;
            switch (attempt(destination, left)) {
                case Attempt.Delivered _ -> {
                    report.delivered(destination, batch, 0, 0);
                    return;
                }
                case Attempt.Refused(var why) -> failure = why;
                case Attempt.Partly(var undelivered) -> {
                    failure = undelivered.getFirst().failure();
                    left = PartBatch.of(batch.id(), batch, undelivered);
                }
            }
            refusals++;
            cut.isFailing();
            report.retrying(destination, batch, failure);
            pauses.pause(backoff.after(refusals));
        }
    }

    private void untilGivenUp(Destination destination) {
        int refusals = 0;
        while (destination.giveUp(rest) instanceof Attempt.Refused(var failure)) {
            pauses.check();
            refusals++;
            cut.isFailing();
            report.retrying(destination, lane, failure);
            pauses.pause(backoff.after(refusals));
        }
    }

    private int attempts() {
        return failures.map(Failures::attempts).orElse(0);
    }

    private boolean isTooLate(Destination destination) {
        var now = steady.instant();
        var first = failures.map(Failures::since).orElse(now);
        return Duration.between(first, now).compareTo(patience(destination.retryDuration())) >= 0;
    }

    private void waitAfterFailure(Duration retryDuration) {
        var now = steady.instant();
        var before = failures.orElseGet(() -> new Failures(now, clock.millis(), 0));
        var next = new Failures(before.since(), before.sinceMillis(), before.attempts() + 1);
        failures = Optional.of(next);
        checkpoints.intend(place, group, cut.failing(lane, new Cut.Failing(next.sinceMillis(), next.attempts())));
        // The last attempt begins when the time is just over, not before.
        var left = Duration.between(now, next.since().plus(patience(retryDuration)));
        var pause = backoff.after(next.attempts());
        pauses.pause(pause.compareTo(left) < 0 ? pause : left);
    }

    private static Duration patience(Duration retryDuration) {
        return retryDuration.compareTo(ERROR_OUTPUT_PATIENCE) > 0 ? ERROR_OUTPUT_PATIENCE : retryDuration;
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

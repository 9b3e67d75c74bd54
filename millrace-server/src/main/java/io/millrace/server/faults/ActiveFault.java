package io.millrace.server.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A rule that was set, with its dice. Safe for use by several threads. */
final class ActiveFault {
    private final FaultRule rule;
    private final Optional<Instant> expiresAt;
    // Guarded by this.
    private final SplittableRandom dice;

    ActiveFault(FaultRule rule, Instant now) {
        this.rule = rule;
        this.expiresAt = rule.lifetime().map(now::plus);
        this.dice = new SplittableRandom(rule.seed());
    }

    /** What becomes of one call. */
    enum Verdict {
        SERVE,
        THROTTLE,
        FAIL,
        UNAVAILABLE
    }

    FaultRule rule() {
        return rule;
    }

    Optional<Instant> expiresAt() {
        return expiresAt;
    }

    boolean holdsAt(Instant now) {
        return expiresAt.isEmpty() || now.isBefore(expiresAt.get());
    }

    synchronized Verdict ofCall() {
        double drawn = dice.nextDouble();
        var rates = rule.calls();
        if (drawn < rates.throttle()) {
            return Verdict.THROTTLE;
        }
        if (drawn < rates.throttle() + rates.internalFailure()) {
            return Verdict.FAIL;
        }
        return drawn < rates.throttle() + rates.internalFailure() + rates.unavailable()
                ? Verdict.UNAVAILABLE
                : Verdict.SERVE;
    }

    /** What becomes of each record of a batch. */
    synchronized List<Verdict> ofRecords(int count) {
        var rates = rule.records();
        return Stream.generate(dice::nextDouble)
                .limit(count)
                .map(drawn -> ofRecord(rates, drawn))
                .toList();
    }

    private static Verdict ofRecord(FaultRule.RecordRates rates, double drawn) {
        if (drawn < rates.throttle()) {
            return Verdict.THROTTLE;
        }
        return drawn < rates.throttle() + rates.internalFailure() ? Verdict.FAIL : Verdict.SERVE;
    }

    /** Whether a subscription ends in place of its next event. */
    synchronized boolean breaksOff() {
        return rule.breakOff() > 0 && dice.nextDouble() < rule.breakOff();
    }

    synchronized Duration latency() {
        var latency = rule.latency();
        long spread = latency.most().minus(latency.least()).toNanos();
        return spread == 0 ? latency.least() : latency.least().plusNanos(dice.nextLong(spread + 1));
    }
}

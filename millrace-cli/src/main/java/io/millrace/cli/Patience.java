package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Bears with a service that was there and is busy or away: says so once, and fails when that has lasted too long. Safe
 * for use from several threads.
 */
final class Patience {
    static final Duration AWAY_MAX = Duration.ofMinutes(5);

    private final Endpoint endpoint;
    private final StatusLine status;
    private final Shell shell;
    private final RandomGenerator random;
    private Optional<Instant> awaySince = Optional.empty();

    Patience(Endpoint endpoint, StatusLine status, Shell shell) {
        this.endpoint = endpoint;
        this.status = status;
        this.shell = shell;
        this.random = shell.random().split();
    }

    /** The service has answered. */
    synchronized void reward() {
        awaySince = Optional.empty();
    }

    /** @throws CommandFailure if the service has been away for longer than {@link #AWAY_MAX} */
    synchronized void tolerate(SdkException reason) {
        var now = shell.clock().instant();
        if (awaySince.isEmpty()) {
            awaySince = Optional.of(now);
            status.say(Complaint.about(reason, endpoint) + " Trying again.");
        } else if (Duration.between(awaySince.get(), now).compareTo(AWAY_MAX) > 0) {
            throw new CommandFailure(Complaint.about(reason, endpoint), reason);
        }
    }

    /** Repeats a call until it is answered: for those that are rare, and without which nothing can go on. */
    <T> T call(Supplier<T> call) throws InterruptedException {
        for (int retryIndex = 0; ; retryIndex++) {
            try {
                return call.get();
            } catch (SdkException e) {
                if (!Complaint.isPassing(e)) {
                    throw e;
                }
                tolerate(e);
                shell.sleeper().sleep(pause(retryIndex));
            }
        }
    }

    private synchronized Duration pause(int retryIndex) {
        return ShardReader.AFTER_FAILURE.beforeRetry(retryIndex, random);
    }
}

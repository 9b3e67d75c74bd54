package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Bears with a service that was there and is busy or away, and fails when that has lasted too long. Each shard wants its
 * own, as one that never answers is not made good by others that do. Used by one thread at a time.
 */
final class Patience {
    static final Duration AWAY_MAX = Duration.ofMinutes(5);

    private final PassingTrouble trouble;
    private final Shell shell;
    private final RandomGenerator random;
    private Optional<Instant> awaySince = Optional.empty();

    Patience(PassingTrouble trouble, Shell shell) {
        this.trouble = trouble;
        this.shell = shell;
        this.random = shell.random().split();
    }

    /** The service has answered. */
    void reward() {
        awaySince = Optional.empty();
    }

    /** @throws CommandFailure if there has been no answer for longer than {@link #AWAY_MAX} */
    void tolerate(SdkException reason) {
        var now = shell.clock().instant();
        if (awaySince.isEmpty()) {
            awaySince = Optional.of(now);
        } else if (Duration.between(awaySince.get(), now).compareTo(AWAY_MAX) > 0) {
            throw new CommandFailure(trouble.describe(reason), reason);
        }
        trouble.tell(reason);
    }

    /** Repeats a call until it is answered: for those that are rare, and without which nothing can go on. */
    <T> T call(Supplier<T> call) throws InterruptedException {
        for (int retryIndex = 0; ; retryIndex++) {
            try {
                var answer = call.get();
                reward();
                return answer;
            } catch (SdkException e) {
                if (!Complaint.isPassing(e)) {
                    throw e;
                }
                tolerate(e);
                shell.sleeper().sleep(ShardReader.AFTER_FAILURE.beforeRetry(retryIndex, random));
            }
        }
    }
}

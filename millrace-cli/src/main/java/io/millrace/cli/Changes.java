package io.millrace.cli;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what a service is changing: looks again and again, but not for ever. */
record Changes(Shell shell) {
    private static final Duration WAIT_MAX = Duration.ofMinutes(5);
    // A local server changes state in half a second, the real one in ten or more; it allows 20 calls a second in all.
    private static final Backoff POLL = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

    /**
     * Returns what it finds when that is as wanted.
     *
     * @param stillSo what is to be said of what is found if it never is: the beginning of a sentence
     * @throws CommandFailure if it takes too long
     */
    <T> T await(Supplier<T> look, Predicate<T> isAsWanted, Function<T, String> stillSo) throws InterruptedException {
        var deadline = shell.clock().instant().plus(WAIT_MAX);
        for (int i = 0; ; i++) {
            var found = look.get();
            if (isAsWanted.test(found)) {
                return found;
            }
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure(stillSo.apply(found) + " after " + WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(POLL.beforeRetry(i, shell.random()));
        }
    }
}

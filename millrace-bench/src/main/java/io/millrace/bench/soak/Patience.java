package io.millrace.bench.soak;

import java.time.Duration;

/** How long nothing may come before somebody gives up. Owned by one thread. */
final class Patience {
    private final Duration max;
    private long endsAt;

    Patience(Duration max) {
        this.max = max;
        renew();
    }

    /** Something came. */
    void renew() {
        endsAt = System.nanoTime() + max.toNanos();
    }

    /** @throws SoakException when it is at its end */
    void spend(String who) {
        if (System.nanoTime() > endsAt) {
            throw new SoakException("lost or stuck: " + who + " was given nothing for " + max
                    + " and does not have all that was acknowledged");
        }
    }
}

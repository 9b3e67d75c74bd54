package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says that a service is busy or away, and not again for a while, however many shards it is busy for. Safe for use from
 * several threads.
 */
final class PassingTrouble {
    static final Duration QUIET_MIN = Duration.ofMinutes(1);

    private final Endpoint endpoint;
    private final StatusLine status;
    private final InstantSource clock;
    private Instant quietUntil = Instant.MIN;

    PassingTrouble(Endpoint endpoint, StatusLine status, InstantSource clock) {
        this.endpoint = endpoint;
        this.status = status;
        this.clock = clock;
    }

    synchronized void tell(SdkException reason) {
        var now = clock.instant();
        if (!now.isBefore(quietUntil)) {
            status.say(describe(reason) + " Trying again.");
            quietUntil = now.plus(QUIET_MIN);
        }
    }

    String describe(SdkException reason) {
        return Complaint.about(reason, endpoint);
    }
}

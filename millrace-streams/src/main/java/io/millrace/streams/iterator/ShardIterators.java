package io.millrace.streams.iterator;

import io.millrace.model.ExpiredIteratorException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.token.TokenSeal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Issues shard iterators and redeems them, as often as they come within five minutes. Nothing is remembered here: the
 * token says it all, so it outlives a restart and every node with the same key can redeem it.
 */
public final class ShardIterators {
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final TokenSeal seal;
    private final InstantSource clock;

    public ShardIterators(TokenSeal seal, InstantSource clock) {
        this.seal = seal;
        this.clock = clock;
    }

    public String issue(ShardPosition position) {
        return new IteratorToken(position, clock.millis()).seal(seal);
    }

    /**
     * Returns where the token's holder may read next.
     *
     * @throws InvalidArgumentException if we did not issue this token
     * @throws ExpiredIteratorException if it was issued more than five minutes ago
     */
    public ShardPosition redeem(String sealed) {
        var token = IteratorToken.open(sealed, seal)
                .orElseThrow(() -> new InvalidArgumentException("Invalid ShardIterator."));
        long now = clock.millis();
        if (now - token.issuedAtMillis() > LIFETIME.toMillis()) {
            throw new ExpiredIteratorException("Iterator expired. The iterator was created at time "
                    + text(token.issuedAtMillis()) + " while right now it is " + text(now)
                    + " which is further in the future than the tolerated delay of " + LIFETIME.toMillis()
                    + " milliseconds.");
        }
        return token.position();
    }

    private static String text(long epochMillis) {
        return TIME.format(Instant.ofEpochMilli(epochMillis));
    }
}

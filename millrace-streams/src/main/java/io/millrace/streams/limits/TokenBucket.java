package io.millrace.streams.limits;

/**
 * Something there is a steady supply of, with room to save some up. It is kept as the one moment at which it will be full
 * again, so that nothing has to be done while time passes.
 *
 * <p>A clock that is set back neither fills nor drains it. Not safe for use by several threads.
 */
public final class TokenBucket {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final long perSecond;
    private final long roomNanos;
    private long fullAtNanos;
    private long lastNanos;

    private TokenBucket(long perSecond, long room, long nowMillis) {
        assert perSecond > 0 && room > 0 : perSecond + " a second, room for " + room;
        this.perSecond = perSecond;
        this.roomNanos = perSecond == ThroughputLimits.UNLIMITED ? 0 : worth(room);
        this.lastNanos = nowMillis * NANOS_PER_MILLI;
        this.fullAtNanos = lastNanos;
    }

    /** A full bucket with room for one second's supply. */
    public static TokenBucket perSecond(long supply, long nowMillis) {
        return new TokenBucket(supply, supply, nowMillis);
    }

    /** A full bucket with room for more or less than one second's supply. */
    public static TokenBucket perSecond(long supply, long room, long nowMillis) {
        return new TokenBucket(supply, room, nowMillis);
    }

    /** Whether it holds that much. */
    public boolean holds(long amount, long nowMillis) {
        return perSecond == ThroughputLimits.UNLIMITED || savedNanos(nowMillis) >= worth(amount);
    }

    /** Whether it holds anything at all. */
    public boolean holdsAny(long nowMillis) {
        return perSecond == ThroughputLimits.UNLIMITED || savedNanos(nowMillis) > 0;
    }

    /**
     * Takes an amount out, whether it is there or not; what is missing is owed, and supplied first. An amount larger than
     * the room is supplied whole, with nothing that was saved counted towards it.
     */
    public void spend(long amount, long nowMillis) {
        if (perSecond == ThroughputLimits.UNLIMITED) {
            return;
        }
        long saved = savedNanos(nowMillis);
        long cost = worth(amount);
        fullAtNanos = lastNanos + roomNanos + cost - (cost > roomNanos ? Math.min(saved, 0) : saved);
    }

    /** Whether there is no room for more. */
    public boolean isFull(long nowMillis) {
        return perSecond == ThroughputLimits.UNLIMITED || savedNanos(nowMillis) == roomNanos;
    }

    /** Leaves nothing in it. */
    void drain(long nowMillis) {
        if (perSecond != ThroughputLimits.UNLIMITED) {
            long saved = savedNanos(nowMillis);
            fullAtNanos += Math.max(saved, 0);
        }
    }

    /** How long until it holds something again; zero if it does. */
    public long millisUntilAny(long nowMillis) {
        if (holdsAny(nowMillis)) {
            return 0;
        }
        return -savedNanos(nowMillis) / NANOS_PER_MILLI + 1;
    }

    /** What is in the bucket, as the time it took to supply it; negative while something is owed. */
    private long savedNanos(long nowMillis) {
        long now = nowMillis * NANOS_PER_MILLI;
        if (now < lastNanos) {
            // The clock was set back, which is no reason to wait for it to catch up.
            fullAtNanos -= lastNanos - now;
        }
        lastNanos = now;
        fullAtNanos = Math.max(fullAtNanos, now);
        return now + roomNanos - fullAtNanos;
    }

    /** How long the supply of an amount takes. */
    private long worth(long amount) {
        long seconds = amount / perSecond;
        return seconds * NANOS_PER_SECOND + scaled(amount % perSecond);
    }

    private long scaled(long lessThanASecond) {
        // Below 2^33 the product fits; beyond, a token is a fraction of a nanosecond and doubles are exact enough.
        return lessThanASecond < 1L << 33
                ? lessThanASecond * NANOS_PER_SECOND / perSecond
                : (long) ((double) lessThanASecond / (double) perSecond * NANOS_PER_SECOND);
    }
}

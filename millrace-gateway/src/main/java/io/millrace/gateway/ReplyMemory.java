package io.millrace.gateway;

import java.time.Duration;

/**
 * What replies may cost while their clients have not taken them. Thread-safe.
 *
 * <p>Three budgets, so that none can eat another's: large replies in one piece, large events, and what lies with the
 * carriers, which is copied out of the heap there. Each counts something until it has left. An event that does not fit
 * waits for a while; meanwhile the clients that have left theirs unread longest lose their patience first.
 */
final class ReplyMemory {
    /** However short memory is, a client that takes nothing for as long as this is merely slow. */
    static final Duration SHORTEST_STALL = Duration.ofSeconds(5);

    /** So much of the memory for events may again be taken by those that wait for it. */
    private static final int WAITING_DIVISOR = 2;

    private final MemoryBudget replies;
    private final ReplyPages pages;
    private final MemoryBudget events;
    private final MemoryBudget waitingEvents;
    private final MemoryBudget carried;
    /** For how many sweeps on end events have been waiting. Written by the sweep alone. */
    private volatile int shortSweeps;

    ReplyMemory(GatewayLimits limits) {
        replies = new MemoryBudget(limits.repliesInMemoryMaxBytes());
        pages = new ReplyPages(replies);
        events = new MemoryBudget(limits.eventsInMemoryMaxBytes());
        waitingEvents = new MemoryBudget(limits.eventsInMemoryMaxBytes() / WAITING_DIVISOR);
        carried = new MemoryBudget(limits.carriedInMemoryMaxBytes());
    }

    MemoryBudget replies() {
        return replies;
    }

    /** For long replies of operations; what is taken of them counts among {@link #replies}. */
    ReplyPages pages() {
        return pages;
    }

    MemoryBudget events() {
        return events;
    }

    /** For events that are made and wait for {@link #events}. */
    MemoryBudget waitingEvents() {
        return waitingEvents;
    }

    MemoryBudget carried() {
        return carried;
    }

    /** Whether events wait for memory. */
    boolean isShort() {
        return waitingEvents.takenBytes() > 0;
    }

    long eventsBytes() {
        return events.takenBytes() + waitingEvents.takenBytes();
    }

    /** Looks whether events wait. Called once a sweep, by one thread at a time, before the clients are looked at. */
    void sweep() {
        pages.sweep();
        shortSweeps = isShort() ? Math.min(shortSweeps + 1, Integer.SIZE) : 0;
    }

    /** No reply is made any more. */
    void close() {
        pages.close();
    }

    /** How long a client may leave large events unread: the whole time, or half as long after each sweep of shortage. */
    Duration patience(Duration stallMax) {
        if (shortSweeps == 0 || stallMax.compareTo(SHORTEST_STALL) <= 0) {
            return stallMax;
        }
        var shortened = Duration.ofMillis(stallMax.toMillis() >> shortSweeps);
        return shortened.compareTo(SHORTEST_STALL) > 0 ? shortened : SHORTEST_STALL;
    }
}

package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/** How a run of {@code put} goes: counted by many threads, told to the person by one. */
final class PutReport implements SendReport {
    private static final Duration REFRESH_INTERVAL = Duration.ofMillis(250);
    private static final int SKIPPED_SHOWN_MAX_COUNT = 10;

    private final String stream;
    private final StatusLine status;
    private final InstantSource clock;
    private final Instant started;
    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private long skipped;
    private Instant refreshAt;
    private volatile String trouble = "";

    PutReport(String stream, StatusLine status, InstantSource clock) {
        this.stream = stream;
        this.status = status;
        this.clock = clock;
        this.started = clock.instant();
        this.refreshAt = started;
    }

    @Override
    public void accepted(int records, long bytes) {
        sent.add(records);
        sentBytes.add(bytes);
        trouble = "";
    }

    @Override
    public void retrying(int records, String reason) {
        retried.add(records);
        trouble = reason;
    }

    @Override
    public void gaveUp(int records) {
        unsent.add(records);
    }

    /** A line that cannot become a record. */
    void skipped(long lineNumber, String reason) {
        skipped++;
        if (skipped <= SKIPPED_SHOWN_MAX_COUNT) {
            status.say("Line " + Quantity.count(lineNumber) + " is skipped: " + reason + ".");
        } else if (skipped == SKIPPED_SHOWN_MAX_COUNT + 1) {
            status.say("More lines are skipped; from here on they are only counted.");
        }
    }

    boolean isComplete() {
        return skipped == 0 && unsent.sum() == 0;
    }

    void refresh() {
        var now = clock.instant();
        if (!now.isBefore(refreshAt)) {
            refreshAt = now.plus(REFRESH_INTERVAL);
            status.show(totals("") + (trouble.isEmpty() ? "" : "  [" + trouble + "]"));
        }
    }

    void summarize() {
        status.clear();
        status.say(totals(" to " + stream));
    }

    private String totals(String destination) {
        long count = sent.sum();
        var elapsed = Duration.between(started, clock.instant());
        var text = new StringBuilder()
                .append(Quantity.count(count, "record"))
                .append(", ")
                .append(Quantity.bytes(sentBytes.sum()))
                .append(" in ")
                .append(Quantity.seconds(elapsed))
                .append(" (")
                .append(Quantity.perSecond(count, elapsed))
                .append(")")
                .append(destination);
        part(text, retried.sum(), "retried");
        part(text, skipped, "skipped");
        part(text, unsent.sum(), "not sent");
        return text.toString();
    }

    private static void part(StringBuilder text, long count, String word) {
        if (count > 0) {
            text.append(", ").append(Quantity.count(count)).append(' ').append(word);
        }
    }
}

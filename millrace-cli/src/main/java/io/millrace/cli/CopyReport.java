package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * How the copying of a stream goes: counted by many threads, told to the person by one; on a terminal in one line that
 * changes, else in a line now and then.
 */
final class CopyReport implements SendReport {
    private static final Duration REFRESH_INTERVAL = Duration.ofMillis(500);
    private static final int SHARDS_SHOWN_MAX_COUNT = 5;

    private final String destination;
    private final StatusLine status;
    private final boolean onTerminal;
    private final Duration lineInterval;
    private final InstantSource clock;
    private final Instant started;
    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private volatile String trouble = "";
    private Instant toldAt;
    private long toldCount;

    CopyReport(String destination, StatusLine status, Duration lineInterval, Shell shell) {
        this.destination = destination;
        this.status = status;
        this.onTerminal = shell.errIsTerminal();
        this.lineInterval = lineInterval;
        this.clock = shell.clock();
        this.started = clock.instant();
        this.toldAt = started;
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
        // They stay where they came from, and the next run takes them.
    }

    /** Tells how it goes, if it is time to. */
    void refresh() {
        refresh("", "");
    }

    /** Tells how it goes and how far it is behind its source, if it is time to. */
    void refresh(SourceState source) {
        refresh(", " + lag(source), source.trouble());
    }

    private void refresh(String lag, String sourceTrouble) {
        var now = clock.instant();
        var since = Duration.between(toldAt, now);
        if (since.compareTo(onTerminal ? REFRESH_INTERVAL : lineInterval) < 0) {
            return;
        }
        long count = sent.sum();
        var text = totals() + ", " + Quantity.perSecond(count - toldCount, since) + lag + bracketed(sourceTrouble)
                + bracketed(trouble);
        toldAt = now;
        toldCount = count;
        if (onTerminal) {
            status.show(text);
        } else {
            status.say(text);
        }
    }

    void summarize() {
        var elapsed = Duration.between(started, clock.instant());
        status.clear();
        status.say(totals() + " in " + Quantity.seconds(elapsed) + " (" + Quantity.perSecond(sent.sum(), elapsed)
                + ") to " + destination
                + (retried.sum() == 0 ? "" : ", " + Quantity.count(retried.sum()) + " retried"));
    }

    private String totals() {
        return Quantity.count(sent.sum(), "record") + ", " + Quantity.bytes(sentBytes.sum());
    }

    private static String bracketed(String trouble) {
        return trouble.isEmpty() ? "" : "  [" + trouble + "]";
    }

    private static String lag(SourceState source) {
        var parts = new ArrayList<String>();
        var behind = behind(source.behind());
        if (!behind.isEmpty()) {
            parts.add(behind);
        }
        if (source.unknownCount() > 0) {
            parts.add("lag of " + Quantity.count(source.unknownCount(), "shard") + " not known yet");
        }
        return parts.isEmpty() ? "up to date" : String.join(", ", parts);
    }

    /** The shards that are furthest behind first. */
    private static String behind(Map<String, Duration> shards) {
        var behind = shards.entrySet().stream()
                .filter(shard -> shard.getValue().isPositive())
                .sorted(Map.Entry.<String, Duration>comparingByValue(Comparator.reverseOrder()))
                .toList();
        if (behind.isEmpty()) {
            return "";
        }
        var others = behind.size() - SHARDS_SHOWN_MAX_COUNT;
        return behind.stream()
                .limit(SHARDS_SHOWN_MAX_COUNT)
                .map(shard -> shard.getKey() + " " + Quantity.seconds(shard.getValue()))
                .collect(Collectors.joining(", ", "behind: ", others > 0 ? " and " + others + " more" : ""));
    }
}

package io.millrace.bench.soak;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a soak prints in the end. */
record Summary(
        SoakOptions options,
        Duration took,
        Findings findings,
        Samples residentMib,
        Samples storedMib,
        List<Long> millisAfterKill,
        List<Long> millisAfterStop) {

    /** In so many parts of the same length memory is told over time. */
    private static final int PARTS = 6;

    String markdown() {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "## Soak: %s%n%n%.1f minutes of load, %.1f with the checks after it; seed %d, %d streams at a time, %.1f MB/s "
                        + "offered, lives of the server of %d to %d s.%n%n",
                findings.wrongCount() == 0 ? "nothing wrong" : findings.wrongCount() + " WRONG",
                minutes(options.duration()),
                minutes(took),
                options.seed(),
                options.streams(),
                options.bytesPerSecond() / 1e6,
                options.lifeMax().toSeconds() / 3,
                options.lifeMax().toSeconds()));
        text.append("| What | |\n| --- | --: |\n");
        row(text, "streams created, read to their ends twice and deleted", "streams");
        row(text, "records acknowledged", "acknowledged");
        row(text, "records that nobody answered, there or not", "in doubt");
        row(text, "records verified and forgotten", "passed by both readers");
        row(text, "read with GetRecords, both times", "read by polling");
        row(text, "pushed to subscribers", "pushed");
        row(text, "subscriptions", "subscriptions");
        row(text, "subscriptions given up by the subscriber, who went on", "subscriptions given up by the subscriber");
        row(text, "subscriptions that lasted their five minutes", "subscriptions of five minutes");
        row(text, "splits begun", "done: SplitShard");
        row(text, "merges begun", "done: MergeShards");
        row(text, "UpdateShardCount begun", "done: UpdateShardCount");
        row(text, "kill -9", Integer.toString(millisAfterKill.size()), "");
        row(text, "first reply after kill -9, least / median / most", Samples.ladder(millisAfterKill), " ms");
        row(text, "first reply after SIGTERM, least / median / most", Samples.ladder(millisAfterStop), " ms");
        var third = took.dividedBy(3);
        row(text, "resident, first third, least / median / most", residentMib.between(Duration.ZERO, third), " MiB");
        row(text, "resident, last third", residentMib.between(took.minus(third), took), " MiB");
        row(
                text,
                "stored, most and at the end",
                String.format(Locale.ROOT, "%,d and %,d", storedMib.most(), storedMib.last()),
                " MiB");
        overTime(text);
        others(text, "Cut off by an end of the server", "cut: ");
        others(text, "Refused", "refused: ");
        if (findings.wrongCount() > 0) {
            text.append("\n### Wrong\n\n");
            findings.told().forEach(what -> text.append("* ").append(what).append('\n'));
            if (findings.wrongCount() > findings.told().size()) {
                text.append("* and ")
                        .append(findings.wrongCount() - findings.told().size())
                        .append(" more\n");
            }
        }
        return text.toString();
    }

    private void overTime(StringBuilder text) {
        text.append(
                "\n| Minutes | Resident MiB, least / median / most | Stored MiB, least / median / most |\n| --- | --: | --: |\n");
        var part = took.dividedBy(PARTS);
        for (int number = 0; number < PARTS; number++) {
            var from = part.multipliedBy(number);
            var until = part.multipliedBy(number + 1);
            text.append(String.format(
                    Locale.ROOT,
                    "| %.0f to %.0f | %s | %s |%n",
                    minutes(from),
                    minutes(until),
                    residentMib.between(from, until),
                    storedMib.between(from, until)));
        }
    }

    private void row(StringBuilder text, String what, String counted) {
        row(text, what, String.format(Locale.ROOT, "%,d", findings.counted(counted)), "");
    }

    private static void row(StringBuilder text, String what, String value, String unit) {
        text.append("| ").append(what).append(" | ").append(value).append(unit).append(" |\n");
    }

    private void others(StringBuilder text, String what, String prefix) {
        var counts = findings.countedUnder(prefix);
        if (!counts.isEmpty()) {
            text.append('\n').append(what).append(":\n\n");
            counts.forEach((name, times) ->
                    text.append("* ").append(name).append(": ").append(times).append('\n'));
        }
    }

    private static double minutes(Duration duration) {
        return duration.toMillis() / 60_000.0;
    }
}

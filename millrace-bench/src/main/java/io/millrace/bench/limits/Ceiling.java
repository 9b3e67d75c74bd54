package io.millrace.bench.limits;

import java.util.Locale;

/**
 * One thing the machine can't do faster.
 *
 * @param perSecond how many operations a second
 * @param bytesEach how many bytes one operation moves
 * @param note what else is worth knowing, or nothing
 */
record Ceiling(String name, double perSecond, long bytesEach, String note) {
    static final String MARKDOWN_HEAD = """
            | Limit | Operations/s | MB/s | Note |
            | --- | --: | --: | --- |""";

    String markdown() {
        return String.format(Locale.ROOT, "| %s | %,.0f | %,.1f | %s |", name, perSecond, megabytes(), note);
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"limit\":\"%s\",\"operations_per_second\":%.1f,\"bytes_per_second\":%.1f,\"note\":\"%s\"}",
                name,
                perSecond,
                perSecond * bytesEach,
                note);
    }

    private double megabytes() {
        return perSecond * bytesEach / 1e6;
    }
}

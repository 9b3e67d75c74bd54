package io.millrace.bench.limits;

import io.millrace.bench.figure.Figure;
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

    Figure figure() {
        return Figure.of("machine", name)
                .with("note", note)
                .with("requests_per_second", perSecond)
                .with("payload_bytes_per_second", perSecond * bytesEach);
    }

    private double megabytes() {
        return perSecond * bytesEach / 1e6;
    }
}

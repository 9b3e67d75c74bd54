package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.NONE;
import static io.millrace.bench.suite.Cells.middle;
import static io.millrace.bench.suite.Cells.percent;
import static io.millrace.bench.suite.Cells.share;

import io.millrace.bench.figure.Spread;
import io.millrace.bench.suite.Results.Group;

/** What this machine can do at all, and what part of it Millrace reaches, by medians. */
record Ceilings(Results results, Page page) {
    static final String DISK_WRITE = "write and fdatasync 1 MiB, O_DIRECT";
    static final String DISK_READ = "read 1 MiB, O_DIRECT";
    static final String LOOPBACK = "loopback, one way, 256 KiB writes";

    void write() {
        var ceilings = results.groups(key -> key.isOf("machine"));
        if (ceilings.isEmpty()) {
            return;
        }
        page.title("The machine's limits");
        page.line("| Limit | Operations/s | MB/s | Note |");
        page.line("| --- | --: | --: | --- |");
        for (var ceiling : ceilings) {
            page.line(
                    "| %s | %s | %s | %s |",
                    ceiling.key().scenario(),
                    middle(ceiling, Subject.REQUESTS, 1, 0),
                    middle(ceiling, Subject.BYTES, MEGA, 1),
                    ceiling.repeats().getFirst().text("note"));
        }
        page.line("");
        new LoadTable(results, page).write("The driver against a server that does nothing", Subject::isSink);
        shares();
    }

    private void shares() {
        var own = results.groups(key -> (key.isOf(Names.MILLRACE) || key.isOf("server"))
                && key.shards() == Subject.USUAL_SHARDS
                && key.isLoad()
                && !key.scenario().startsWith("mixed"));
        if (own.isEmpty()) {
            return;
        }
        page.title("Shares of the limits");
        page.line(
                "| Scenario | Encoding | Connections | of the driver against the sink | of the disk | of loopback, one way |"
                        + " of one core's base64 |");
        page.line("| --- | --- | --: | --: | --: | --: | --: |");
        own.forEach(this::shares);
        page.line("");
        page.paragraph(
                "The disk: direct writes of 1 MiB, each with fdatasync, for puts; direct reads of 1 MiB, one at a time, for"
                        + " cold reads. Reads that are not cold come from memory.");
    }

    private void shares(Group group) {
        var key = group.key();
        var bytes = group.spread(Subject.BYTES).map(Spread::median).orElse(0.0);
        boolean puts = key.scenario().startsWith("PutRecord");
        var base64 = puts ? "base64 decode to 1 KiB" : "base64 encode of 1 KiB";
        page.line(
                "| %s | %s | %d | %s | %s | %s | %s |",
                key.scenario(),
                key.encoding(),
                key.connections(),
                percent(group.spread(Subject.REQUESTS), results.spread(key.ofSink(), Subject.REQUESTS)),
                disk(key, bytes),
                share(bytes, results.limit(LOOPBACK)),
                key.encoding().equals("JSON") ? share(bytes, results.limit(base64)) : NONE);
    }

    private String disk(Subject key, double bytes) {
        if (key.scenario().startsWith("PutRecord")) {
            return share(bytes, results.limit(DISK_WRITE));
        }
        return key.scenario().startsWith("cold") ? share(bytes, results.limit(DISK_READ)) : NONE;
    }
}

package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEBI;
import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.middle;
import static io.millrace.bench.suite.Cells.most;
import static io.millrace.bench.suite.Cells.three;

/** What the log does without a server around it. */
record LogAlone(Results results, SuiteOptions options) {
    void write(Page page) {
        var groups = results.groups(key -> key.isOf("log"));
        if (groups.isEmpty()) {
            return;
        }
        page.title("The log alone");
        page.line(
                "| Appends | Shards | Writers | Repeats | MB/s | Records/s | p50 ms | p99 ms | p99.9 ms | Max ms | Refused |"
                        + " Cores | Segment files | Files regrouped into | Most on disk MiB |");
        page.line("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var group : groups) {
            page.line(
                    "| %s | %,d | %s | %d | %s | %s | %s | %s | %s | %s | %d | %s | %s | %s | %s |",
                    group.key().scenario(),
                    group.key().shards(),
                    middle(group, "writers", 1, 0),
                    group.repeats().size(),
                    three(group, Subject.BYTES, MEGA, 1),
                    three(group, "records_per_second", 1, 0),
                    three(group, "p50_nanos", MEGA, 2),
                    three(group, "p99_nanos", MEGA, 2),
                    three(group, "p999_nanos", MEGA, 2),
                    most(group, "max_nanos", MEGA, 2),
                    group.sum("errors"),
                    middle(group, "cores", 1, 2),
                    middle(group, "segment_files", 1, 0),
                    middle(group, "regrouped_files", 1, 0),
                    middle(group, "disk_bytes_max", MEBI, 0));
        }
        page.line("");
        page.paragraph(
                "In the driver's own process, with the server's settings and fdatasync; %s s measured. Each writer has one append"
                        + " under way. Old records are given up meanwhile, so that files are recycled; those with small groups"
                        + " are regrouped.",
                Drivers.seconds(options.logMeasured().toMillis()));
    }
}

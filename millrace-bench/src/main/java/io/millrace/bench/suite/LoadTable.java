package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.middle;
import static io.millrace.bench.suite.Cells.most;
import static io.millrace.bench.suite.Cells.three;

import java.util.function.Predicate;

/** All that was measured of some calls, a line for each server and way of calling it. */
record LoadTable(Results results, Page page) {
    void write(String title, Predicate<Subject> wanted) {
        var groups = results.groups(wanted);
        if (groups.isEmpty()) {
            return;
        }
        page.title(title);
        page.line(
                "| Server | Scenario | Encoding | Shards | Connections | Repeats | MB/s | Requests/s | p50 ms | p99 ms | p99.9 ms |"
                        + " Max ms | Errors | Server cores | Driver cores |");
        page.line("| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var group : groups) {
            page.line(
                    "| %s | %s | %s | %d | %d | %d | %s | %s | %s | %s | %s | %s | %d | %s | %s |",
                    group.key().server(),
                    group.key().scenario(),
                    group.key().encoding(),
                    group.key().shards(),
                    group.key().connections(),
                    group.repeats().size(),
                    three(group, Subject.BYTES, MEGA, 1),
                    three(group, Subject.REQUESTS, 1, 0),
                    three(group, "p50_nanos", MEGA, 2),
                    three(group, "p99_nanos", MEGA, 2),
                    three(group, "p999_nanos", MEGA, 2),
                    most(group, "max_nanos", MEGA, 2),
                    group.sum("errors"),
                    middle(group, "server_cores", 1, 2),
                    middle(group, "driver_cores", 1, 2));
        }
        page.line("");
    }
}

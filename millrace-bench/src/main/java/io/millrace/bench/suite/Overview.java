package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEBI;
import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.middle;
import static io.millrace.bench.suite.Cells.three;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The servers beside one another: a line for each with the medians of what all can do, and one with starts and memory. */
record Overview(Results results, SuiteOptions options, Page page) {
    void inShort() {
        page.title("In short");
        page.line(
                "| Server | A put is answered | PutRecords MB/s | PutRecord requests/s | p50 / p99 ms | GetRecords MB/s |"
                        + " put → event p50 / p99 ms | Start ms | Resident idle / peak MiB | Errors |");
        page.line("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var server : servers()) {
            Predicate<Subject> small = key -> key.isCommonPutRecord() && key.isOf(server);
            Predicate<Subject> push = key -> key.isPutToEvent() && key.isOf(server);
            page.line(
                    "| %s | %s | %s | %s | %s / %s | %s | %s / %s | %s | %s / %s | %d |",
                    server,
                    durability(server),
                    median(key -> key.isCommon(Subject.PUT_RECORDS) && key.isOf(server), Subject.BYTES, MEGA, 1),
                    median(small, Subject.REQUESTS, 1, 0),
                    median(small, "p50_nanos", MEGA, 2),
                    median(small, "p99_nanos", MEGA, 2),
                    median(key -> key.isCommon(Subject.GET_RECORDS) && key.isOf(server), Subject.BYTES, MEGA, 1),
                    median(push, "p50_nanos", MEGA, 2),
                    median(push, "p99_nanos", MEGA, 2),
                    median(key -> key.equals(Subject.once(server, "start to first reply")), "millis", 1, 0),
                    median(key -> key.equals(Subject.once(server, "resident, idle")), "bytes", MEBI, 0),
                    median(key -> key.equals(Subject.once(server, "resident, peak")), "bytes", MEBI, 0),
                    results.groups(key -> key.isOf(server)).stream()
                            .mapToLong(group -> group.sum("errors"))
                            .sum());
        }
        page.line("");
        page.paragraph(
                "JSON where the protocol is Kinesis'; %d shards or partitions, PutRecord on %d connections. Millrace was driven for"
                        + " %s s with each scenario before anything counted, but for the row *just started*: there, as with the"
                        + " other implementations of the API, only the %s s of warm-up of each measurement lie between the"
                        + " start and the figures. Kafka's broker was driven before like Millrace.",
                Subject.USUAL_SHARDS,
                Subject.USUAL_SMALL_CONNECTIONS,
                Drivers.seconds(options.driven().toMillis()),
                Drivers.seconds(options.warmUp().toMillis()));
    }

    void startAndMemory() {
        page.title("Start and memory");
        page.line("| Server | Start to first reply ms | Resident idle MiB | Resident peak MiB |");
        page.line("| --- | --: | --: | --: |");
        for (var server : servers()) {
            page.line(
                    "| %s | %s | %s | %s |",
                    server,
                    three(results.spread(Subject.once(server, "start to first reply"), "millis"), 1, 0),
                    three(results.spread(Subject.once(server, "resident, idle"), "bytes"), MEBI, 0),
                    three(results.spread(Subject.once(server, "resident, peak"), "bytes"), MEBI, 0));
        }
        page.line("");
        page.paragraph(
                "Start: from the start of the process to the first successful ListStreams, asked for every 2 ms. Millrace is"
                        + " started by the launcher of its distribution, on a data directory that is there, with the cache for faster"
                        + " starts that a server has made ten seconds after its first start; one start before was not counted."
                        + " Peers were started once, and one broker did both for Kafka. Idle: 2 s after that. Peak: the most that was"
                        + " ever resident in the run whose rows stand above.");
    }

    private List<String> servers() {
        return results.groups(key -> key.isLoad() && !key.isSink() && !key.isProfiled()).stream()
                .map(group -> group.key().server())
                .distinct()
                .toList();
    }

    private static String durability(String server) {
        if (server.startsWith("Kafka")) {
            return server.equals(Names.KAFKA_FSYNC)
                    ? "after fsync (`flush.messages=1`)"
                    : "when the operating system has it (as it comes)";
        }
        var contenders =
                new ArrayList<Contender>(List.of(Millrace.asShipped(), Millrace.justStarted(), Millrace.withoutSync()));
        contenders.addAll(List.of(Peer.values()));
        return contenders.stream()
                .filter(contender -> contender.label().equals(server))
                .map(Contender::durability)
                .findFirst()
                .orElse("?");
    }

    private String median(Predicate<Subject> wanted, String number, double unit, int decimals) {
        return middle(results.spread(wanted, number), unit, decimals);
    }
}

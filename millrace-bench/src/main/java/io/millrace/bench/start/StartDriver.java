package io.millrace.bench.start;

import io.millrace.bench.arguments.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Starts a server again and again in several situations, and prints what each took as a Markdown table. */
public final class StartDriver {
    private static final int WRONG_USAGE = 2;
    private static final String USAGE = """
            StartDriver --launcher FILE --dir DIR [options]
              --launcher FILE   what starts the server: millrace
              --dir DIR         for the data of the servers; a folder on the disk to measure
              --runs N          of each situation                (5)
              --shards N        of the stream that the last situations have  (10000)
            """;
    private static final String HEAD = """
            | Start | Runs | First reply, median ms | Least ms | Most ms | CPU ms until then, median | Resident 2 s later, MiB |
            | --- | --: | --: | --: | --: | --: | --: |
            """;

    private final Path launcher;
    private final Path folder;
    private final int runs;

    private StartDriver(Path launcher, Path folder, int runs) {
        this.launcher = launcher;
        this.folder = folder;
        this.runs = runs;
    }

    public static void main(String[] words) throws Exception {
        if (Arguments.askForHelp(words)) {
            System.out.print(USAGE);
            return;
        }
        try {
            var arguments = new Arguments(words);
            var launcher = Path.of(required(arguments, "--launcher")).toAbsolutePath();
            var parent = Path.of(required(arguments, "--dir"));
            int runs = arguments.takeInt("--runs").orElse(5);
            int shards = arguments.takeInt("--shards").orElse(10_000);
            arguments.refuseTheRest();
            var folder = Files.createTempDirectory(Files.createDirectories(parent), "starts-");
            try {
                System.out.print(HEAD);
                new StartDriver(launcher, folder, runs).measure(shards);
            } finally {
                delete(folder);
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    private static String required(Arguments arguments, String name) {
        return arguments.take(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private void measure(int shards) throws Exception {
        var fresh = new ArrayList<StartedServer.Start>();
        for (int run = 0; run < runs; run++) {
            fresh.add(startOnce(folder.resolve("fresh-" + run)));
        }
        print("on a new data directory", fresh);
        print("on a data directory that is there", startsOn(folder.resolve("fresh-0")));

        var data = folder.resolve("shards");
        try (var server = StartedServer.start(launcher, data)) {
            server.createStream("starts", shards);
            server.kill();
        }
        print("with " + shards + " shards, after kill -9", startsOn(data));
    }

    /** Each start but the first comes after a kill -9. */
    private List<StartedServer.Start> startsOn(Path data) throws Exception {
        var starts = new ArrayList<StartedServer.Start>();
        for (int run = 0; run < runs; run++) {
            starts.add(startOnce(data));
        }
        return starts;
    }

    private StartedServer.Start startOnce(Path data) throws Exception {
        try (var server = StartedServer.start(launcher, data)) {
            var start = server.measured();
            server.kill();
            return start;
        }
    }

    private static void print(String situation, List<StartedServer.Start> starts) {
        var millis =
                starts.stream().mapToLong(StartedServer.Start::millis).sorted().toArray();
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %d |",
                situation,
                starts.size(),
                millis[millis.length / 2],
                millis[0],
                millis[millis.length - 1],
                middle(starts, Comparator.comparingLong(StartedServer.Start::cpuMillis))
                        .cpuMillis(),
                middle(starts, Comparator.comparingLong(StartedServer.Start::residentMib))
                        .residentMib()));
    }

    private static StartedServer.Start middle(List<StartedServer.Start> starts, Comparator<StartedServer.Start> order) {
        return starts.stream().sorted(order).toList().get(starts.size() / 2);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

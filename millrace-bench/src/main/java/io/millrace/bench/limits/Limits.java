package io.millrace.bench.limits;

import io.millrace.bench.arguments.Arguments;
import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures this machine's ceilings, one after the other, and prints them as a Markdown table. */
public final class Limits {
    private static final int WRONG_USAGE = 2;
    private static final int DISK_FILE_BYTES = 256 << 20;
    private static final String USAGE = """
            Limits --dir DIR [options]
              --dir DIR         on the disk to measure; needs 256 MiB
              --millis N        for each limit                   (1500)
              --json FILE       appends a line of JSON for each limit
            """;

    private Limits() {}

    public static void main(String[] words) throws IOException, NoSuchAlgorithmException {
        try {
            var arguments = new Arguments(words);
            var directory = Path.of(
                    arguments.take("--dir").orElseThrow(() -> new IllegalArgumentException("--dir is missing")));
            var each = Duration.ofMillis(arguments.takeInt("--millis").orElse(1500));
            var jsonLines = arguments.take("--json").map(Path::of);
            arguments.refuseTheRest();
            print(measure(directory, each), jsonLines);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    static List<Ceiling> measure(Path directory, Duration each) throws IOException, NoSuchAlgorithmException {
        var ceilings = new ArrayList<Ceiling>();
        try (var disk = new DiskLimit(directory, DISK_FILE_BYTES)) {
            for (var route : DiskLimit.Route.values()) {
                ceilings.add(disk.blocks(route, each));
                ceilings.add(disk.chunks(route, each));
            }
            ceilings.add(disk.reads(each));
        }
        ceilings.add(LoopbackLimit.throughput(each));
        ceilings.add(LoopbackLimit.roundTrips(each));
        var core = new CoreLimit(each.dividedBy(3));
        ceilings.add(core.base64Decode());
        ceilings.add(core.base64Encode());
        ceilings.add(core.crc32c());
        ceilings.add(core.md5OfKey());
        ceilings.add(core.sha256());
        return ceilings;
    }

    private static void print(List<Ceiling> ceilings, Optional<Path> jsonLines) throws IOException {
        System.out.println(Ceiling.MARKDOWN_HEAD);
        for (var ceiling : ceilings) {
            System.out.println(ceiling.markdown());
            if (jsonLines.isPresent()) {
                ceiling.figure().appendTo(jsonLines.get());
            }
        }
    }
}

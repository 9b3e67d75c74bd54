package io.millrace.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What was measured on.
 *
 * @param loadBefore the load average before the run
 */
public record Machine(String description, String loadBefore) {
    private static final double GIB_IN_KIB = 1 << 20;

    /** @param work a folder on the disk that is measured */
    public static Machine now(Path work) throws IOException {
        var memory = first(Path.of("/proc/meminfo"), "MemTotal:").replaceAll("[^0-9]", "");
        var description = String.format(
                Locale.ROOT,
                "%s, %d cores, %s GiB of memory, %s %s, %s, JDK %s",
                first(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^[^:]*:\\s*", ""),
                Runtime.getRuntime().availableProcessors(),
                memory.isEmpty() ? "?" : Math.round(Double.parseDouble(memory) / GIB_IN_KIB),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Files.getFileStore(work).type(),
                Runtime.version());
        var load = first(Path.of("/proc/loadavg"), "");
        return new Machine(description, load.isEmpty() ? "unknown" : load.split(" ", 2)[0]);
    }

    private static String first(Path file, String start) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(start)).findFirst().orElse("");
        }
    }
}

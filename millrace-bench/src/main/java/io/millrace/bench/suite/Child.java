package io.millrace.bench.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of ours, with all it started. Ends with us at the latest. */
final class Child implements AutoCloseable {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);
    private static final int SAID_LAST_LINES = 5;
    private static final long KIB = 1024;

    private final Process process;
    private final Path said;
    private final Thread ending;

    private Child(Process process, Path said) {
        this.process = process;
        this.said = said;
        ending = Thread.ofPlatform().unstarted(this::killTree);
        Runtime.getRuntime().addShutdownHook(ending);
    }

    /** What it says goes to a file in the working folder. */
    static Child start(Ground ground, List<String> command, Map<String, String> environment) throws IOException {
        var said = Files.createTempFile(ground.work(), "said-", ".txt");
        var builder = new ProcessBuilder(command)
                .directory(ground.work().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        return new Child(builder.start(), said);
    }

    /**
     * Runs a command to its end.
     *
     * @throws IOException if it fails or takes longer; with its last words
     */
    static String run(Ground ground, List<String> command, Duration wait) throws IOException, InterruptedException {
        try (var child = start(ground, command, Map.of())) {
            if (!child.process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("took longer than " + wait.toSeconds() + " s; " + child.lastWords());
            }
            if (child.process.exitValue() != 0) {
                throw new IOException("left with " + child.process.exitValue() + "; " + child.lastWords());
            }
            return Files.readString(child.said);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its own process or that of its children which holds most memory: the server behind a launcher. */
    long mainPid() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToLong(ProcessHandle::pid)
                .boxed()
                .max((a, b) -> Long.compare(
                        statusBytes(a, "VmRSS:").orElse(0),
                        statusBytes(b, "VmRSS:").orElse(0)))
                .orElse(process.pid());
    }

    /** Memory that is resident now; nothing where there is no /proc. */
    OptionalLong residentBytes() {
        return statusBytes(mainPid(), "VmRSS:");
    }

    /** The most memory that was ever resident. */
    OptionalLong residentPeakBytes() {
        return statusBytes(mainPid(), "VmHWM:");
    }

    private static OptionalLong statusBytes(long pid, String name) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
                    .findFirst();
        } catch (IOException | java.io.UncheckedIOException _) {
            return OptionalLong.empty();
        }
    }

    /** In one line; without rows of tables, which are no explanation. */
    String lastWords() throws IOException {
        var lines = Files.readString(said)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("|"))
                .toList();
        return "it said: "
                + String.join(" / ", lines.subList(Math.max(0, lines.size() - SAID_LAST_LINES), lines.size()));
    }

    /** As a power cut would, as far as the process is concerned. */
    void kill() throws InterruptedException {
        killTree();
        process.waitFor();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                killTree();
                process.waitFor();
            }
        } catch (InterruptedException _) {
            killTree();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException _) {
            // We are being ended ourselves; the hook has the same to do.
        }
    }

    private void killTree() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

package io.millrace.bench.firehose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other programs of this module, each in a virtual machine of its own. */
record Programs(Path work) {
    private static final String LOAD = "io.millrace.bench.load.LoadDriver";
    private static final String LIMITS = "io.millrace.bench.limits.Limits";
    private static final String JMH = "org.openjdk.jmh.Main";

    void load(Duration wait, String... arguments) throws IOException, InterruptedException {
        run(LOAD, wait, arguments);
    }

    void limits(Duration wait, String... arguments) throws IOException, InterruptedException {
        run(LIMITS, wait, arguments);
    }

    void loops(Duration wait, String... arguments) throws IOException, InterruptedException {
        run(JMH, wait, arguments);
    }

    /** @throws IOException if it fails or takes longer; with its last words */
    private void run(String mainClass, Duration wait, String... arguments) throws IOException, InterruptedException {
        var said = Files.createTempFile(work, "said-", ".txt");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + work,
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(Arrays.asList(arguments));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        var ending = Thread.ofPlatform().unstarted(() -> kill(process));
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            if (!process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("took longer than " + wait.toSeconds() + " s; " + lastWords(said));
            }
            if (process.exitValue() != 0) {
                throw new IOException("left with " + process.exitValue() + "; " + lastWords(said));
            }
        } finally {
            kill(process);
            Runtime.getRuntime().removeShutdownHook(ending);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String lastWords(Path said) throws IOException {
        return Files.readString(said)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("|"))
                .reduce((_, last) -> last)
                .map(last -> "it said: " + last)
                .orElse("it said nothing");
    }
}

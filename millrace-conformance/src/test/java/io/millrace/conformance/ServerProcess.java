package io.millrace.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A server in a process of its own, so that it can die of something else than its own will. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("^Millrace is ready at (http://\\S+)");
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("Total +\\d+ +(\\d+).*");
    private static final int STOP_WAIT_MAX_SECONDS = 30;

    private final Process process;
    private final URI endpoint;

    private ServerProcess(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts a server on a free port; when this returns, it has said that it is ready. */
    static ServerProcess start(Path dataDirectory, Path log) throws IOException {
        return start(dataDirectory, log, List.of());
    }

    /** The same with more flags of {@code millrace serve}. */
    static ServerProcess start(Path dataDirectory, Path log, List<String> flags) throws IOException {
        // Appended to, so that a failure can be followed through all lives of the server.
        var output = ProcessBuilder.Redirect.appendTo(log.toFile());
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.server.Main",
                "serve",
                "--port",
                "0",
                "--data-dir",
                dataDirectory.toString(),
                // Small files and short pauses: more of them are being changed when the end comes.
                "--log.segment-max-bytes",
                "4MiB",
                "--log.regroup-bytes",
                "16MiB",
                "--streams.transition-delay",
                "200ms"));
        command.addAll(flags);
        var process = new ProcessBuilder(command).redirectError(output).start();
        return new ServerProcess(process, awaitReady(process, log));
    }

    private static URI awaitReady(Process process, Path log) throws IOException {
        // Not closed: the server would get a broken pipe with its next line.
        var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            var ready = READY.matcher(line);
            if (ready.find()) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                return URI.create(ready.group(1));
            }
        }
        throw new IllegalStateException("the server did not start:\n" + Files.readString(log));
    }

    URI endpoint() {
        return endpoint;
    }

    KinesisClient connect() {
        return SdkClient.connect(endpoint);
    }

    /** What the server's objects take after a full collection. */
    long liveHeapBytes() throws IOException {
        var lines = diagnosis("GC.class_histogram");
        var total = HISTOGRAM_TOTAL.matcher(lines.getLast());
        if (!total.matches()) {
            throw new IllegalStateException("no sum in " + lines);
        }
        return Long.parseLong(total.group(1));
    }

    /** The names of all classes that the server has loaded by now. */
    Set<String> loadedClasses() throws IOException {
        return diagnosis("VM.class_hierarchy").stream()
                .map(line -> line.replaceFirst("^[| -]*", "").replaceFirst("/.*$", ""))
                .collect(Collectors.toSet());
    }

    private List<String> diagnosis(String command) throws IOException {
        var jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        return jcmd.inputReader(StandardCharsets.UTF_8).lines().toList();
    }

    /** SIGKILL: no shutdown hook runs and no buffer is written out. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, which a server obeys after it has answered what it is being asked. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_WAIT_MAX_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the server did not stop within " + STOP_WAIT_MAX_SECONDS + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package io.millrace.opensearch;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;

/**
 * An OpenSearch server of one node on a port of the loopback, in a process of its own: its libraries, other versions of ours
 * among them, are not on its starter's class path. Used by one thread.
 */
public final class SearchServer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);

    private final Path folder;
    private final int port;
    private Process process;

    private SearchServer(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        process = run();
    }

    /** Starts one whose data and log are in this folder; when this returns, it is ready. */
    public static SearchServer start(Path folder) throws IOException {
        return new SearchServer(folder, freePort());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** SIGKILL. What it has acknowledged is on its disk. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** On the same port, with the data that it had. */
    public void startAgain() throws IOException {
        process = run();
    }

    private Process run() throws IOException {
        var log = folder.resolve("opensearch.txt");
        var started = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        SearchNode.class.getName(),
                        folder.resolve("opensearch").toString(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .start();
        boolean ready = false;
        var limit = Thread.ofVirtual().start(() -> endLater(started));
        try {
            awaitReady(started, log);
            ready = true;
            return started;
        } finally {
            limit.interrupt();
            if (!ready) {
                started.destroyForcibly();
            }
        }
    }

    /** Its lines end with it, so that nobody waits longer for them. */
    private static void endLater(Process starting) {
        try {
            Thread.sleep(START_MAX);
            starting.destroyForcibly();
        } catch (InterruptedException _) {
            // It is ready, or has ended by itself.
        }
    }

    private static void awaitReady(Process starting, Path log) throws IOException {
        var lines = new BufferedReader(starting.inputReader(StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (line.contains(SearchNode.READY)) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                return;
            }
        }
        throw new IOException("OpenSearch did not start:\n" + Files.readString(log));
    }

    /** What the build found its libraries to be, and before them the one class that starts it. */
    private static String classPath() throws IOException {
        var own = Path.of(
                Objects.requireNonNull(SearchServer.class.getProtectionDomain().getCodeSource())
                        .getLocation()
                        .getPath());
        try (var libraries = Objects.requireNonNull(SearchServer.class.getResourceAsStream("class-path"))) {
            return own
                    + System.getProperty("path.separator")
                    + new String(libraries.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

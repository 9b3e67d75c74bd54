package io.millrace.bench.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's lives, one process after another on the same data directory and port. One thread starts and ends them; all
 * others ask whether it is there, and whether something that broke off was meant to.
 */
final class Lives implements AutoCloseable {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(40);
    /** Below the ports that the system gives to clients, one of which could take it while the server is away. */
    private static final int PORT_MIN = 20_000;

    private static final int PORT_END = 30_000;
    private static final int STOPPED = 0;
    private static final int STOPPED_BY_SIGTERM = 143;

    private final Path launcher;
    private final Path data;
    private final Path log;
    private final int port;
    private final Findings findings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition up = lock.newCondition();
    private int endings;
    private boolean isUp;
    private volatile OptionalLong pid = OptionalLong.empty();
    private volatile long upSinceNanos;
    private Process process;

    /** A moment in a life: before so many endings. */
    record Moment(int endings) {}

    private Lives(Path launcher, Path directory, int port, Findings findings) throws IOException {
        this.launcher = launcher;
        this.data = directory.resolve("data");
        this.log = directory.resolve("server.log");
        this.port = port;
        this.findings = findings;
        process = launch();
    }

    /** Starts the first. */
    static Lives begin(Path launcher, Path directory, SplittableRandom random, Findings findings)
            throws IOException, InterruptedException {
        var lives = new Lives(launcher, directory, freePort(random), findings);
        lives.awaitFirstReply(System.nanoTime());
        return lives;
    }

    private static int freePort(SplittableRandom random) throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            int port = random.nextInt(PORT_MIN, PORT_END);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException _) {
                // Somebody has it; there are more.
            }
        }
        throw new IOException("no free port between " + PORT_MIN + " and " + PORT_END);
    }

    int port() {
        return port;
    }

    Path data() {
        return data;
    }

    Moment awaitUp() throws InterruptedException {
        lock.lock();
        try {
            while (!isUp) {
                up.await();
            }
            return new Moment(endings);
        } finally {
            lock.unlock();
        }
    }

    boolean endedSince(Moment moment) {
        lock.lock();
        try {
            return moment.endings < endings;
        } finally {
            lock.unlock();
        }
    }

    /** What the process holds; empty while there is none, or none for so long. */
    OptionalLong residentMib(Duration upAtLeast) throws IOException {
        var now = pid;
        if (now.isEmpty() || System.nanoTime() - upSinceNanos < upAtLeast.toNanos()) {
            return OptionalLong.empty();
        }
        try (var lines = Files.lines(Path.of("/proc", Long.toString(now.getAsLong()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst();
        } catch (NoSuchFileException _) {
            return OptionalLong.empty(); // it was killed meanwhile
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        expectTheEnd();
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, which a server obeys after it has answered what it is being asked. */
    void stop() throws InterruptedException {
        expectTheEnd();
        process.destroy();
        if (!process.waitFor(STOP_WAIT_MAX.toSeconds(), TimeUnit.SECONDS)) {
            findings.wrong("the server did not stop within " + STOP_WAIT_MAX);
            process.destroyForcibly().waitFor();
            return;
        }
        int status = process.exitValue();
        if (status != STOPPED && status != STOPPED_BY_SIGTERM) {
            findings.wrong("the server ended with status " + status + " when it was told to stop");
        }
    }

    /** @return how many milliseconds it took from the launcher's execution to the first reply */
    long startAgain() throws IOException, InterruptedException {
        expectTheEnd(); // it may have died by itself
        long began = System.nanoTime();
        process = launch();
        return awaitFirstReply(began);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Before the deed: whoever is cut off has to find that it was meant. */
    private void expectTheEnd() {
        lock.lock();
        try {
            if (isUp) {
                endings++;
                isUp = false;
                pid = OptionalLong.empty();
            }
        } finally {
            lock.unlock();
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        launcher.toString(), "serve", "--port", Integer.toString(port), "--data-dir", data.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private long awaitFirstReply(long began) throws IOException, InterruptedException {
        while (!replies()) {
            if (!process.isAlive() || System.nanoTime() - began > START_WAIT_MAX.toNanos()) {
                process.destroyForcibly();
                throw new IOException("the server did not start; " + log + " says why");
            }
            Thread.sleep(Duration.ofMillis(1));
        }
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        lock.lock();
        try {
            pid = OptionalLong.of(process.pid());
            upSinceNanos = System.nanoTime();
            isUp = true;
            up.signalAll();
        } finally {
            lock.unlock();
        }
        return millis;
    }

    private boolean replies() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("""
                    GET /health/ready HTTP/1.1\r
                    Host: localhost\r
                    Connection: close\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 200 ");
        } catch (IOException _) {
            return false;
        }
    }
}

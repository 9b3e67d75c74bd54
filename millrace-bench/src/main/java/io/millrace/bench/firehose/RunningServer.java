package io.millrace.bench.firehose;

import io.millrace.bench.firehose.Service.Api;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A server in a process of its own, and what the system and the JDK say of it. Ends with us at the latest. */
final class RunningServer implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);
    private static final Duration JCMD_MAX = Duration.ofSeconds(30);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(2);
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final long KIB = 1024;

    /** Not of those that the system gives to outgoing connections: who knocks there would at last be given it. */
    private static final int PORT_MIN = 20_000;

    private static final int PORTS = 10_000;

    private final Process process;
    private final Thread ending;
    private final Service service;
    private final long startedNanos;
    private Duration firstReply = Duration.ZERO;

    private RunningServer(Process process, Service service, long startedNanos) {
        this.process = process;
        this.service = service;
        this.startedNanos = startedNanos;
        ending = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ending);
    }

    /** Millrace; returns when it has answered. */
    static RunningServer start(Path launcher, Path data) throws IOException, InterruptedException {
        int port = freePort();
        var server = start(
                List.of(launcher.toString(), "serve", "--port", Integer.toString(port), "--data-dir", data.toString()),
                port);
        server.awaitReply();
        return server;
    }

    /** Any other that listens there. */
    static RunningServer start(List<String> command, int port) throws IOException {
        var nowhere = new File("/dev/null");
        long startedNanos = System.nanoTime();
        var process = new ProcessBuilder(command)
                .redirectInput(nowhere)
                .redirectOutput(nowhere)
                .redirectError(nowhere)
                .start();
        return new RunningServer(process, new Service(URI.create("http://127.0.0.1:" + port)), startedNanos);
    }

    static int freePort() throws IOException {
        int first = ThreadLocalRandom.current().nextInt(PORTS);
        for (int i = 0; i < PORTS; i++) {
            int port = PORT_MIN + (first + i) % PORTS;
            try (var _ = new ServerSocket(port)) {
                return port;
            } catch (IOException _) {
                // Somebody else's.
            }
        }
        throw new IOException("no port is free from " + PORT_MIN + " on");
    }

    private void awaitReply() throws IOException, InterruptedException {
        while (true) {
            try {
                knock();
                service.ask(Api.FIREHOSE, "ListDeliveryStreams", "{}");
                firstReply = Duration.ofNanos(System.nanoTime() - startedNanos);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - startedNanos > STARTS_WITHIN.toNanos()) {
                    close();
                    throw new IOException("the server does not answer: " + e.getMessage(), e);
                }
                Thread.sleep(ASK_AGAIN_AFTER);
            }
        }
    }

    /** Costs the server next to nothing of the cores it starts on; a request would. */
    void knock() throws IOException {
        var endpoint = service.endpoint();
        new Socket(InetAddress.getByName(endpoint.getHost()), endpoint.getPort()).close();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Service service() {
        return service;
    }

    long pid() {
        return process.pid();
    }

    /** Of {@link System#nanoTime}. */
    long startedNanos() {
        return startedNanos;
    }

    /** From the start of its launcher to its first answer. */
    Duration firstReply() {
        return firstReply;
    }

    /** Processor time that it has used. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    long residentBytes() throws IOException {
        return statusBytes("VmRSS:");
    }

    /** The most that was ever resident. */
    long residentPeakBytes() throws IOException {
        return statusBytes("VmHWM:");
    }

    private long statusBytes(String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElseThrow(() -> new IOException("/proc does not tell " + name));
        }
    }

    /** What a full collection leaves. */
    long liveHeapBytes() throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var said = Files.createTempFile("histogram", ".txt");
        try {
            var asking = new ProcessBuilder(jcmd, Long.toString(pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!asking.waitFor(JCMD_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                asking.destroyForcibly();
            }
            var total = HISTOGRAM_TOTAL.matcher(Files.readString(said));
            if (!total.find()) {
                throw new IOException("jcmd tells no histogram of " + pid());
            }
            return Long.parseLong(total.group(1));
        } finally {
            Files.delete(said);
        }
    }

    /** As the out-of-memory killer does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException _) {
            // We are being ended ourselves; the hook has the same to do.
        }
    }
}

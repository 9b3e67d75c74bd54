package io.millrace.bench.start;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One server in a process of its own, and how its start went. */
final class StartedServer implements AutoCloseable {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(60);
    private static final Duration IDLE_BEFORE_LOOKING = Duration.ofSeconds(2);
    private static final String LIST = "{}";

    private final Process process;
    private final int port;
    private final long millis;
    private final long cpuMillis;

    /**
     * What a start took.
     *
     * @param millis from the launcher's execution to the end of the first reply
     * @param cpuMillis what the process had used by then
     * @param residentMib some time after, without any work
     */
    record Start(long millis, long cpuMillis, long residentMib) {}

    private StartedServer(Process process, int port, long millis) {
        this.process = process;
        this.port = port;
        this.millis = millis;
        this.cpuMillis =
                process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
    }

    static StartedServer start(Path launcher, Path data) throws IOException, InterruptedException {
        int port = freePort();
        var nowhere = new File("/dev/null");
        long began = System.nanoTime();
        var process = new ProcessBuilder(
                        launcher.toString(), "serve", "--port", Integer.toString(port), "--data-dir", data.toString())
                .redirectOutput(nowhere)
                .redirectError(nowhere)
                .start();
        try {
            awaitDoor(process, port, began);
            var reply = call(port, "ListStreams", LIST);
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            requireSuccess(reply);
            return new StartedServer(process, port, millis);
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitDoor(Process process, int port, long began) throws IOException, InterruptedException {
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (ConnectException e) {
                if (!process.isAlive() || System.nanoTime() - began > START_WAIT_MAX.toNanos()) {
                    throw e;
                }
                Thread.sleep(Duration.ofMillis(1));
            }
        }
    }

    /** Waits until the server is idle, and looks at what it holds. */
    Start measured() throws IOException, InterruptedException {
        Thread.sleep(IDLE_BEFORE_LOOKING);
        var status = Path.of("/proc", Long.toString(process.pid()), "status");
        long kib = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        return new Start(millis, cpuMillis, kib / 1024);
    }

    /** Returns when the stream is active. */
    void createStream(String name, int shards) throws IOException, InterruptedException {
        var named = "{\"StreamName\":\"" + name + "\"";
        requireSuccess(call(port, "CreateStream", named + ",\"ShardCount\":" + shards + "}"));
        while (!call(port, "DescribeStreamSummary", named + "}").contains("\"ACTIVE\"")) {
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    /** As the out-of-memory killer does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static void requireSuccess(String reply) throws IOException {
        if (!reply.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the server answered " + reply);
        }
    }

    private static String call(int port, String operation, String body) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var request = """
                    POST / HTTP/1.1\r
                    Host: localhost\r
                    Connection: close\r
                    Content-Type: application/x-amz-json-1.1\r
                    X-Amz-Target: Kinesis_20131202.%s\r
                    X-Amz-Date: 20250101T000000Z\r
                    Authorization: AWS4-HMAC-SHA256 Credential=bench/20250101/us-east-1/kinesis/aws4_request, \
                    SignedHeaders=host;x-amz-date, Signature=%s\r
                    Content-Length: %d\r
                    \r
                    %s""".formatted(operation, "0".repeat(64), body.length(), body);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

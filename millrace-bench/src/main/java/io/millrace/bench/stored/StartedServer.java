package io.millrace.bench.stored;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A server as shipped, in a process of its own. */
final class StartedServer implements AutoCloseable {
    private final Process process;
    private final Client client;

    private StartedServer(Process process, Client client) {
        this.process = process;
        this.client = client;
    }

    /** Returns at once: whether it answers is for the caller to find out. */
    static StartedServer start(Path launcher, Path data) throws IOException {
        int port = freePort();
        var nowhere = new File("/dev/null");
        var process = new ProcessBuilder(List.of(
                        launcher.toString(), "serve", "--port", Integer.toString(port), "--data-dir", data.toString()))
                .redirectOutput(nowhere)
                .redirectError(nowhere)
                .start();
        return new StartedServer(process, new Client(URI.create("http://127.0.0.1:" + port)));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Client client() {
        return client;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As the out-of-memory killer does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

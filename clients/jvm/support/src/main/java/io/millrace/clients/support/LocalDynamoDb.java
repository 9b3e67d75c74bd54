package io.millrace.clients.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * DynamoDB Local, Amazon's own, in a process of its own and in memory: where the Kinesis client libraries keep their leases.
 * Its libraries are those that the module {@code dynamodb} has gathered.
 */
public final class LocalDynamoDb implements AutoCloseable {
    private static final int CONNECT_MAX_MILLIS = 1_000;

    private final Process process;
    private final URI endpoint;

    private LocalDynamoDb(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts it on a free port; when this returns, it accepts connections. */
    public static LocalDynamoDb start() {
        var libraries = System.getProperty("millrace.dynamodb.libraries");
        if (libraries == null) {
            throw new IllegalStateException("millrace.dynamodb.libraries does not say where DynamoDB Local is");
        }
        int port = freePort();
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dsqlite4java.library.path=" + libraries,
                "-cp",
                libraries + File.separator + "*",
                "software.amazon.dynamodb.services.local.main.ServerRunner",
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                Integer.toString(port));
        try {
            var process = new ProcessBuilder(command).inheritIO().start();
            // Tests that are interrupted leave nothing behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Await.until("DynamoDB Local answers", () -> accepts(port) || !process.isAlive());
            if (!process.isAlive()) {
                throw new IllegalStateException("DynamoDB Local did not start: exit " + process.exitValue());
            }
            return new LocalDynamoDb(process, URI.create("http://127.0.0.1:" + port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MAX_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

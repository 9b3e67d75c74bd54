package io.millrace.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An HTTP server on a free port of the loopback that keeps what it is sent and misbehaves on command: refuses, hangs, resets,
 * closes half way, answers garbage, drips. A connection has a virtual thread of its own.
 */
public final class TestEndpoint implements AutoCloseable {
    private final ServerSocket listener;
    private final Function<Request, Reply> behaviour;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private TestEndpoint(ServerSocket listener, Function<Request, Reply> behaviour) {
        this.listener = listener;
        this.behaviour = behaviour;
    }

    /**
     * One request, whole.
     *
     * @param headers by their names in lower case
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Request(String method, String target, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** What is done with a request once it has been read. */
    public sealed interface Reply {

        /** A proper response with its length. */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Response(int status, Map<String, String> headers, byte[] body) implements Reply {}

        /** These bytes, whatever they are, then the end of the connection. */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Raw(byte[] bytes) implements Reply {}

        /** Nothing, ever. */
        record Silence() implements Reply {}

        /** The connection breaks with a reset. */
        record Reset() implements Reply {}

        static Reply json(int status, String body) {
            return new Response(
                    status, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
        }

        static Reply raw(String bytes) {
            return new Raw(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Starts; the function says what becomes of each request, and may be called by several threads. */
    public static TestEndpoint start(Function<Request, Reply> behaviour) {
        try {
            var endpoint = new TestEndpoint(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), behaviour);
            Thread.ofVirtual().name("test-endpoint").start(endpoint::accept);
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** What has come so far, in the order of arrival. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().name("test-endpoint-connection").start(() -> serve(connection));
            } catch (SocketException _) {
                return; // closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var in = new BufferedInputStream(connection.getInputStream());
            var out = connection.getOutputStream();
            for (var line = line(in); !line.isEmpty(); line = line(in)) {
                var request = read(line, in, out);
                requests.add(request);
                switch (behaviour.apply(request)) {
                    case Reply.Response response -> answer(response, out);
                    case Reply.Raw(var bytes) -> {
                        out.write(bytes);
                        return;
                    }
                    case Reply.Silence() -> {
                        in.transferTo(OutputStream.nullOutputStream());
                        return;
                    }
                    case Reply.Reset() -> {
                        connection.setOption(StandardSocketOptions.SO_LINGER, 0);
                        return;
                    }
                }
            }
        } catch (IOException _) {
            // The other side went away, which is its right.
        }
    }

    private static Request read(String requestLine, InputStream in, OutputStream out) throws IOException {
        var words = requestLine.split(" ", 3);
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return new Request(words[0], words[1], headers, body(headers, in));
    }

    private static byte[] body(Map<String, String> headers, InputStream in) throws IOException {
        if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        var body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
            if (each != '\r') {
                line.append((char) each);
            }
        }
        return line.toString();
    }

    private static void answer(Reply.Response response, OutputStream out) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + response.status() + " Whatever\r\n");
        response.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(response.body().length).append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(response.body());
        out.flush();
    }

    /** Stops listening and breaks what is open. */
    @Override
    public void close() {
        try {
            listener.close();
            for (var connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.millrace.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A function behind an endpoint as Lambda and its emulators have it, which misbehaves on command: on a free port of the
 * loopback, a virtual thread for each connection.
 */
public final class TestFunction implements AutoCloseable {
    private static final int HEAD_MAX_BYTES = 64 << 10;

    private final ServerSocket server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Deque<Behaviour> next = new ArrayDeque<>();
    private final List<Call> calls = new ArrayList<>();
    private Behaviour standing = new Answer(event -> event);

    /** What becomes of one call. */
    public sealed interface Behaviour {}

    /** The function's result. */
    public record Answer(UnaryOperator<byte[]> handler) implements Behaviour {}

    /** The function ran and failed, as Lambda says it: in a header. */
    public record FunctionError(String body) implements Behaviour {}

    /** Any status with any body. */
    public record Status(int code, String body) implements Behaviour {}

    /** An answer of that many bytes. */
    public record Huge(int bytes) implements Behaviour {}

    /** The request is read, and nothing is ever said. */
    public record Hang() implements Behaviour {}

    /** The connection breaks after the request. */
    public record Reset() implements Behaviour {}

    /** The answer comes a byte at a time and never ends. */
    public record Drip() implements Behaviour {}

    /** What is said isn't HTTP. */
    public record Babble(String text) implements Behaviour {}

    /** The connection closes half way through the answer. */
    public record HalfAnswer(String body) implements Behaviour {}

    /** One call as it came; the names of headers are in lower case. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Call(String method, String target, Map<String, String> headers, byte[] body) {}

    private TestFunction(ServerSocket server) {
        this.server = server;
    }

    /** Starts an endpoint that answers each event with itself. */
    public static TestFunction start() throws IOException {
        var function = new TestFunction(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(function::accept);
        return function;
    }

    /** Base URL of the endpoint. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** What calls get that nothing else is planned for. */
    public synchronized TestFunction always(Behaviour behaviour) {
        standing = behaviour;
        return this;
    }

    /** What the next calls get, one each. */
    public synchronized TestFunction next(Behaviour... behaviours) {
        next.addAll(List.of(behaviours));
        return this;
    }

    /** The calls so far. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    private synchronized Behaviour called(Call call) {
        calls.add(call);
        var planned = next.poll();
        return planned == null ? standing : planned;
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                var call = read(in);
                if (!behave(called(call), call, socket)) {
                    return;
                }
            }
        } catch (IOException _) {
            // the caller has gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    private static Call read(InputStream in) throws IOException {
        var start = line(in).split(" ", -1);
        if (start.length != 3) {
            throw new IOException("not a request");
        }
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        var body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("half a request");
        }
        return new Call(start[0], start[1], headers, body);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > HEAD_MAX_BYTES) {
                throw new IOException("no line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Whether the connection goes on. */
    private boolean behave(Behaviour behaviour, Call call, Socket socket) throws IOException, InterruptedException {
        var out = socket.getOutputStream();
        switch (behaviour) {
            case Answer(var handler) ->
                reply(out, 200, "X-Amz-Executed-Version: $LATEST\r\n", handler.apply(call.body()));
            case FunctionError(var body) -> reply(out, 200, "X-Amz-Function-Error: Unhandled\r\n", bytes(body));
            case Status(int code, var body) -> reply(out, code, "", bytes(body));
            case Huge(int bytes) -> reply(out, 200, "", new byte[bytes]);
            case Hang _ -> {
                closed.await();
                return false;
            }
            case Reset _ -> {
                socket.setSoLinger(true, 0); // closing then sends a reset
                return false;
            }
            case Drip _ -> {
                out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{"));
                while (!closed.await(10, TimeUnit.MILLISECONDS)) {
                    out.write(' ');
                    out.flush();
                }
                return false;
            }
            case Babble(var text) -> {
                out.write(bytes(text));
                out.flush();
                return false;
            }
            case HalfAnswer(var body) -> {
                out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + (2 * body.length() + 1) + "\r\n\r\n" + body));
                out.flush();
                return false;
            }
        }
        return true;
    }

    private static void reply(OutputStream out, int status, String headers, byte[] body) throws IOException {
        out.write(bytes("HTTP/1.1 " + status + " Said\r\nContent-Type: application/json\r\nx-amzn-RequestId: test\r\n"
                + headers + "Content-Length: " + body.length + "\r\n\r\n"));
        out.write(body);
        out.flush();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (var socket : sockets) {
            try {
                socket.close();
            } catch (SocketException _) {
                // closed by its own thread at the same time
            }
        }
    }
}

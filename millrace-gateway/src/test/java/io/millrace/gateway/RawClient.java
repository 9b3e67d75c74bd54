package io.millrace.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP/1.1 client that sends exactly what a test says. Gives up on an answer after a while, so that no test hangs. */
final class RawClient implements AutoCloseable {
    private static final int ANSWER_WAIT_MAX_MILLIS = 20_000;
    private static final int MOMENT_MILLIS = 50;

    private final Socket socket;
    private final InputStream in;

    record Answer(int status, Map<String, String> headers, String text) {}

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(ANSWER_WAIT_MAX_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawClient connect(int port) {
        try {
            return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawClient over(Socket socket) {
        try {
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON call of an operation. */
    static String call(String operation, String body) {
        return "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: Kinesis_20131202." + operation
                + "\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends to a server that may have closed already. */
    RawClient sendIfOpen(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException _) {
            // Which is the answer.
        }
        return this;
    }

    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException _) {
            // The server was quicker.
        }
    }

    /** How much comes until the server closes. */
    long drainedBytes() {
        try {
            return in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException _) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one answer with its body, if it has one. */
    Answer read() {
        return read("POST");
    }

    Answer read(String method) {
        try {
            var head = readHead();
            int length =
                    method.equals("HEAD") ? 0 : Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
            return new Answer(
                    head.status(), head.headers(), new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads an answer up to its body. */
    Answer readHead() {
        try {
            var status = readLine();
            var headers = new TreeMap<String, String>();
            for (var line = readLine(); !line.isEmpty(); line = readLine()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
            return new Answer(Integer.parseInt(status.split(" ", 3)[1]), headers, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one chunk of a body; the last one is empty. */
    byte[] readChunk() {
        try {
            var chunk = in.readNBytes(Integer.parseInt(readLine(), 16));
            readLine();
            return chunk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what there is of a body that ends with the connection; empty at its end. */
    byte[] readSome() {
        try {
            int first = in.read();
            if (first < 0) {
                return new byte[0];
            }
            var some = new byte[1 + in.available()];
            some[0] = (byte) first;
            return Arrays.copyOf(some, 1 + in.read(some, 1, some.length - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server has closed its side, after whatever it still had to say. */
    boolean isClosedByServer() {
        try {
            return in.transferTo(OutputStream.nullOutputStream()) >= 0;
        } catch (SocketException _) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server closes its side within a moment. */
    boolean isClosedByServerSoon() {
        try {
            socket.setSoTimeout(MOMENT_MILLIS);
            return isClosedByServer();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                return false;
            }
            throw e;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    int readByte() throws IOException {
        return in.read();
    }

    private String readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).trim();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

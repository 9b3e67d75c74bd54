package io.millrace.bench.push;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection with one request on its way at a time. Owned by one thread. */
final class Http implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int OK = 200;
    private static final String SIGNATURE = "X-Amz-Date: 20260101T000000Z\r\n"
            + "Authorization: AWS4-HMAC-SHA256 Credential=BENCH/20260101/us-east-1/kinesis/aws4_request, "
            + "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64) + "\r\n";

    private final URI endpoint;
    private final Socket socket;
    private final InputStream in;

    Http(URI endpoint) throws IOException {
        this.endpoint = endpoint;
        socket = new Socket(endpoint.getHost(), endpoint.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /** The answer's body, which must be a success. */
    String call(String operation, String json) throws IOException {
        send(operation, json);
        var head = head();
        var body = new String(in.readNBytes(head.contentLength), StandardCharsets.UTF_8);
        if (head.status != OK) {
            throw new IOException(operation + " was answered " + head.status + ": " + body);
        }
        return body;
    }

    /** The body of an answer that goes on and on, freed of its chunks. */
    InputStream open(String operation, String json) throws IOException {
        send(operation, json);
        var head = head();
        if (head.status != OK) {
            throw new IOException(operation + " was answered " + head.status + ": "
                    + new String(in.readNBytes(head.contentLength), StandardCharsets.UTF_8));
        }
        return new Chunks(in);
    }

    private void send(String operation, String json) throws IOException {
        var body = json.getBytes(StandardCharsets.UTF_8);
        var head = ("POST / HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\nX-Amz-Target: Kinesis_20131202."
                        + operation + "\r\nContent-Type: application/x-amz-json-1.1\r\n" + SIGNATURE
                        + "Content-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        var request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        socket.getOutputStream().write(request);
    }

    private record Head(int status, int contentLength) {}

    private Head head() throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        int contentLength = 0;
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                contentLength = Integer.parseInt(
                        line.substring("content-length:".length()).trim());
            }
        }
        return new Head(status, contentLength);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The bytes inside of HTTP/1.1 chunks. */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private int left;
        private boolean begun;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0 && !nextChunk()) {
                return -1;
            }
            int count = in.read(bytes, from, Math.min(left, length));
            if (count < 0) {
                throw new EOFException("the server closed the connection inside of a chunk");
            }
            left -= count;
            return count;
        }

        private boolean nextChunk() throws IOException {
            if (ended) {
                return false;
            }
            if (begun) {
                line(in);
            }
            begun = true;
            left = Integer.parseInt(line(in), 16);
            ended = left == 0;
            return !ended;
        }
    }
}

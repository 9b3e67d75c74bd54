package io.millrace.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An HTTP/1.1 connection of which a test decides when it sends, when it reads, and that it never does. */
final class PlainSocket implements AutoCloseable {
    private static final int RECEIVE_BUFFER_BYTES = 4 * 1024;
    private static final int REPLY_WAIT_MAX_MILLIS = 30_000;

    private final Socket socket = new Socket();

    PlainSocket(URI endpoint) throws IOException {
        // Small, so that what isn't read stays with the server.
        socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        socket.setSoTimeout(REPLY_WAIT_MAX_MILLIS);
        socket.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
    }

    /** Sends a whole request for a page. */
    PlainSocket get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /** Sends a whole SubscribeToShard from the oldest record on. */
    PlainSocket subscribe(String consumer, String shard) throws IOException {
        var body = """
                {"ConsumerARN": "%s", "ShardId": "%s", "StartingPosition": {"Type": "TRIM_HORIZON"}}""".formatted(consumer, shard);
        return send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + RawClient.JSON
                + "\r\nX-Amz-Target: " + RawClient.TARGET_PREFIX + "SubscribeToShard\r\nAuthorization: "
                + RawClient.AUTHORIZATION + "\r\nX-Amz-Date: " + RawClient.DATE + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    private PlainSocket send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Reads until this text has come; what has come by then. */
    String readUntil(String text) throws IOException {
        var come = new ByteArrayOutputStream();
        var piece = new byte[1024];
        while (!come.toString(StandardCharsets.ISO_8859_1).contains(text)) {
            int read = socket.getInputStream().read(piece);
            if (read < 0) {
                throw new AssertionError("ended with: " + come);
            }
            come.write(piece, 0, read);
        }
        return come.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

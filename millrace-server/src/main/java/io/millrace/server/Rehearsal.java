package io.millrace.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * Starts a server as {@code millrace serve} does, on a data directory of its own, and does with it what clients do most,
 * so that the Java virtual machine can note which classes that takes. It does so in the cache that it writes
 * at its end, see {@code millrace prepare}.
 *
 * <p>It speaks through a plain socket: a client library would fill the cache with classes that no server needs.
 */
public final class Rehearsal {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(60);
    private static final int ROUNDS = 200;
    private static final int BATCH_RECORDS = 20;
    private static final String STREAM = "rehearsal";

    private final InetAddress host = InetAddress.getLoopbackAddress();
    private final int port;

    private Rehearsal(int port) {
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        try (var folder = TemporaryFolder.create()) {
            int port = freePort();
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> Main.main(new String[] {
                        ServeCommand.NAME,
                        "--port",
                        Integer.toString(port),
                        "--data-dir",
                        folder.path().toString(),
                        "--streams.transition-delay",
                        "0ms"
                    }));
            new Rehearsal(port).run();
        }
        System.exit(0); // the cache is written by what is left of the process
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void run() throws Exception {
        try (var socket = connect()) {
            var in = new BufferedInputStream(socket.getInputStream());
            call(socket, in, "ListStreams", "{}");
            call(socket, in, "CreateStream", "{\"StreamName\":\"" + STREAM + "\",\"ShardCount\":2}");
            while (!call(socket, in, "DescribeStreamSummary", named("")).contains("ACTIVE")) {
                Thread.onSpinWait();
            }
            call(socket, in, "ListShards", named(""));
            for (int i = 0; i < ROUNDS; i++) {
                call(socket, in, "PutRecord", named(",\"PartitionKey\":\"" + i + "\",\"Data\":\"" + data(i) + "\""));
            }
            for (int i = 0; i < ROUNDS / BATCH_RECORDS; i++) {
                call(socket, in, "PutRecords", named(",\"Records\":[" + records() + "]"));
            }
            var iterator = member(
                    "ShardIterator",
                    call(
                            socket,
                            in,
                            "GetShardIterator",
                            named(",\"ShardId\":\"shardId-000000000000\",\"ShardIteratorType\":\"TRIM_HORIZON\"")));
            for (int i = 0; i < ROUNDS / BATCH_RECORDS; i++) {
                call(socket, in, "GetRecords", "{\"Limit\":100,\"ShardIterator\":\"" + iterator + "\"}");
            }
        }
    }

    private Socket connect() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_WAIT_MAX.toNanos();
        while (true) {
            try {
                return new Socket(host, port);
            } catch (ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(Duration.ofMillis(10));
            }
        }
    }

    /** A request's body that names the stream and has these further members. */
    private static String named(String members) {
        return "{\"StreamName\":\"" + STREAM + "\"" + members + "}";
    }

    private static String records() {
        var records = new StringBuilder();
        for (int i = 0; i < BATCH_RECORDS; i++) {
            records.append(i == 0 ? "" : ",")
                    .append("{\"PartitionKey\":\"")
                    .append(i)
                    .append("\",\"Data\":\"")
                    .append(data(i))
                    .append("\"}");
        }
        return records.toString();
    }

    private static String data(int number) {
        return Base64.getEncoder().encodeToString(("record " + number).getBytes(StandardCharsets.UTF_8));
    }

    private static String member(String name, String json) {
        int begin = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return json.substring(begin, json.indexOf('"', begin));
    }

    private static String call(Socket socket, BufferedInputStream in, String operation, String body)
            throws IOException {
        var head = """
                POST / HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/x-amz-json-1.1\r
                X-Amz-Target: Kinesis_20131202.%s\r
                X-Amz-Date: 20250101T000000Z\r
                Authorization: AWS4-HMAC-SHA256 Credential=rehearsal/20250101/us-east-1/kinesis/aws4_request, \
                SignedHeaders=host;x-amz-date, Signature=%s\r
                Content-Length: %d\r
                \r
                """.formatted(operation, "0".repeat(64), body.length());
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
        var status = line(in);
        int length = 0;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            }
        }
        var reply = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (!status.contains(" 200 ")) {
            throw new IOException(operation + " was answered " + status + ": " + reply);
        }
        return reply;
    }

    private static String line(BufferedInputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server hung up");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}

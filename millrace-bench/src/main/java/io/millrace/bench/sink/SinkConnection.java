package io.millrace.bench.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection of the sink: a head is looked at, a body is counted off and forgotten. */
final class SinkConnection {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final String CONTENT_LENGTH = "Content-Length: ";
    private static final ByteBuffer DESCRIPTION = reply("{\"StreamDescription\":{\"StreamStatus\":\"ACTIVE\","
            + "\"HasMoreShards\":false,\"Shards\":[{\"ShardId\":\"shardId-000000000000\"}]}}");
    private static final ByteBuffer PUT_JSON = reply("{\"FailedRecordCount\":0,\"Records\":[]}");
    private static final ByteBuffer PUT_CBOR = reply("\u00a1qFailedRecordCount\u0000");

    private final SocketChannel socket;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private ByteBuffer answer = PUT_JSON;
    private long bodyBytesLeft;
    private boolean inBody;

    SinkConnection(SocketChannel socket) {
        this.socket = socket;
    }

    void read() throws IOException {
        while (true) {
            int count = socket.read(buffer);
            if (count < 0) {
                socket.close();
                return;
            }
            if (count == 0) {
                return;
            }
            take();
        }
    }

    /** A driver sends one request at a time, so nothing but a head begins a buffer and nothing follows a body. */
    private void take() throws IOException {
        int bodyHere = buffer.position();
        if (!inBody) {
            int headBytes = headBytes();
            if (headBytes < 0) {
                return;
            }
            look(headBytes);
            bodyHere -= headBytes;
            inBody = true;
        }
        bodyBytesLeft -= bodyHere;
        buffer.clear();
        if (bodyBytesLeft == 0) {
            inBody = false;
            write();
        }
    }

    private int headBytes() {
        for (int i = 3; i < buffer.position(); i++) {
            if (buffer.get(i) == '\n' && buffer.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private void look(int headBytes) {
        var head = StandardCharsets.ISO_8859_1
                .decode(buffer.duplicate().position(0).limit(headBytes))
                .toString();
        int lengthAt = head.indexOf(CONTENT_LENGTH) + CONTENT_LENGTH.length();
        bodyBytesLeft = Long.parseLong(head.substring(lengthAt, head.indexOf('\r', lengthAt)));
        answer = head.contains("DescribeStream") ? DESCRIPTION : head.contains("cbor") ? PUT_CBOR : PUT_JSON;
    }

    private void write() throws IOException {
        var left = answer.duplicate();
        while (left.hasRemaining()) {
            socket.write(left);
        }
    }

    private static ByteBuffer reply(String latin1Body) {
        var whole = "HTTP/1.1 200 OK\r\nContent-Length: " + latin1Body.length() + "\r\n\r\n" + latin1Body;
        var bytes = whole.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}

package io.millrace.gateway;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An HTTP/2 client with prior knowledge that sends exactly the frames a test says, sensible or not. */
final class RawHttp2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    private static final int ANSWER_WAIT_MAX_MILLIS = 20_000;
    private static final int FRAME_MAX_BYTES = 16_384;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    private final Map<Integer, Http2Headers> headersOfStreams = new HashMap<>();
    private Frame pushedBack;

    record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    record Answer(String status, Http2Headers headers, String text) {}

    private RawHttp2Client(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(ANSWER_WAIT_MAX_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Connects, and says hello with these settings: pairs of an id and a value. */
    static RawHttp2Client connect(int port, int... settings) {
        try {
            var client = new RawHttp2Client(new Socket(InetAddress.getLoopbackAddress(), port));
            client.socket.getOutputStream().write(PREFACE);
            var payload = ByteBuffer.allocate(settings.length * 3);
            for (int i = 0; i < settings.length; i += 2) {
                payload.putShort((short) settings[i]).putInt(settings[i + 1]);
            }
            return client.send(SETTINGS, 0, 0, payload.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawHttp2Client send(int type, int flags, int stream, byte[] payload) {
        try {
            var frame = ByteBuffer.allocate(9 + payload.length);
            frame.put((byte) (payload.length >>> 16)).putShort((short) payload.length);
            frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
            socket.getOutputStream().write(frame.array());
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends to a server that may have closed already. */
    RawHttp2Client sendIfOpen(int type, int flags, int stream, byte[] payload) {
        try {
            return send(type, flags, stream, payload);
        } catch (UncheckedIOException _) {
            return this;
        }
    }

    /** The block of headers of a JSON call of an operation. */
    byte[] headersOf(String operation) {
        var headers = new DefaultHttp2Headers()
                .method("POST")
                .path("/")
                .scheme("http")
                .authority("x")
                .add("x-amz-target", "Kinesis_20131202." + operation)
                .add("content-type", "application/x-amz-json-1.1");
        return encoded(headers);
    }

    byte[] encoded(Http2Headers headers) {
        var block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(1, headers, block);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        return ByteBufUtil.getBytes(block);
    }

    RawHttp2Client call(int stream, String operation, String body) {
        send(HEADERS, END_HEADERS, stream, headersOf(operation));
        return send(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.US_ASCII));
    }

    RawHttp2Client grant(int stream, int bytes) {
        return send(WINDOW_UPDATE, 0, stream, fourBytes(bytes));
    }

    static byte[] fourBytes(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    Frame read() throws IOException {
        var held = pushedBack;
        if (held != null) {
            pushedBack = null;
            return held;
        }
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        var payload = new byte[lengthAndType >>> 8];
        in.readFully(payload);
        var frame = new Frame(lengthAndType & 0xFF, flags, stream, ByteBuffer.wrap(payload));
        if (frame.type() == HEADERS) {
            // All are decoded, wanted or not: each changes what the next ones mean.
            headersOfStreams.put(stream, decoded(stream, frame));
        }
        return frame;
    }

    /** Reads on to the next frame of a type. */
    Frame await(int type) {
        try {
            var frame = read();
            while (frame.type() != type) {
                frame = read();
            }
            return frame;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one stream's answer whole, granting what it takes. */
    Answer answer(int stream) {
        var body = new ByteArrayOutputStream();
        boolean ended = false;
        while (!ended) {
            Frame frame;
            try {
                frame = read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == RST_STREAM) {
                throw new AssertionError("reset with error " + frame.payload().getInt());
            }
            if (frame.type() == DATA) {
                body.writeBytes(frame.payload().array());
                grantTaken(stream, frame.payload().capacity());
            }
            ended = (frame.type() == HEADERS || frame.type() == DATA) && (frame.flags() & END_STREAM) != 0;
        }
        var headers = headersOfStreams.get(stream);
        return new Answer(headers.status().toString(), headers, body.toString(StandardCharsets.US_ASCII));
    }

    /** Reads on to the head of one stream's answer. */
    Http2Headers head(int stream) {
        while (!headersOfStreams.containsKey(stream)) {
            try {
                read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return headersOfStreams.get(stream);
    }

    /** Reads the next part of one stream's body, granting what it takes, and of the others'; empty at the end. */
    byte[] data(int stream) {
        try {
            while (true) {
                var frame = read();
                if (frame.type() == DATA) {
                    grantTaken(frame.stream(), frame.payload().capacity());
                }
                if (frame.stream() == stream && frame.type() == RST_STREAM) {
                    throw new AssertionError(
                            "reset with error " + frame.payload().getInt());
                }
                boolean ended = (frame.flags() & END_STREAM) != 0;
                if (frame.stream() == stream
                        && frame.type() == DATA
                        && (frame.payload().capacity() > 0 || ended)) {
                    return frame.payload().array();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void grantTaken(int stream, int bytes) {
        if (bytes > 0) {
            sendIfOpen(WINDOW_UPDATE, 0, 0, fourBytes(bytes));
            sendIfOpen(WINDOW_UPDATE, 0, stream, fourBytes(bytes));
        }
    }

    /** Sends a body in frames, waiting for credit as the server gives it; stops when the server resets or answers. */
    RawHttp2Client sendBodyAsGranted(int stream, byte[] body) {
        long connectionCredit = 65_535;
        long streamCredit = 65_535;
        int from = 0;
        try {
            while (from < body.length) {
                int bytes = (int) Math.min(
                        Math.min(body.length - from, FRAME_MAX_BYTES), Math.min(connectionCredit, streamCredit));
                if (bytes > 0) {
                    var frame = Arrays.copyOfRange(body, from, from + bytes);
                    from += bytes;
                    connectionCredit -= bytes;
                    streamCredit -= bytes;
                    send(DATA, from == body.length ? END_STREAM : 0, stream, frame);
                    continue;
                }
                var frame = read();
                switch (frame.type()) {
                    case WINDOW_UPDATE -> {
                        int granted = frame.payload().getInt();
                        connectionCredit += frame.stream() == 0 ? granted : 0;
                        streamCredit += frame.stream() == stream ? granted : 0;
                    }
                    case SETTINGS -> streamCredit += windowChange(frame);
                    case HEADERS -> {
                        pushedBack = frame;
                        return this;
                    }
                    default -> {}
                }
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int windowChange(Frame settings) {
        var payload = settings.payload().duplicate();
        while (payload.remaining() >= 6) {
            int id = payload.getShort();
            int value = payload.getInt();
            if (id == 4) {
                return value - 65_535;
            }
        }
        return 0;
    }

    boolean isClosedByServer() {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException _) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Http2Headers decoded(int stream, Frame frame) {
        try {
            return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(frame.payload()));
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
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

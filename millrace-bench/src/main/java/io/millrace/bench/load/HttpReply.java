package io.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * One connection's replies, read one after the other into a buffer that grows to the longest. Knows Content-Length and
 * chunked bodies; chunks are moved together in place.
 */
final class HttpReply {
    private static final int INITIAL_BYTES = 64 << 10;
    private static final int MAX_BYTES = 64 << 20;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int STATUS_DIGITS = 3;
    private static final int UNKNOWN = -1;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_BYTES);
    private int bodyStart;
    private int bodyEnd;
    private int contentLength;
    private int chunkAt;
    private int status;
    private boolean chunked;
    private boolean closes;

    /** Forgets the last reply. */
    void clear() {
        buffer.clear();
        bodyStart = UNKNOWN;
        bodyEnd = UNKNOWN;
        contentLength = UNKNOWN;
        chunked = false;
        closes = false;
    }

    /**
     * Reads what the socket has.
     *
     * @return whether the reply is whole
     * @throws IOException if the server hangs up before
     */
    boolean readFrom(ReadableByteChannel socket) throws IOException {
        while (true) {
            if (!buffer.hasRemaining()) {
                grow();
            }
            int count = socket.read(buffer);
            if (count < 0) {
                throw new IOException("the server hung up in the middle of a reply");
            }
            if (count == 0) {
                return false;
            }
            if (isWhole()) {
                return true;
            }
        }
    }

    int status() {
        return status;
    }

    /** Whether the server closes the connection after this reply. */
    boolean closes() {
        return closes;
    }

    /** The body, valid until the next reply. */
    ByteBuffer body() {
        return buffer.duplicate().position(bodyStart).limit(bodyEnd);
    }

    String bodyText() {
        return StandardCharsets.UTF_8.decode(body()).toString();
    }

    private boolean isWhole() {
        if (bodyStart == UNKNOWN && !parseHead()) {
            return false;
        }
        if (chunked) {
            return joinChunks();
        }
        if (buffer.position() < bodyStart + contentLength) {
            return false;
        }
        bodyEnd = bodyStart + contentLength;
        if (buffer.position() > bodyEnd) {
            throw new WrongAnswerException("a reply is longer than its Content-Length");
        }
        return true;
    }

    private boolean parseHead() {
        int end = headEnd();
        if (end == UNKNOWN) {
            return false;
        }
        status = decimal(STATUS_AT, STATUS_AT + STATUS_DIGITS);
        for (int line = lineAfter(0); line < end - 2; line = lineAfter(line)) {
            parseHeader(line, lineAfter(line) - 2);
        }
        if (!chunked && contentLength == UNKNOWN) {
            throw new WrongAnswerException("a reply has neither Content-Length nor chunks");
        }
        bodyStart = end;
        bodyEnd = end;
        chunkAt = end;
        return true;
    }

    private int headEnd() {
        for (int i = 3; i < buffer.position(); i++) {
            if (buffer.get(i) == '\n' && buffer.get(i - 1) == '\r' && buffer.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return UNKNOWN;
    }

    private int lineAfter(int from) {
        int i = from;
        while (buffer.get(i) != '\n') {
            i++;
        }
        return i + 1;
    }

    private void parseHeader(int start, int end) {
        if (isNamed("content-length:", start)) {
            contentLength = decimal(start + "content-length:".length(), end);
        } else if (isNamed("transfer-encoding:", start)) {
            chunked = true;
        } else if (isNamed("connection: close", start)) {
            closes = true;
        }
    }

    private boolean isNamed(String lowerCase, int start) {
        for (int i = 0; i < lowerCase.length(); i++) {
            byte b = buffer.get(start + i);
            if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int decimal(int start, int end) {
        int value = 0;
        for (int i = start; i < end; i++) {
            byte b = buffer.get(i);
            if (b != ' ') {
                value = value * 10 + b - '0';
            }
        }
        return value;
    }

    /** Moves the chunks that are whole to the end of the body; true when the last, empty one is there. */
    private boolean joinChunks() {
        while (true) {
            int sizeEnd = endOfLine(chunkAt);
            if (sizeEnd == UNKNOWN) {
                return false;
            }
            int size = hexadecimal(chunkAt, sizeEnd);
            int dataAt = sizeEnd + 2;
            if (buffer.position() < dataAt + size + 2) {
                return false;
            }
            buffer.put(bodyEnd, buffer, dataAt, size);
            bodyEnd += size;
            chunkAt = dataAt + size + 2;
            if (size == 0) {
                return true;
            }
        }
    }

    private int endOfLine(int from) {
        for (int i = from; i + 1 < buffer.position(); i++) {
            if (buffer.get(i) == '\r' && buffer.get(i + 1) == '\n') {
                return i;
            }
        }
        return UNKNOWN;
    }

    private int hexadecimal(int start, int end) {
        int value = 0;
        for (int i = start; i < end && buffer.get(i) != ';'; i++) {
            value = value * 16 + Character.digit(buffer.get(i), 16);
        }
        return value;
    }

    private void grow() {
        if (buffer.capacity() >= MAX_BYTES) {
            throw new WrongAnswerException("a reply is longer than " + MAX_BYTES + " bytes");
        }
        buffer = ByteBuffer.allocateDirect(buffer.capacity() * 2).put(buffer.flip());
    }
}

package io.millrace.bench.soak;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The messages of an event stream, checksums verified. Owned by one thread.
 *
 * <p>Layout: length:4 headersLength:4 crc:4 headers payload crc:4; each header nameLength:1 name type:1 valueLength:2 value.
 */
final class Messages implements AutoCloseable {
    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MESSAGE_MAX_BYTES = 64 << 20;
    private static final int TEXT_TYPE = 7;

    private final DataInputStream in;

    /** @param type the event's or the exception's name, or initial-response */
    record Message(boolean isEvent, String type, String body) {}

    Messages(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /**
     * The next one; empty at the end between two.
     *
     * @throws IOException if it breaks off within one, or one is damaged
     */
    Optional<Message> next() throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        var prelude = new byte[PRELUDE_BYTES];
        prelude[0] = (byte) first;
        in.readFully(prelude, 1, PRELUDE_BYTES - 1);
        var head = ByteBuffer.wrap(prelude);
        int length = head.getInt();
        int headersLength = head.getInt();
        if (checksum(prelude, 0, PRELUDE_BYTES - CHECKSUM_BYTES) != head.getInt() || length > MESSAGE_MAX_BYTES) {
            throw new IOException("the beginning of a message is damaged");
        }
        var message = new byte[length];
        System.arraycopy(prelude, 0, message, 0, PRELUDE_BYTES);
        in.readFully(message, PRELUDE_BYTES, length - PRELUDE_BYTES);
        int end = length - CHECKSUM_BYTES;
        if (checksum(message, 0, end)
                != ByteBuffer.wrap(message, end, CHECKSUM_BYTES).getInt()) {
            throw new IOException("a message is damaged");
        }
        var headers = headers(ByteBuffer.wrap(message, PRELUDE_BYTES, headersLength));
        int payloadAt = PRELUDE_BYTES + headersLength;
        var payload = new String(message, payloadAt, end - payloadAt, StandardCharsets.UTF_8);
        boolean isEvent = "event".equals(headers.get(":message-type"));
        var type = headers.getOrDefault(isEvent ? ":event-type" : ":exception-type", "?");
        return Optional.of(new Message(isEvent, type, payload));
    }

    private static Map<String, String> headers(ByteBuffer bytes) throws IOException {
        var headers = new HashMap<String, String>();
        while (bytes.hasRemaining()) {
            var name = text(bytes, bytes.get() & 0xff);
            if (bytes.get() != TEXT_TYPE) {
                throw new IOException("the header " + name + " is not a text");
            }
            headers.put(name, text(bytes, bytes.getShort() & 0xffff));
        }
        return headers;
    }

    private static String text(ByteBuffer bytes, int length) {
        var text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes, int from, int to) {
        var checksum = new CRC32();
        checksum.update(bytes, from, to - from);
        return (int) checksum.getValue();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

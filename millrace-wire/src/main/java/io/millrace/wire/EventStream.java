package io.millrace.wire;

import io.millrace.model.AwsException;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Operation;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The messages of an event stream, the body of a reply that does not end for a while. Each is whole in itself, and is
 * written to a body that has no overflow, since its lengths and checksums are known last and stand first:
 *
 * <pre>
 * message:4 headers:4 crc:4 (of the 8 bytes before)    lengths in bytes, big-endian; a message's covers all of it
 * name:1+n type:1 (7 = text) value:2+n                 for each header
 * payload
 * crc:4 (of all bytes before)
 * </pre>
 */
public final class EventStream {
    public static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

    private static final int PRELUDE_BYTES = 3 * Integer.BYTES;
    private static final int TEXT = 7;
    private static final int FAULT_STATUS = 500;
    /** The name of the failure in the API's model; in replies that are no events it goes by a shorter one. */
    private static final String INTERNAL_FAILURE = "InternalFailureException";

    private static final int HEADER_TEXT_MAX_BYTES = 32 * 1024;

    private EventStream() {}

    /** What comes first, and at once: clients take the call for answered only when they have it. */
    public static void initialResponse(Protocol protocol, BodyWriter body) {
        int start = begin(body);
        header(":message-type", "event", body);
        header(":event-type", "initial-response", body);
        header(":content-type", protocol.contentType(), body);
        endHeaders(start, body);
        var out = Notation.of(protocol, body);
        out.beginObject();
        out.endObject();
        end(start, body);
    }

    /** One of the events that an operation answers with. The service names them after the operation. */
    public static <E> void event(
            Protocol protocol, Operation<?, E> operation, OperationCodec<?, E> codec, E event, BodyWriter body) {
        int start = begin(body);
        header(":message-type", "event", body);
        header(":event-type", operation.name() + "Event", body);
        header(":content-type", protocol.contentType(), body);
        endHeaders(start, body);
        codec.encode(protocol, event, body);
        end(start, body);
    }

    /** Why the stream breaks off: as an exception if the API has it among what may come instead of an event. */
    public static void lastWord(Protocol protocol, AwsException reason, BodyWriter body) {
        if (reason instanceof InternalFailureException) {
            exception(protocol, INTERNAL_FAILURE, reason, body);
        } else if (reason.httpStatus() < FAULT_STATUS) {
            exception(protocol, reason.code(), reason, body);
        } else {
            error(reason, body);
        }
    }

    private static void exception(Protocol protocol, String type, AwsException refusal, BodyWriter body) {
        int start = begin(body);
        header(":message-type", "exception", body);
        header(":exception-type", type, body);
        header(":content-type", protocol.contentType(), body);
        endHeaders(start, body);
        var out = Notation.of(protocol, body);
        out.beginObject();
        refusal.text().ifPresent(text -> {
            out.name("message");
            out.text(text);
        });
        out.endObject();
        end(start, body);
    }

    private static void error(AwsException failure, BodyWriter body) {
        int start = begin(body);
        header(":message-type", "error", body);
        header(":error-code", failure.code(), body);
        // Clients can't read a header that is empty.
        header(":error-message", failure.text().orElse(failure.code()), body);
        endHeaders(start, body);
        end(start, body);
    }

    private static int begin(BodyWriter body) {
        int start = body.position();
        body.reserve(PRELUDE_BYTES);
        body.advance(PRELUDE_BYTES);
        return start;
    }

    private static void header(String name, String value, BodyWriter body) {
        var nameBytes = name.getBytes(StandardCharsets.UTF_8);
        var valueBytes = value.getBytes(StandardCharsets.UTF_8);
        // All headers are words of our own.
        assert valueBytes.length < HEADER_TEXT_MAX_BYTES : value;
        body.write(nameBytes.length);
        body.write(nameBytes, 0, nameBytes.length);
        body.write(TEXT);
        body.write(valueBytes.length >>> 8);
        body.write(valueBytes.length);
        body.write(valueBytes, 0, valueBytes.length);
    }

    private static void endHeaders(int start, BodyWriter body) {
        putInt(body.position() - start - PRELUDE_BYTES, start + Integer.BYTES, body.array());
    }

    private static void end(int start, BodyWriter body) {
        body.reserve(Integer.BYTES);
        body.advance(Integer.BYTES);
        var bytes = body.array();
        int crcAt = body.position() - Integer.BYTES;
        putInt(body.position() - start, start, bytes);
        putInt(crc(bytes, start, start + 2 * Integer.BYTES), start + 2 * Integer.BYTES, bytes);
        putInt(crc(bytes, start, crcAt), crcAt, bytes);
    }

    private static int crc(byte[] bytes, int from, int to) {
        var crc = new CRC32();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private static void putInt(int value, int at, byte[] bytes) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }
}

package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes values in one of the protocols' notations, straight into a body. */
interface Notation {
    /** The notation of a protocol, writing to the end of the body. */
    static Notation of(Protocol protocol, BodyWriter body) {
        return switch (protocol) {
            case JSON -> new JsonNotation(body);
            case CBOR -> new CborNotation(body);
        };
    }

    void beginObject();

    void endObject();

    void beginArray(int size);

    void endArray();

    void name(String name);

    /** A string that is given in UTF-8. */
    void text(byte[] utf8, int from, int to);

    void number(long value);

    /** A number that is not an integer's; finite. */
    void real(double value);

    void bool(boolean value);

    void timestamp(long epochMillis);

    void blob(byte[] bytes, int from, int to);

    default void text(String value) {
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        text(utf8, 0, utf8.length);
    }

    default void timestamp(Instant value) {
        timestamp(value.toEpochMilli());
    }

    /** A member's name that is given in ASCII and needs no escape. */
    void plainName(byte[] ascii);

    /** A string that is given in UTF-8, from the buffer's position to its limit; the buffer stays as it is. */
    void text(ByteBuffer utf8);

    /** A blob, from the buffer's position to its limit; the buffer stays as it is. */
    void blob(ByteBuffer bytes);
}

package io.millrace.bench.push;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a record of the driver says of itself, in front of its filling. Layout: number:8 sentNanos:8 padding:2, whole
 * groups of base64, so that a reader decodes these and leaves the filling alone.
 */
record Marker(long number, long sentNanos) {
    static final int BYTES = Long.BYTES * 2 + 2;
    static final int BASE64_CHARS = BYTES / 3 * 4;

    /** The base64 of a record of so many bytes. */
    String record(int bytes) {
        var data = ByteBuffer.allocate(bytes).putLong(number).putLong(sentNanos);
        return Base64.getEncoder().encodeToString(data.array());
    }

    static Marker of(byte[] payload, int base64Start) {
        var chars = new byte[BASE64_CHARS];
        System.arraycopy(payload, base64Start, chars, 0, BASE64_CHARS);
        var data = ByteBuffer.wrap(Base64.getDecoder().decode(chars));
        return new Marker(data.getLong(), data.getLong());
    }

    /** What stands before a record's data in an event, with its quote. */
    static final byte[] BEFORE = "\"Data\":\"".getBytes(StandardCharsets.US_ASCII);
}

package io.millrace.firehose.processing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes GZIP (RFC 1952), members one after another included. The JDK's own stream takes a damaged second member for the end
 * and says nothing, which would lose what is in it. A small record can be a very large one: what one may come to is bounded,
 * whatever records are beside it, so that a record that is read again comes to the same. One for each chunk; used by one
 * thread.
 */
final class Gunzip implements AutoCloseable {
    static final int RECORD_MAX_BYTES = 32 << 20;

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[BUFFER_BYTES];

    byte[] decompress(byte[] compressed) throws UnprocessableException {
        var plain = new ByteArrayOutputStream(Math.min(RECORD_MAX_BYTES, 4 * compressed.length));
        try {
            int at = 0;
            do {
                at = member(compressed, at, plain);
            } while (at < compressed.length && !isPadding(compressed, at));
        } catch (DataFormatException | IndexOutOfBoundsException e) {
            throw new UnprocessableException("The record could not be decompressed as GZIP: " + e.getMessage());
        }
        return plain.toByteArray();
    }

    /** Adds what the member that begins here holds; gives the place after it. */
    private int member(byte[] compressed, int start, ByteArrayOutputStream plain)
            throws DataFormatException, UnprocessableException {
        int at = afterHeader(compressed, start);
        var crc = new CRC32();
        int before = plain.size();
        inflater.reset();
        inflater.setInput(compressed, at, compressed.length - at);
        while (!inflater.finished()) {
            int count = inflater.inflate(buffer);
            if (count == 0 && !inflater.finished()) {
                throw new DataFormatException("it ends too early");
            }
            if (count > RECORD_MAX_BYTES - plain.size()) {
                throw new UnprocessableException(
                        "The record is larger than " + RECORD_MAX_BYTES + " bytes when decompressed.");
            }
            crc.update(buffer, 0, count);
            plain.write(buffer, 0, count);
        }
        at = compressed.length - inflater.getRemaining();
        var trailer = ByteBuffer.wrap(compressed).order(ByteOrder.LITTLE_ENDIAN);
        if (trailer.getInt(at) != (int) crc.getValue() || trailer.getInt(at + Integer.BYTES) != plain.size() - before) {
            throw new DataFormatException("its checksum is wrong");
        }
        return at + TRAILER_BYTES;
    }

    private static int afterHeader(byte[] compressed, int start) throws DataFormatException {
        if (compressed.length - start < HEADER_BYTES
                || compressed[start] != 0x1F
                || compressed[start + 1] != (byte) 0x8B
                || compressed[start + 2] != DEFLATE) {
            throw new DataFormatException("there is no GZIP header at byte " + start);
        }
        int flags = compressed[start + 3];
        if ((flags & RESERVED) != 0) {
            throw new DataFormatException("its header has unknown flags");
        }
        int at = start + HEADER_BYTES;
        if ((flags & EXTRA) != 0) {
            at += 2 + (compressed[at] & 0xFF) + ((compressed[at + 1] & 0xFF) << 8);
        }
        if ((flags & NAME) != 0) {
            at = afterZero(compressed, at);
        }
        if ((flags & COMMENT) != 0) {
            at = afterZero(compressed, at);
        }
        if ((flags & HEADER_CRC) != 0) {
            at += 2;
        }
        if (at > compressed.length) {
            throw new DataFormatException("it ends too early");
        }
        return at;
    }

    private static int afterZero(byte[] compressed, int start) {
        int at = start;
        while (compressed[at] != 0) {
            at++;
        }
        return at + 1;
    }

    /** Archives are padded with zeros. */
    private static boolean isPadding(byte[] compressed, int start) {
        for (int at = start; at < compressed.length; at++) {
            if (compressed[at] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        inflater.end();
    }
}

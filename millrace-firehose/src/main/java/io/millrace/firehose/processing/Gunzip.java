package io.millrace.firehose.processing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/**
 * Undoes GZIP, members one after another included. A small record can be a very large one: what one record, and what all
 * records of one chunk may come to is bounded. One for each chunk; used by one thread.
 */
final class Gunzip {
    static final int RECORD_MAX_BYTES = 32 << 20;
    static final int CHUNK_MAX_BYTES = 128 << 20;

    private static final int BUFFER_BYTES = 16 << 10;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int left = CHUNK_MAX_BYTES;

    byte[] decompress(byte[] compressed) throws UnprocessableException {
        int max = Math.min(RECORD_MAX_BYTES, left);
        var plain = new ByteArrayOutputStream(Math.min(max, 4 * compressed.length));
        try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed), BUFFER_BYTES)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (read > max - plain.size()) {
                    throw new UnprocessableException("The record is larger than " + max + " bytes when decompressed.");
                }
                plain.write(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UnprocessableException("The record could not be decompressed as GZIP: " + e.getMessage());
        }
        left -= plain.size();
        return plain.toByteArray();
    }
}

package io.millrace.bench.soak;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * What a record says of itself. Layout: incarnation:8 key:4 number:8 checksum:8 filling:rest, where the checksum is over
 * all the rest.
 *
 * @param incarnation the stream it was put into, which a later stream of the same name is not
 * @param key which of the stream's partition keys it has
 * @param number counts the records of a key
 */
record Payload(long incarnation, int key, long number) {
    static final int BYTES_MIN = Long.BYTES + Integer.BYTES + Long.BYTES + Long.BYTES;
    private static final int CHECKSUM_AT = BYTES_MIN - Long.BYTES;

    String partitionKey() {
        return "key-" + key;
    }

    String base64(int bytes, SplittableRandom random) {
        var data = new byte[bytes];
        random.nextBytes(data);
        var head = ByteBuffer.wrap(data).putLong(incarnation).putInt(key).putLong(number);
        head.putLong(checksum(data));
        return Base64.getEncoder().encodeToString(data);
    }

    /** Empty if it is not whole. */
    static Optional<Payload> of(String base64) {
        var data = Base64.getDecoder().decode(base64);
        var head = ByteBuffer.wrap(data);
        if (data.length < BYTES_MIN || head.getLong(CHECKSUM_AT) != checksum(data)) {
            return Optional.empty();
        }
        return Optional.of(new Payload(head.getLong(), head.getInt(), head.getLong()));
    }

    private static long checksum(byte[] data) {
        var checksum = new CRC32C();
        checksum.update(data, 0, CHECKSUM_AT);
        checksum.update(data, BYTES_MIN, data.length - BYTES_MIN);
        return checksum.getValue();
    }
}

package io.millrace.streams.token;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals bytes with HMAC-SHA256: {@code salt:8 body mac:32}. Every node with the same key can open any node's tokens. No
 * two sealed tokens are equal, even if they say the same.
 */
public final class TokenSeal {
    /** How many bytes a seal adds to what it seals. */
    public static final int OVERHEAD_BYTES = Long.BYTES + 32;

    /** The length of a key. */
    public static final int KEY_BYTES = 32;

    private static final int MAC_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    /** What a token is for; a token for one purpose can't be used for another. */
    public enum Purpose {
        SHARD_ITERATOR('I'),
        SHARD_PAGE('H'),
        CONSUMER_PAGE('C'),
        STREAM_PAGE('S');

        private final byte mark;

        Purpose(char mark) {
            this.mark = (byte) mark;
        }
    }

    private final SecretKey key;
    private final AtomicLong salt;
    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::newMac);

    /**
     * @param key {@link #KEY_BYTES} secret bytes
     * @param random only for where to begin counting the salts
     */
    public TokenSeal(byte[] key, RandomGenerator random) {
        assert key.length == KEY_BYTES : key.length;
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.salt = new AtomicLong(random.nextLong());
    }

    public byte[] seal(Purpose purpose, byte[] body) {
        var sealed = new byte[body.length + OVERHEAD_BYTES];
        long next = salt.getAndIncrement();
        for (int i = 0; i < Long.BYTES; i++) {
            sealed[i] = (byte) (next >>> (i * Byte.SIZE));
        }
        System.arraycopy(body, 0, sealed, Long.BYTES, body.length);
        var mac = mac(purpose, sealed);
        System.arraycopy(mac, 0, sealed, sealed.length - MAC_BYTES, MAC_BYTES);
        return sealed;
    }

    /** The body, or empty if it was not sealed for this purpose with our key. */
    public Optional<byte[]> open(Purpose purpose, byte[] sealed) {
        if (sealed.length < OVERHEAD_BYTES) {
            return Optional.empty();
        }
        var given = Arrays.copyOfRange(sealed, sealed.length - MAC_BYTES, sealed.length);
        // Constant-time: an early exit would tell a forger how many leading bytes were right.
        if (!MessageDigest.isEqual(given, mac(purpose, sealed))) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOfRange(sealed, Long.BYTES, sealed.length - MAC_BYTES));
    }

    /** Covers the purpose and everything before the place of the mac. */
    private byte[] mac(Purpose purpose, byte[] sealed) {
        var mac = macs.get();
        mac.update(purpose.mark);
        mac.update(sealed, 0, sealed.length - MAC_BYTES);
        return mac.doFinal();
    }

    private Mac newMac() {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + ALGORITHM, e);
        }
    }
}

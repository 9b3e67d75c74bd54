package io.millrace.streams.iterator;

import io.millrace.streams.token.TokenSeal;
import io.millrace.streams.token.TokenSeal.Purpose;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The token's bytes, in base64: {@code prefix:8} and then, sealed, {@code streamId:8 shard:4 offset:8 issuedAt:8
 * account:12 nameLength:1 name padding}. The real service's tokens have the same prefix, and after it at least 144 bytes
 * in blocks of 16; some clients' tests check that.
 */
record IteratorToken(ShardPosition position, long issuedAtMillis) {
    private static final byte[] PREFIX = {0, 0, 0, 0, 0, 0, 0, 1};
    private static final int SEALED_MIN_BYTES = 144;
    private static final int BLOCK_BYTES = 16;
    private static final int ACCOUNT_BYTES = 12;
    private static final int FIXED_BYTES = 3 * Long.BYTES + Integer.BYTES + ACCOUNT_BYTES + 1;

    String seal(TokenSeal seal) {
        var name = position.streamName().getBytes(StandardCharsets.US_ASCII);
        var body = ByteBuffer.allocate(sealedBytes(FIXED_BYTES + name.length) - TokenSeal.OVERHEAD_BYTES)
                .putLong(position.streamId())
                .putInt(position.shardIndex())
                .putLong(position.offset())
                .putLong(issuedAtMillis)
                .put(position.account().getBytes(StandardCharsets.US_ASCII), 0, ACCOUNT_BYTES)
                .put((byte) name.length)
                .put(name);
        var sealed = seal.seal(Purpose.SHARD_ITERATOR, body.array());
        var token = Arrays.copyOf(PREFIX, PREFIX.length + sealed.length);
        System.arraycopy(sealed, 0, token, PREFIX.length, sealed.length);
        return Base64.getEncoder().encodeToString(token);
    }

    /** Empty if the token is not one of ours, letter for letter. */
    static Optional<IteratorToken> open(String token, TokenSeal seal) {
        return decode(unquoted(token))
                .filter(bytes ->
                        bytes.length >= PREFIX.length && Arrays.equals(PREFIX, Arrays.copyOf(bytes, PREFIX.length)))
                .flatMap(bytes ->
                        seal.open(Purpose.SHARD_ITERATOR, Arrays.copyOfRange(bytes, PREFIX.length, bytes.length)))
                .map(IteratorToken::read);
    }

    private static IteratorToken read(byte[] body) {
        var in = ByteBuffer.wrap(body);
        long streamId = in.getLong();
        int shardIndex = in.getInt();
        long offset = in.getLong();
        long issuedAtMillis = in.getLong();
        var account = text(in, ACCOUNT_BYTES);
        var name = text(in, Byte.toUnsignedInt(in.get()));
        return new IteratorToken(new ShardPosition(streamId, account, name, shardIndex, offset), issuedAtMillis);
    }

    private static String text(ByteBuffer in, int length) {
        var bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static int sealedBytes(int bodyBytes) {
        int atLeast = Math.max(bodyBytes + TokenSeal.OVERHEAD_BYTES, SEALED_MIN_BYTES);
        return Math.ceilDiv(atLeast, BLOCK_BYTES) * BLOCK_BYTES;
    }

    private static Optional<byte[]> decode(String base64) {
        try {
            var bytes = Base64.getDecoder().decode(base64);
            // The decoder lets missing padding and stray last bits pass; a second spelling of a token is not ours.
            return Base64.getEncoder().encodeToString(bytes).equals(base64) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The shell makes it easy to pass an iterator with its quotes, and AWS does not mind. */
    private static String unquoted(String token) {
        boolean quoted = token.length() >= 2 && token.startsWith("\"") && token.endsWith("\"");
        return quoted ? token.substring(1, token.length() - 1) : token;
    }
}

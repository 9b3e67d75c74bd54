package io.millrace.cli;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The range of hash keys that a shard takes, both ends included.
 *
 * <p>Reading a record tells its partition key and not the explicit hash key it may have been put with. But where the hash of
 * the partition key lies outside the range of the shard that holds the record, there must have been one.
 */
record HashKeys(BigInteger first, BigInteger last) {
    /** One more than the largest hash key. */
    static final BigInteger COUNT = BigInteger.ONE.shiftLeft(128);

    HashKeys {
        if (first.signum() < 0 || first.compareTo(last) > 0 || last.compareTo(COUNT) >= 0) {
            throw new IllegalArgumentException(first + " to " + last + " is no range of hash keys");
        }
    }

    static HashKeys of(Shard shard) {
        return of(shard.hashKeyRange());
    }

    private static HashKeys of(HashKeyRange range) {
        return new HashKeys(new BigInteger(range.startingHashKey()), new BigInteger(range.endingHashKey()));
    }

    /** Where a record goes that has this partition key and no explicit hash key. */
    static BigInteger hashOf(String partitionKey) {
        try {
            return new BigInteger(
                    1, MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    boolean contains(BigInteger hashKey) {
        return first.compareTo(hashKey) <= 0 && hashKey.compareTo(last) <= 0;
    }

    /** Where to split this range into halves. */
    BigInteger firstOfSecondHalf() {
        return first.add(last.subtract(first).add(BigInteger.ONE).shiftRight(1));
    }

    /**
     * The explicit hash key to put a record with that was found in this range: none if its partition key leads here, else
     * the middle of the range. One and the same point for all keeps the order that they have among each other, and the
     * middle lies in the shard that takes most of this range where the other stream's shards are a little different.
     */
    Optional<BigInteger> explicitFor(String partitionKey) {
        return contains(hashOf(partitionKey))
                ? Optional.empty()
                : Optional.of(first.add(last).shiftRight(1));
    }
}

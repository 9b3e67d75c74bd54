package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;

/** What KCL demands of a list of shards: that it covers the hash space once. */
final class Covers {
    private static final BigInteger END = BigInteger.ONE.shiftLeft(128);

    private Covers() {}

    static void assertComplete(List<HashKeyRange> ranges) {
        var next = BigInteger.ZERO;
        for (var range :
                ranges.stream().sorted(Comparator.comparing(Covers::start)).toList()) {
            assertThat(start(range)).as("hole or overlap in %s", ranges).isEqualTo(next);
            next = new BigInteger(range.endingHashKey()).add(BigInteger.ONE);
        }
        assertThat(next).as("end of %s", ranges).isEqualTo(END);
    }

    private static BigInteger start(HashKeyRange range) {
        return new BigInteger(range.startingHashKey());
    }
}

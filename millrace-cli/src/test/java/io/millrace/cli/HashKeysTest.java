package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashKeysTest {
    @Test
    void leavesARecordThatItsKeyLeadsHereToItsKey() {
        Seeds.forEach(200, random -> {
            var key = "key-" + random.nextLong();
            var hash = HashKeys.hashOf(key);

            assertThat(new HashKeys(hash, hash).explicitFor(key)).isEmpty();
            assertThat(new HashKeys(BigInteger.ZERO, hash).explicitFor(key)).isEmpty();
            assertThat(new HashKeys(hash, HashKeys.COUNT.subtract(BigInteger.ONE)).explicitFor(key))
                    .isEmpty();
        });
    }

    @Test
    void keepsARecordThatItsKeyLeadsElsewhereInsideTheRangeItWasFoundIn() {
        Seeds.forEach(200, random -> {
            var first = new BigInteger(127, new Random(random.nextLong()));
            var range = new HashKeys(first, first.add(new BigInteger(120, new Random(random.nextLong()))));
            var key = "key-" + random.nextLong();

            var explicit = range.explicitFor(key);

            assertThat(explicit.isPresent()).isNotEqualTo(range.contains(HashKeys.hashOf(key)));
            explicit.ifPresent(hashKey ->
                    assertThat(range.contains(hashKey)).as("%s", hashKey).isTrue());
        });
    }

    @Test
    void givesAllSuchRecordsOfAShardOnePlaceSoThatTheyStayInOrder() {
        var range = new HashKeys(BigInteger.TEN, BigInteger.valueOf(20));

        assertThat(range.explicitFor("a")).isEqualTo(Optional.of(BigInteger.valueOf(15)));
        assertThat(range.explicitFor("b")).isEqualTo(range.explicitFor("a"));
    }

    @Test
    void knowsTheHashThatTheServiceKnows() {
        // MD5 of the empty text and of "a", as RFC 1321 has them.
        assertThat(HashKeys.hashOf("")).isEqualTo(new BigInteger("d41d8cd98f00b204e9800998ecf8427e", 16));
        assertThat(HashKeys.hashOf("a")).isEqualTo(new BigInteger("0cc175b9c0f1b6a831c399e269772661", 16));
    }

    @Test
    void splitsInTheMiddle() {
        assertThat(new HashKeys(BigInteger.ZERO, BigInteger.valueOf(99)).firstOfSecondHalf())
                .isEqualTo(50);
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HashKeys(BigInteger.TWO, BigInteger.ONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new HashKeys(BigInteger.ZERO, HashKeys.COUNT));
        assertThatIllegalArgumentException().isThrownBy(() -> new HashKeys(BigInteger.ONE.negate(), BigInteger.ONE));
    }
}

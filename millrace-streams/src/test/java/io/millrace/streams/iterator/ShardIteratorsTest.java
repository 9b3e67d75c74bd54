package io.millrace.streams.iterator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ExpiredIteratorException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.token.TokenSeal;
import io.millrace.streams.token.TokenSeal.Purpose;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardIteratorsTest {
    private static final ShardPosition ORDERS = new ShardPosition(1, "000000000000", "orders", 3, 42);

    private final ManualClock clock = new ManualClock(Instant.parse("2015-01-22T01:22:02Z"));
    private final TokenSeal seal = new TokenSeal(new byte[TokenSeal.KEY_BYTES], new SplittableRandom(1));
    private final ShardIterators iterators = new ShardIterators(seal, clock);

    @Test
    void redeemsToThePositionItWasIssuedFor() {
        Seeds.forEach(300, random -> {
            var position = anyPosition(random);
            assertThat(iterators.redeem(iterators.issue(position))).isEqualTo(position);
        });
    }

    @Test
    void looksLikeAnIteratorOfAws() {
        Seeds.forEach(300, random -> {
            var token = iterators.issue(anyPosition(random));
            var bytes = Base64.getDecoder().decode(token);
            assertThat(token).hasSizeLessThanOrEqualTo(512);
            assertThat(Base64.getEncoder().encodeToString(bytes)).isEqualTo(token);
            assertThat(bytes).startsWith(0, 0, 0, 0, 0, 0, 0, 1).hasSizeGreaterThanOrEqualTo(152);
            assertThat((bytes.length - 8) % 16).isZero();
        });
    }

    @Test
    void isADifferentTokenEachTime() {
        assertThat(iterators.issue(ORDERS)).isNotEqualTo(iterators.issue(ORDERS));
    }

    @Test
    void livesFiveMinutesAndNoLonger() {
        var token = iterators.issue(ORDERS);

        clock.advance(ShardIterators.LIFETIME);
        assertThat(iterators.redeem(token)).isEqualTo(ORDERS);
        assertThat(iterators.redeem(token)).isEqualTo(ORDERS);

        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> iterators.redeem(token))
                .isInstanceOf(ExpiredIteratorException.class)
                .hasMessage(
                        "Iterator expired. The iterator was created at time Thu Jan 22 01:22:02 UTC 2015 while right"
                                + " now it is Thu Jan 22 01:27:02 UTC 2015 which is further in the future than the tolerated"
                                + " delay of 300000 milliseconds.");
    }

    @Test
    void isRedeemedByAnyNodeWithTheSameKey() {
        var otherNode =
                new ShardIterators(new TokenSeal(new byte[TokenSeal.KEY_BYTES], new SplittableRandom(2)), clock);

        assertThat(otherNode.redeem(iterators.issue(ORDERS))).isEqualTo(ORDERS);
    }

    @Test
    void toleratesQuotesAroundIt() {
        assertThat(iterators.redeem('"' + iterators.issue(ORDERS) + '"')).isEqualTo(ORDERS);
    }

    @Test
    void refusesATokenSealedWithAnotherKey() {
        var otherKey = new byte[TokenSeal.KEY_BYTES];
        otherKey[31] = 1;
        var forger = new ShardIterators(new TokenSeal(otherKey, new SplittableRandom(1)), clock);

        refuses(forger.issue(ORDERS));
    }

    @Test
    void refusesATokenMadeForAnotherPurpose() {
        var page = seal.seal(Purpose.SHARD_PAGE, new byte[104]);
        var bytes = new byte[8 + page.length];
        bytes[7] = 1;
        System.arraycopy(page, 0, bytes, 8, page.length);

        refuses(Base64.getEncoder().encodeToString(bytes));
    }

    @Test
    void refusesATokenWithAnyLetterChanged() {
        var token = iterators.issue(ORDERS);
        Seeds.forEach(500, random -> {
            var letters = token.toCharArray();
            int at = random.nextInt(letters.length);
            char other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=".charAt(random.nextInt(65));
            if (letters[at] != other) {
                letters[at] = other;
                refuses(new String(letters));
            }
        });
    }

    @Test
    void refusesGarbage() {
        for (var garbage : new String[] {"", "\"", "\"\"", "a", "AAAA", "not base64!", "AAAAAAAAAAE=", "é"}) {
            refuses(garbage);
        }
        Seeds.forEach(500, random -> {
            var bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            refuses(Base64.getEncoder().encodeToString(bytes));
        });
    }

    private void refuses(String token) {
        assertThatThrownBy(() -> iterators.redeem(token))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Invalid ShardIterator.");
    }

    private static ShardPosition anyPosition(SplittableRandom random) {
        return new ShardPosition(
                random.nextLong(1L << 62),
                String.format("%012d", random.nextLong(1_000_000_000_000L)),
                "n".repeat(random.nextInt(1, 129)),
                random.nextInt(10_000),
                random.nextLong(1L << 62));
    }
}

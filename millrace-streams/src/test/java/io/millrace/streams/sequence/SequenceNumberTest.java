package io.millrace.streams.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SequenceNumberTest {
    private static final long CREATED = 1_893_456_000L;

    @Test
    void isWrittenAsTheHexDigitsOfItsFields() {
        Seeds.forEach(2_000, random -> {
            var number = anyNumber(random);
            assertThat(number.toString()).isEqualTo(naive(number).toString());
        });
    }

    @Test
    void readsBackWhatItWrote() {
        Seeds.forEach(2_000, random -> {
            var number = anyNumber(random);
            assertThat(SequenceNumber.parse(number.toString())).contains(number);
        });
    }

    @Test
    void has56DigitsToday() {
        assertThat(SequenceNumber.of(CREATED, 0, 0, CREATED * 1_000).toString()).hasSize(56);
    }

    @Test
    void growsWithTheOffsetWhateverTheClockDoes() {
        Seeds.forEach(500, random -> {
            long offset = random.nextLong(1L << 40);
            long arrival = random.nextLong(CREATED * 1_000, CREATED * 2_000);
            long earlier = arrival - random.nextLong(100_000_000);
            assertThat(naive(SequenceNumber.of(CREATED, 7, offset + 1, earlier)))
                    .isGreaterThan(naive(SequenceNumber.of(CREATED, 7, offset, arrival)));
        });
    }

    @Test
    void liesBetweenItsShardsFirstAndLastNumber() {
        Seeds.forEach(500, random -> {
            int index = random.nextInt(100_000);
            var number = SequenceNumber.of(CREATED, index, random.nextLong(1L << 62), random.nextLong(CREATED * 2_000));
            assertThat(naive(number))
                    .isGreaterThan(naive(SequenceNumber.starting(CREATED, index)))
                    .isLessThan(naive(SequenceNumber.ending(CREATED, CREATED, index)));
        });
    }

    @Test
    void carriesATimeOfItsArrivalButNotFromBeforeItsShard() {
        assertThat(SequenceNumber.of(CREATED, 0, 0, CREATED * 1_000 + 2_999).recordSecond())
                .isEqualTo(CREATED + 2);
        assertThat(SequenceNumber.of(CREATED, 0, 0, CREATED * 1_000 - 5_000).recordSecond())
                .isEqualTo(CREATED);
    }

    @Test
    void firstNumbersOfNeighbouringShardsDifferByAsMuchAsOnAws() {
        var step = new BigInteger("22300745198530623141535718272648361505980432");
        for (int index = 0; index < 15; index++) {
            assertThat(naive(SequenceNumber.starting(CREATED, index + 1))
                            .subtract(naive(SequenceNumber.starting(CREATED, index))))
                    .isEqualTo(step);
        }
    }

    @Test
    void pointsBackAtItsRecord() {
        var number = SequenceNumber.of(CREATED, 3, 41, CREATED * 1_000);

        assertThat(number.offsetAt()).isEqualTo(41);
        assertThat(number.offsetAfter()).isEqualTo(42);
        assertThat(SequenceNumber.starting(CREATED, 3).offsetAt()).isZero();
        assertThat(SequenceNumber.starting(CREATED, 3).offsetAfter()).isZero();
    }

    @Test
    void understandsASmallNumberAsVersion0() {
        assertThat(SequenceNumber.parse("5")).contains(new SequenceNumber(0, 0, 0, 5, 0));
        assertThat(SequenceNumber.parse("0")).contains(new SequenceNumber(0, 0, 0, 0, 0));
    }

    @Test
    void understandsVersion0() {
        // 1, creation, two unused digits, counter, shard index
        var number = new BigInteger("1" + "070dbd800" + "00" + "000000000000002a" + "0003", 16);

        assertThat(SequenceNumber.parse(number.toString())).contains(new SequenceNumber(0x070dbd800L, 42, 0, 3, 0));
    }

    @Test
    void understandsVersion1() {
        // 2, creation, nibble, two unused digits, record time, random, counter, shard index, version
        var number = new BigInteger(
                "2" + "070dbd800" + "3" + "00" + "070dbd805" + "0123456789abcd" + "07" + "00000003" + "1", 16);

        assertThat(SequenceNumber.parse(number.toString()))
                .contains(new SequenceNumber(0x070dbd800L, 7, 0x070dbd805L, 3, 1));
    }

    @Test
    void toleratesANegativeShardIndex() {
        var number = new SequenceNumber(CREATED, 1, CREATED, Integer.MIN_VALUE, 2);

        assertThat(SequenceNumber.parse(number.toString())).contains(number);
    }

    @Test
    void refusesNumbersThatWereNeverGivenOut() {
        var two = BigInteger.TWO;
        assertThat(SequenceNumber.parse(two.pow(129).toString())).isEmpty();
        assertThat(SequenceNumber.parse(two.pow(185).subtract(BigInteger.ONE).toString()))
                .isEmpty();
        assertThat(SequenceNumber.parse(two.pow(185).add(two.pow(184)).toString()))
                .isEmpty();
        assertThat(SequenceNumber.parse("9".repeat(129))).isEmpty();
        assertThat(SequenceNumber.parse("")).isEmpty();
        assertThat(SequenceNumber.parse("12a")).isEmpty();
        assertThat(SequenceNumber.parse("-5")).isEmpty();
        var valid = naive(SequenceNumber.starting(CREATED, 0));
        assertThat(SequenceNumber.parse(valid.add(BigInteger.ONE).toString())).isEmpty();
        assertThat(SequenceNumber.parse(valid.subtract(two).toString())).isEmpty();
    }

    @Test
    void refusesACounterWithItsTopBitSet() {
        var withTopBit = naive(SequenceNumber.starting(CREATED, 0)).setBit(80 + 63);

        assertThat(SequenceNumber.parse(withTopBit.toString())).isEmpty();
    }

    @Test
    void refusesACreationTimeBeyondBelief() {
        assertThat(SequenceNumber.parse(
                        SequenceNumber.starting(16_025_175_000L, 0).toString()))
                .isEmpty();
        assertThat(SequenceNumber.parse(
                        SequenceNumber.starting(16_025_174_999L, 0).toString()))
                .isPresent();
    }

    @Test
    void survivesGarbage() {
        Seeds.forEach(2_000, random -> {
            var value = new BigInteger(random.nextInt(1, 190), new Random(random.nextLong()));
            SequenceNumber.parse(value.toString())
                    .ifPresent(number -> assertThat(number.version()).isBetween(0, 2));
        });
    }

    private static SequenceNumber anyNumber(SplittableRandom random) {
        long counter =
                random.nextInt(10) == 0 ? SequenceNumber.END_COUNTER : random.nextLong() >>> random.nextInt(1, 64);
        return new SequenceNumber(
                random.nextLong(16_025_175_000L),
                counter,
                random.nextLong(1L << random.nextInt(1, 37)),
                random.nextInt() >>> random.nextInt(32),
                SequenceNumber.CURRENT_VERSION);
    }

    /** The number as its layout says, digit by digit. */
    private static BigInteger naive(SequenceNumber number) {
        return new BigInteger(
                "2"
                        + String.format("%09x", number.shardCreationSecond())
                        + String.format("%x", number.shardIndex() & 0xf)
                        + String.format("%016x", number.counter())
                        + "00"
                        + String.format("%09x", number.recordSecond())
                        + String.format("%08x", number.shardIndex())
                        + "2",
                16);
    }
}

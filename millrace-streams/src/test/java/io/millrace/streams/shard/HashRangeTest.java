package io.millrace.streams.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashRangeTest {
    @Test
    void cutsTheSpaceForThreeShardsAsAwsDoes() {
        assertThat(HashRange.tiles(3).stream().map(range -> range.start() + "-" + range.end()))
                .containsExactly(
                        "0-113427455640312821154458202477256070484",
                        "113427455640312821154458202477256070485-226854911280625642308916404954512140969",
                        "226854911280625642308916404954512140970-340282366920938463463374607431768211455");
    }

    @Test
    void tilesTheSpaceWithoutHolesOrOverlaps() {
        Seeds.forEach(100, random -> {
            var tiles = HashRange.tiles(random.nextInt(1, 2_000));
            assertThat(tiles.getFirst().start()).isEqualTo(HashKey.MIN);
            assertThat(tiles.getLast().end()).isEqualTo(HashKey.MAX);
            for (int i = 1; i < tiles.size(); i++) {
                assertThat(tiles.get(i - 1).touches(tiles.get(i))).isTrue();
            }
        });
    }

    @Test
    void ordersKeysAsNumbers() {
        Seeds.forEach(1_000, random -> {
            var one = anyKey(random);
            var other = anyKey(random);
            assertThat(Integer.signum(one.compareTo(other)))
                    .isEqualTo(one.toBigInteger().compareTo(other.toBigInteger()));
        });
    }

    @Test
    void stepsFromKeyToKey() {
        Seeds.forEach(1_000, random -> {
            var key = anyKey(random);
            if (!key.equals(HashKey.MAX)) {
                assertThat(key.next().toBigInteger())
                        .isEqualTo(key.toBigInteger().add(BigInteger.ONE));
                assertThat(key.next().previous()).isEqualTo(key);
            }
        });
        assertThat(new HashKey(0, -1L).next()).isEqualTo(new HashKey(1, 0));
        assertThat(new HashKey(1, 0).previous()).isEqualTo(new HashKey(0, -1L));
    }

    @Test
    void readsTheDecimalsItWrites() {
        Seeds.forEach(1_000, random -> {
            var key = anyKey(random);
            assertThat(HashKey.parse(key.toString())).contains(key);
        });
    }

    @Test
    void refusesKeysOutsideOfTheSpace() {
        var space = BigInteger.ONE.shiftLeft(128);
        assertThat(HashKey.parse(space.subtract(BigInteger.ONE).toString())).contains(HashKey.MAX);
        assertThat(HashKey.parse(space.toString())).isEmpty();
        assertThat(HashKey.parse("9".repeat(39))).isEmpty();
        assertThat(HashKey.parse("9".repeat(400))).isEmpty();
        assertThat(HashKey.parse("")).isEmpty();
        assertThat(HashKey.parse("-1")).isEmpty();
        assertThat(HashKey.parse("1e5")).isEmpty();
        Seeds.forEach(1_000, random -> {
            var value = new BigInteger(140, new Random(random.nextLong()));
            assertThat(HashKey.parse(value.toString()).map(HashKey::toBigInteger))
                    .isEqualTo(Optional.of(value).filter(there -> there.bitLength() <= 128));
        });
    }

    @Test
    void hashesPartitionKeysWithMd5() throws Exception {
        var md5 = MessageDigest.getInstance("MD5");
        var hasher = new KeyHasher();
        Seeds.forEach(200, random -> {
            var key = Long.toString(random.nextLong(), 36) + "ключ";
            var utf8 = ("__" + key + "__").getBytes(StandardCharsets.UTF_8);

            hasher.hash(utf8, 2, utf8.length - 4);

            assertThat(new HashKey(hasher.high(), hasher.low()).toBigInteger())
                    .isEqualTo(new BigInteger(1, md5.digest(key.getBytes(StandardCharsets.UTF_8))));
        });
    }

    private static HashKey anyKey(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> new HashKey(random.nextInt(3), random.nextInt(3));
            case 1 -> new HashKey(random.nextInt(3) - 1L, -1L);
            case 2 -> HashKey.MAX;
            default -> new HashKey(random.nextLong(), random.nextLong() >>> random.nextInt(64));
        };
    }
}

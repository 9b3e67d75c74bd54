package io.millrace.streams.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ShardKey;
import io.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardMapTest {
    @Test
    void routesEveryKeyToTheOpenShardThatHoldsIt() {
        Seeds.forEach(50, random -> {
            var map = anyHistory(random).getLast();
            for (int i = 0; i < 100; i++) {
                var key = anyKeyNear(map, random);
                assertThat(map.openAt(map.positionOf(key.high(), key.low()))
                                .range()
                                .contains(key))
                        .isTrue();
            }
        });
    }

    @Test
    void hasExactlyOneCompleteCoverAtEveryInstant() {
        Seeds.forEach(50, random -> {
            var history = anyHistory(random);
            var last = history.getLast();
            for (long instant = 0; instant <= history.size() * 10L; instant++) {
                long moment = instant;
                assertCovers(last.all().stream()
                        .filter(shard -> shard.aliveAt(moment))
                        .toList());
            }
        });
    }

    @Test
    void remembersTheCoverOfEachStepByItsIndexLimit() {
        Seeds.forEach(50, random -> {
            var history = anyHistory(random);
            for (var then : history) {
                int limit = then.all().getLast().index() + 1;
                var openThen = then.all().stream().filter(Shard::open).map(Shard::index);
                var openBelow = history.getLast().all().stream()
                        .filter(shard -> shard.openBelow(limit))
                        .map(Shard::index);
                assertThat(openBelow).containsExactlyElementsOf(openThen.toList());
            }
        });
    }

    @Test
    void knowsTheChildrenOfEveryClosedShard() {
        Seeds.forEach(50, random -> {
            var map = anyHistory(random).getLast();
            for (var shard : map.all()) {
                var naive = map.all().stream()
                        .filter(child -> child.parents().contains(shard.index()))
                        .toList();
                assertThat(map.childrenOf(shard)).isEqualTo(naive);
                assertThat(map.childrenOf(shard).isEmpty()).isEqualTo(shard.open());
                assertThat(map.find(shard.index())).contains(shard);
            }
            assertThat(map.find(map.all().size())).isEmpty();
        });
    }

    @Test
    void forgetsAnExpiredShardAndNothingElse() {
        var random = new SplittableRandom(3);
        var map = anyHistory(random).getLast();
        var closed =
                map.all().stream().filter(shard -> !shard.open()).findFirst().orElseThrow();

        var without = map.without(List.of(closed));

        assertThat(without.find(closed.index())).isEmpty();
        assertThat(without.all()).hasSize(map.all().size() - 1);
        assertThat(without.openCount()).isEqualTo(map.openCount());
    }

    @Test
    void isNeverMadeWithAHole() {
        var half = new Shard(0, new ShardKey(0), HashRange.tiles(2).getFirst(), List.of(), 0, 0, Optional.empty());

        assertThatThrownBy(() -> ShardMap.of(List.of(half).stream())).isInstanceOf(AssertionError.class);
    }

    /** The maps of a stream that is split and merged at random, one step every ten milliseconds. */
    private static List<ShardMap> anyHistory(SplittableRandom random) {
        var history = new ArrayList<ShardMap>();
        var ranges = HashRange.tiles(random.nextInt(1, 5));
        var first = new ArrayList<Shard>();
        for (int i = 0; i < ranges.size(); i++) {
            first.add(new Shard(i, new ShardKey(i), ranges.get(i), List.of(), 0, 0, Optional.empty()));
        }
        history.add(ShardMap.of(first.stream()));
        for (int step = 1; step <= 12; step++) {
            history.add(next(history.getLast(), step * 10L, random));
        }
        return history;
    }

    private static ShardMap next(ShardMap map, long millis, SplittableRandom random) {
        int index = map.all().getLast().index() + 1;
        var closing = new Shard.Closing(0, millis, index);
        int position = random.nextInt(map.openCount());
        var parent = map.openAt(position);
        if (random.nextBoolean() && position + 1 < map.openCount()) {
            var adjacent = map.openAt(position + 1);
            var range = new HashRange(parent.range().start(), adjacent.range().end());
            var child = new Shard(
                    index,
                    new ShardKey(index),
                    range,
                    List.of(parent.index(), adjacent.index()),
                    0,
                    millis,
                    Optional.empty());
            return map.resharded(List.of(parent.closed(closing), adjacent.closed(closing)), List.of(child));
        }
        var from = parent.range().start();
        var cut = HashKey.of(
                from.toBigInteger().add(parent.range().end().toBigInteger()).shiftRight(1));
        var left = new Shard(
                index,
                new ShardKey(index),
                new HashRange(from, cut),
                List.of(parent.index()),
                0,
                millis,
                Optional.empty());
        var right = new Shard(
                index + 1,
                new ShardKey(index + 1L),
                new HashRange(cut.next(), parent.range().end()),
                List.of(parent.index()),
                0,
                millis,
                Optional.empty());
        return map.resharded(List.of(parent.closed(closing)), List.of(left, right));
    }

    private static void assertCovers(List<Shard> alive) {
        var sorted = alive.stream()
                .sorted(Comparator.comparing(shard -> shard.range().start()))
                .toList();
        assertThat(sorted.getFirst().range().start()).isEqualTo(HashKey.MIN);
        assertThat(sorted.getLast().range().end()).isEqualTo(HashKey.MAX);
        for (int i = 1; i < sorted.size(); i++) {
            assertThat(sorted.get(i - 1).range().touches(sorted.get(i).range())).isTrue();
        }
    }

    private static HashKey anyKeyNear(ShardMap map, SplittableRandom random) {
        var range = map.openAt(random.nextInt(map.openCount())).range();
        return switch (random.nextInt(3)) {
            case 0 -> range.start();
            case 1 -> range.end();
            default -> new HashKey(random.nextLong(), random.nextLong());
        };
    }
}

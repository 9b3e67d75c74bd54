package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ShardKey;
import io.millrace.streams.ReshardPlan.Planned;
import io.millrace.streams.shard.HashKey;
import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.Shard;
import io.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReshardPlanTest {
    @ParameterizedTest
    @CsvSource({"2,4,6", "4,5,15", "10,13,37", "4,2,6", "5,3,7", "10,3,17"})
    void makesAsManyShardsAsAwsDoes(int before, int target, int ever) {
        var plan = ReshardPlan.toCount(shards(HashRange.tiles(before)), target, before);

        assertThat(before + plan.size()).isEqualTo(ever);
    }

    @Test
    void halvesARangeWithTheOddKeyAbove() {
        var plan = ReshardPlan.toCount(shards(HashRange.tiles(3)), 6, 3);

        assertThat(plan.shards().stream().limit(2).map(Planned::range))
                .containsExactly(
                        range("0", "56713727820156410577229101238628035241"),
                        range("56713727820156410577229101238628035242", "113427455640312821154458202477256070484"));
    }

    @Test
    void mergesPairsFromTheLeftAndPairsAnewInEachRound() {
        var plan = ReshardPlan.toCount(shards(HashRange.tiles(5)), 2, 5);

        assertThat(plan.shards().stream().map(Planned::parents))
                .containsExactly(List.of(0, 1), List.of(2, 3), List.of(5, 6));
    }

    @Test
    void plansNothingForAStreamThatHasTheCount() {
        assertThat(ReshardPlan.toCount(shards(HashRange.tiles(7)), 7, 7).isEmpty())
                .isTrue();
    }

    @Test
    void endsWithTheCountAndACoverOfTheHashSpace() {
        Seeds.forEach(200, random -> {
            var open = shards(anyTiling(random));
            int target = random.nextInt(1, 300);

            var plan = ReshardPlan.toCount(open, target, 1_000);

            assertTiles(play(open, plan), target);
        });
    }

    @Test
    void splitsAroundShardsThatAreASingleKey() {
        var open = shards(List.of(
                new HashRange(HashKey.MIN, HashKey.MIN),
                new HashRange(HashKey.MIN.next(), HashKey.MIN.next()),
                new HashRange(HashKey.MIN.next().next(), HashKey.MAX)));

        assertTiles(play(open, ReshardPlan.toCount(open, 40, 3)), 40);
    }

    /** The shards that are left when the plan is carried out, shard by shard; each parent must be there for its children. */
    private static List<HashRange> play(List<Shard> open, ReshardPlan plan) {
        var ranges = new HashMap<Integer, HashRange>();
        open.forEach(shard -> ranges.put(shard.index(), shard.range()));
        var parents = new HashSet<Integer>();
        int next = plan.isEmpty() ? 0 : plan.shards().getFirst().index();
        for (var planned : plan.shards()) {
            assertThat(planned.index()).isEqualTo(next++);
            assertThat(ranges)
                    .as("parents of %s", planned)
                    .containsKeys(planned.parents().toArray(Integer[]::new));
            assertThat(ranges).doesNotContainKey(planned.index());
            ranges.put(planned.index(), planned.range());
            parents.addAll(planned.parents());
        }
        assertThat(covered(plan, ranges))
                .as("children take exactly their parents' keys")
                .isTrue();
        ranges.keySet().removeAll(parents);
        return ranges.values().stream()
                .sorted(Comparator.comparing(HashRange::start))
                .toList();
    }

    private static boolean covered(ReshardPlan plan, Map<Integer, HashRange> ranges) {
        var childrenOf = new TreeMap<Integer, List<HashRange>>();
        for (var planned : plan.shards()) {
            if (planned.parents().size() == 2) {
                var joined = ranges.get(planned.parents().get(0))
                        .joined(ranges.get(planned.parents().get(1)));
                assertThat(planned.range()).isEqualTo(joined);
            } else {
                childrenOf
                        .computeIfAbsent(planned.parents().getFirst(), _ -> new ArrayList<>())
                        .add(planned.range());
            }
        }
        return childrenOf.entrySet().stream()
                .allMatch(split -> split.getValue()
                        .getFirst()
                        .joined(split.getValue().getLast())
                        .equals(ranges.get(split.getKey())));
    }

    private static void assertTiles(List<HashRange> ranges, int count) {
        assertThat(ranges).hasSize(count);
        assertThat(ranges.getFirst().start()).isEqualTo(HashKey.MIN);
        assertThat(ranges.getLast().end()).isEqualTo(HashKey.MAX);
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i - 1).touches(ranges.get(i))).isTrue();
        }
    }

    /** As after splits and merges by hand: unequal, and in no order of indexes. */
    private static List<HashRange> anyTiling(SplittableRandom random) {
        var ranges = new ArrayList<>(HashRange.tiles(random.nextInt(1, 100)));
        for (int splits = random.nextInt(20); splits > 0; splits--) {
            int at = random.nextInt(ranges.size());
            var halves = ranges.get(at).halves();
            ranges.set(at, halves.lower());
            ranges.add(at + 1, halves.upper());
        }
        return ranges;
    }

    private static List<Shard> shards(List<HashRange> ranges) {
        var shards = new ArrayList<Shard>();
        for (var range : ranges) {
            int index = shards.size();
            shards.add(new Shard(index, new ShardKey(index), range, List.of(), 0, 0, Optional.empty()));
        }
        return shards;
    }

    private static HashRange range(String start, String end) {
        return new HashRange(
                HashKey.parse(start).orElseThrow(), HashKey.parse(end).orElseThrow());
    }
}

package io.millrace.streams;

import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The shards that a reshard makes, in the order of their indexes. A shard's parents are open shards of the stream or come
 * before it in the plan; those that are parents in their turn live only until the next generation.
 */
record ReshardPlan(List<Planned> shards) {

    /**
     * A shard to be.
     *
     * @param parents as in {@link Shard#parents}
     */
    record Planned(int index, HashRange range, List<Integer> parents) {
        private static Planned of(Shard shard) {
            return new Planned(shard.index(), shard.range(), shard.parents());
        }
    }

    ReshardPlan {
        shards = List.copyOf(shards);
    }

    /** Nothing to make: the stream is only UPDATING for a while. */
    static ReshardPlan none() {
        return new ReshardPlan(List.of());
    }

    boolean isEmpty() {
        return shards.isEmpty();
    }

    int size() {
        return shards.size();
    }

    /** The two parts of a shard, the second beginning with a key. */
    static ReshardPlan split(Shard parent, HashRange.Halves halves, int nextIndex) {
        var parents = List.of(parent.index());
        return new ReshardPlan(List.of(
                new Planned(nextIndex, halves.lower(), parents), new Planned(nextIndex + 1, halves.upper(), parents)));
    }

    /** One shard in place of two neighbours. */
    static ReshardPlan merge(Shard first, Shard second, int nextIndex) {
        var range = first.range().joined(second.range());
        return new ReshardPlan(List.of(new Planned(nextIndex, range, List.of(first.index(), second.index()))));
    }

    /** The two halves of each of these shards. */
    static ReshardPlan splitEach(List<Shard> shards, int nextIndex) {
        var plan = new Builder(nextIndex);
        shards.stream().map(Planned::of).forEach(plan::split);
        return plan.build();
    }

    /**
     * Uniform scaling, as AWS does it. To grow, all shards are halved until there are enough of them, and then
     * neighbours merged while there are too many. To shrink, neighbours are merged, in rounds.
     *
     * @param open the stream's open shards in hash order
     */
    static ReshardPlan toCount(List<Shard> open, int target, int nextIndex) {
        assert target > 0 : target;
        var plan = new Builder(nextIndex);
        var cover = open.stream().map(Planned::of).toList();
        while (cover.size() < target) {
            cover = cover.stream().flatMap(plan::split).toList();
        }
        while (cover.size() > target) {
            cover = plan.mergeNeighbours(cover, cover.size() - target);
        }
        return plan.build();
    }

    private static final class Builder {
        private final List<Planned> made = new ArrayList<>();
        private int nextIndex;

        Builder(int nextIndex) {
            this.nextIndex = nextIndex;
        }

        /** The children of a shard, or the shard itself if it is a single point and can't be cut. */
        Stream<Planned> split(Planned parent) {
            if (parent.range().isPoint()) {
                return Stream.of(parent);
            }
            var halves = parent.range().halves();
            var parents = List.of(parent.index());
            return Stream.of(make(halves.lower(), parents), make(halves.upper(), parents));
        }

        /** One round: pairs from the left, each shard in one at most, until so many are merged. */
        List<Planned> mergeNeighbours(List<Planned> cover, int merges) {
            int merged = 2 * Math.min(merges, cover.size() / 2);
            var next = new ArrayList<Planned>(cover.size());
            for (int i = 0; i < merged; i += 2) {
                var first = cover.get(i);
                var second = cover.get(i + 1);
                next.add(make(first.range().joined(second.range()), List.of(first.index(), second.index())));
            }
            next.addAll(cover.subList(merged, cover.size()));
            return next;
        }

        private Planned make(HashRange range, List<Integer> parents) {
            var planned = new Planned(nextIndex++, range, parents);
            made.add(planned);
            return planned;
        }

        ReshardPlan build() {
            return new ReshardPlan(made);
        }
    }
}

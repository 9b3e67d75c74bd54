package io.millrace.streams.shard;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All shards of a stream at one moment, open and closed, and the way from a hash key to the open one it belongs to. */
public final class ShardMap {
    public static final ShardMap EMPTY = new ShardMap(List.of());

    private final List<Shard> byIndex;
    private final Shard[] open;
    // The open shards' first hash keys, ascending, as two arrays of longs: routing is a binary search in them.
    private final long[] startHigh;
    private final long[] startLow;
    // What narrows that search: the hash space in equal parts, about two for each open shard, and for each of them the
    // position of the shard that it begins in. Shards are of equal size mostly, so one or two are left to search.
    private final int[] firstOfPart;
    private final int partShift;
    // What a put needs of the open shards, in arrays too: a batch goes to hundreds, and the shards themselves are in no
    // cache.
    private final long[] logIds;
    private final int[] indexes;
    private final long[] creationSeconds;

    private ShardMap(List<Shard> byIndex) {
        this.byIndex = byIndex;
        this.open = byIndex.stream()
                .filter(Shard::open)
                .sorted(Comparator.comparing(shard -> shard.range().start()))
                .toArray(Shard[]::new);
        this.startHigh = Arrays.stream(open)
                .mapToLong(shard -> shard.range().start().high())
                .toArray();
        this.startLow = Arrays.stream(open)
                .mapToLong(shard -> shard.range().start().low())
                .toArray();
        this.logIds =
                Arrays.stream(open).mapToLong(shard -> shard.logKey().id()).toArray();
        this.indexes = Arrays.stream(open).mapToInt(Shard::index).toArray();
        this.creationSeconds =
                Arrays.stream(open).mapToLong(Shard::creationSecond).toArray();
        int partBits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, open.length));
        this.partShift = Long.SIZE - partBits;
        this.firstOfPart = firstOfPart(1 << partBits);
        assert open.length == 0 || tilesTheHashSpace() : "hole or overlap in " + Arrays.toString(open);
    }

    /** A map of these shards, whose open ones must cover the hash space exactly. */
    public static ShardMap of(Stream<Shard> shards) {
        return new ShardMap(shards.sorted(Comparator.comparingInt(Shard::index)).toList());
    }

    /** The map after parents have closed and their children have opened, all in one step. */
    public ShardMap resharded(List<Shard> closedParents, List<Shard> children) {
        var replaced = closedParents.stream().map(Shard::index).collect(Collectors.toSet());
        var untouched = byIndex.stream().filter(shard -> !replaced.contains(shard.index()));
        return of(
                Stream.of(untouched, closedParents.stream(), children.stream()).flatMap(shards -> shards));
    }

    /** The map without closed shards that have expired. */
    public ShardMap without(List<Shard> expired) {
        assert expired.stream().noneMatch(Shard::open) : expired;
        var indexes = expired.stream().map(Shard::index).collect(Collectors.toSet());
        return of(byIndex.stream().filter(shard -> !indexes.contains(shard.index())));
    }

    /** Every shard, by index. */
    public List<Shard> all() {
        return byIndex;
    }

    public Optional<Shard> find(int index) {
        int low = 0;
        int high = byIndex.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int there = byIndex.get(middle).index();
            if (there == index) {
                return Optional.of(byIndex.get(middle));
            }
            if (there < index) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /** The shards that were made from this one; none while it is open. */
    public List<Shard> childrenOf(Shard parent) {
        int from = parent.closing().map(Shard.Closing::firstChildIndex).orElse(Integer.MAX_VALUE);
        return byIndex.stream()
                .filter(shard -> shard.index() >= from && shard.parents().contains(parent.index()))
                .toList();
    }

    public int openCount() {
        return open.length;
    }

    /** The open shards in hash order. */
    public List<Shard> open() {
        return List.of(open);
    }

    /** The open shard at a position in hash order, 0 to {@link #openCount()} - 1. */
    public Shard openAt(int position) {
        return open[position];
    }

    /** The id of that shard in the log. */
    public long logIdAt(int position) {
        return logIds[position];
    }

    /** The index of that shard. */
    public int indexAt(int position) {
        return indexes[position];
    }

    /** The creation time that the numbers of that shard's records carry. */
    public long creationSecondAt(int position) {
        return creationSeconds[position];
    }

    /** The position in hash order of the open shard that a hash key, given as its two halves, belongs to. */
    public int positionOf(long high, long low) {
        int part = (int) (high >>> partShift);
        int from = firstOfPart[part];
        int to = part + 1 < firstOfPart.length ? firstOfPart[part + 1] : open.length - 1;
        while (from < to) {
            int middle = (from + to + 1) >>> 1;
            if (HashKey.compare(startHigh[middle], startLow[middle], high, low) <= 0) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return from;
    }

    private int[] firstOfPart(int parts) {
        var first = new int[parts];
        int position = 0;
        for (int part = 0; part < parts; part++) {
            long high = (long) part << partShift;
            while (position + 1 < open.length
                    && HashKey.compare(startHigh[position + 1], startLow[position + 1], high, 0) <= 0) {
                position++;
            }
            first[part] = position;
        }
        return first;
    }

    private boolean tilesTheHashSpace() {
        for (int i = 1; i < open.length; i++) {
            if (!open[i - 1].range().touches(open[i].range())) {
                return false;
            }
        }
        return open[0].range().start().equals(HashKey.MIN)
                && open[open.length - 1].range().end().equals(HashKey.MAX);
    }
}

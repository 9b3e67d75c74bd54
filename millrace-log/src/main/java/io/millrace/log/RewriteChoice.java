package io.millrace.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which files are worth rewriting. A segment that holds large groups of one retention never is: it is read well as it
 * lies, and goes as a whole when its time is over.
 */
final class RewriteChoice {
    /** Extents smaller than this on average make replaying one shard a series of small reads. */
    private static final int EXTENT_SMALL_BYTES = 32 * 1024;

    /** So many files that want it are rewritten whatever their size: every start of the log leaves a small one. */
    private static final int FILES_MAX_COUNT = 32;

    /** Regrouping is behind when there is work for more passes than this. */
    private static final int BEHIND_PASSES = 8;

    private final int regroupBytes;
    private long wantingBytes;

    RewriteChoice(int regroupBytes) {
        this.regroupBytes = regroupBytes;
    }

    /** What is alive in a file. */
    private static final class Use {
        final Store store;
        long liveBytes;
        int extents;
        final SortedSet<Long> retentions = new TreeSet<>();

        Use(Store store) {
            this.store = store;
        }

        void add(SealedPiece piece, long retentionMillis) {
            liveBytes += piece.bytes();
            extents += piece.extentCount();
            retentions.add(retentionMillis);
        }

        /** Whether rewriting it alone does good, which a run that comes out of it never says of itself. */
        boolean wantsRewriting(int regroupBytes) {
            return switch (store.kind()) {
                case SEGMENT -> isWasteful() || isSmall(regroupBytes) || retentions.size() > 1 || isScattered();
                case RUN -> isWasteful();
            };
        }

        /** Whether it is a run that is better put together with others of its retention. */
        boolean wantsCompany(int regroupBytes) {
            return store.kind() == Store.Kind.RUN && isSmall(regroupBytes) && retentions.size() == 1 && !isWasteful();
        }

        /** Whether what is alive in it lies in small pieces; long ones are read well as they lie. */
        boolean isScattered() {
            return liveBytes < (long) extents * EXTENT_SMALL_BYTES;
        }

        private boolean isSmall(int regroupBytes) {
            return store.end() < regroupBytes / 16;
        }

        /** More than half is dead; a segment's padding counts as dead, a run's cannot be got rid of. */
        boolean isWasteful() {
            long worthKeeping = switch (store.kind()) {
                case SEGMENT -> liveBytes;
                case RUN -> liveBytes + Format.BLOCK_BYTES;
            };
            return worthKeeping < store.end() / 2;
        }
    }

    /**
     * Files that are rewritten together.
     *
     * @param scattered those of them in which what is alive lies in small pieces
     */
    record Chosen(Set<Store> stores, Set<Store> scattered) {
        private static final Chosen NONE = new Chosen(Set.of(), Set.of());

        boolean isEmpty() {
            return stores.isEmpty();
        }
    }

    /** Whether much was found to be worth rewriting when that was last looked at. */
    boolean isBehind() {
        return wantingBytes > (long) BEHIND_PASSES * regroupBytes;
    }

    /**
     * The files to rewrite together now, or none.
     *
     * @param roomBytes what comes out must not be more than this
     */
    Chosen among(List<Store> sealed, Collection<Shard> shards, long roomBytes) {
        var wanting = withoutLonely(wanting(sealed, shards));
        long bytes = 0;
        long wastedBytes = 0;
        var retentions = new HashSet<Long>();
        for (var use : wanting) {
            bytes += use.store.end();
            wastedBytes += use.isWasteful() ? use.store.end() - use.liveBytes : 0;
            retentions.addAll(use.retentions);
        }
        wantingBytes = bytes;
        // One run per retention comes out of it, so it must go in with a good many more.
        boolean isTooMany = wanting.size() >= Math.max(FILES_MAX_COUNT, 2 * retentions.size());
        boolean isWorthIt = bytes >= regroupBytes || wastedBytes >= regroupBytes / 4 || isTooMany;
        return isWorthIt ? chosen(withoutLonely(firstThatFit(wanting, roomBytes))) : Chosen.NONE;
    }

    /** What is rewritten for its own sake first, oldest first; then small runs, those of one retention together. */
    private List<Use> wanting(List<Store> sealed, Collection<Shard> shards) {
        var uses = new ArrayList<>(usesOf(sealed, shards).values());
        uses.removeIf(use -> !use.wantsRewriting(regroupBytes) && !use.wantsCompany(regroupBytes));
        uses.sort(Comparator.<Use, Boolean>comparing(use -> use.wantsCompany(regroupBytes))
                .thenComparingLong(use -> use.wantsCompany(regroupBytes) ? use.retentions.getFirst() : 0)
                .thenComparingLong(use -> use.store.stamp().generation()));
        return uses;
    }

    /**
     * Leaves out small runs that nothing of the same retention goes along with: such a run would come out as it went in,
     * and be chosen again and again.
     */
    private List<Use> withoutLonely(List<Use> wanting) {
        var filesOfRetention = new HashMap<Long, Integer>();
        for (var use : wanting) {
            use.retentions.forEach(retention -> filesOfRetention.merge(retention, 1, Integer::sum));
        }
        return wanting.stream()
                .filter(use -> !use.wantsCompany(regroupBytes)
                        || filesOfRetention.getOrDefault(use.retentions.getFirst(), 0) > 1)
                .toList();
    }

    private static Map<Store, Use> usesOf(List<Store> sealed, Collection<Shard> shards) {
        var uses = new HashMap<Store, Use>();
        sealed.forEach(store -> uses.put(store, new Use(store)));
        for (var shard : shards) {
            for (var piece : shard.pieces()) {
                var use = uses.get(piece.store());
                if (use != null && piece instanceof SealedPiece inFile) {
                    use.add(inFile, shard.retentionMillis());
                }
            }
        }
        return uses;
    }

    private List<Use> firstThatFit(List<Use> wanting, long roomBytes) {
        var chosen = new ArrayList<Use>();
        long bytes = 0;
        for (var use : wanting) {
            bytes += use.liveBytes;
            if (bytes > roomBytes || (bytes > regroupBytes && !chosen.isEmpty())) {
                break;
            }
            chosen.add(use);
        }
        return chosen;
    }

    private static Chosen chosen(List<Use> uses) {
        return new Chosen(stores(uses.stream()), stores(uses.stream().filter(Use::isScattered)));
    }

    private static Set<Store> stores(Stream<Use> uses) {
        return uses.map(use -> use.store).collect(Collectors.toSet());
    }
}

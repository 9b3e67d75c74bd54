package io.millrace.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files are worth rewriting. A segment that holds large groups of one retention never is: it is read well as it
 * lies, and goes as a whole when its time is over.
 */
final class RewriteChoice {
    /** Extents smaller than this on average make replaying one shard a series of small reads. */
    private static final int EXTENT_SMALL_BYTES = 32 * 1024;

    /** So many files that want it are rewritten whatever their size: every start of the log leaves a small one. */
    private static final int FILES_MAX_COUNT = 32;

    private final int regroupBytes;

    RewriteChoice(int regroupBytes) {
        this.regroupBytes = regroupBytes;
    }

    /** What is alive in a file. */
    private static final class Use {
        final Store store;
        long liveBytes;
        int extents;
        long retentionMillis = -1;
        boolean mixed;

        Use(Store store) {
            this.store = store;
        }

        void add(SealedPiece piece, long retentionMillis) {
            liveBytes += piece.bytes();
            extents += piece.extentCount();
            mixed |= this.retentionMillis >= 0 && this.retentionMillis != retentionMillis;
            this.retentionMillis = retentionMillis;
        }

        boolean wantsRewriting(int regroupBytes) {
            if (isWasteful() || store.end() < regroupBytes / 16) {
                return true;
            }
            return switch (store.kind()) {
                case SEGMENT -> mixed || liveBytes < (long) extents * EXTENT_SMALL_BYTES;
                case RUN -> false;
            };
        }

        /** More than half is dead, padding included. */
        boolean isWasteful() {
            return liveBytes < store.end() / 2;
        }
    }

    /** The files to rewrite together now, or none. */
    Set<Store> among(List<Store> sealed, Collection<Shard> shards) {
        var uses = usesOf(sealed, shards);
        var wanting = new ArrayList<Use>();
        long bytes = 0;
        long wastedBytes = 0;
        for (var use : uses.values()) {
            if (use.wantsRewriting(regroupBytes)) {
                wanting.add(use);
                bytes += use.store.end();
                wastedBytes += use.isWasteful() ? use.store.end() - use.liveBytes : 0;
            }
        }
        // One run per retention comes out of it, so it must go in with a good many more.
        long comingOut =
                wanting.stream().map(use -> use.retentionMillis).distinct().count();
        boolean isTooMany = wanting.size() >= Math.max(FILES_MAX_COUNT, 2 * comingOut);
        boolean isWorthIt = bytes >= regroupBytes || wastedBytes >= regroupBytes / 4 || isTooMany;
        return isWorthIt ? oldestThatFit(wanting) : Set.of();
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

    private Set<Store> oldestThatFit(List<Use> wanting) {
        wanting.sort(Comparator.comparingLong(use -> use.store.stamp().generation()));
        var chosen = new HashSet<Store>();
        long bytes = 0;
        for (var use : wanting) {
            bytes += use.liveBytes;
            if (bytes > regroupBytes && !chosen.isEmpty()) {
                break;
            }
            chosen.add(use.store);
        }
        return chosen;
    }
}

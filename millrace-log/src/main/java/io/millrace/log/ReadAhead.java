package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads for those who come from afar what they will ask for next, while they are busy with what they got: one span for
 * each place somebody is expected at, in memory that all spans share and that is apart from the newest batches'. The span
 * that waited longest makes room, but not before whom it is for had time to come: with more readers than memory some read
 * for themselves, rather than each in vain for all. Thread-safe.
 *
 * <p>What a span holds was read and verified in one use of a file, and is only found again under that use's generation:
 * if the records were trimmed, regrouped or deleted meanwhile, nobody asks for it and it goes.
 */
final class ReadAhead {
    /** Nobody asks for more at a time. */
    private static final int SPAN_MAX_BYTES = 10 * 1024 * 1024;

    private static final int SPANS_MIN_COUNT = 4;

    /** Where records are strewn so thinly that this is too little, the rewriter had better come first. */
    private static final int SPAN_MAX_EXTENTS = 4096;

    private static final int THREADS_MAX_COUNT = 4;
    private static final Duration IDLE_THREAD_MAX = Duration.ofSeconds(10);

    /** Who comes within this is most likely just busy. */
    static final Duration SPAN_KEPT_MIN = Duration.ofSeconds(1);

    /** Who comes later than this has most likely gone. */
    static final Duration SPAN_LIFETIME = Duration.ofSeconds(10);

    private final int maxBlocks;
    private final int spanMaxBlocks;
    private final ReadBlocks blocks;
    private final Executor threads;
    private final InstantSource clock;

    // Guarded by this, which is held for moments only.
    private final Map<Place, Span> oldestFirst = new LinkedHashMap<>();
    /** What all spans may hold: whole blocks, because what a span leaves of its last one is nobody's. */
    private int promisedBlocks;

    /** Where somebody will read on. */
    private record Place(ShardKey shard, long fromOffset) {}

    private record Key(long generation, int position) {}

    /** Reads groups into a span until it is full, or nothing more can be read. */
    @FunctionalInterface
    interface Filling {
        void into(Span span) throws IOException;
    }

    /** Groups that were read ahead. Filled by one thread, then used by one. */
    static final class Span {
        private final int maxBytes;
        private final int blockBytes;
        private final int maxBlocks;
        private final long begunMillis;
        private final Loan loan;
        private final Map<Key, ByteBuffer> groups = new HashMap<>();
        private final CompletableFuture<Boolean> filled = new CompletableFuture<>();
        private int bytes;

        private Span(int maxBytes, ReadBlocks blocks, long begunMillis) {
            this.maxBytes = maxBytes;
            this.blockBytes = blocks.blockBytes();
            this.maxBlocks = Math.ceilDiv(maxBytes, blockBytes);
            this.begunMillis = begunMillis;
            this.loan = new Loan(blocks, maxBlocks);
        }

        /** One that began later than now did so before the clock was set back: nobody knows when, so long ago. */
        long ageMillis(long nowMillis) {
            return begunMillis <= nowMillis ? nowMillis - begunMillis : Long.MAX_VALUE;
        }

        /** How much more is wanted, as far as it can lie in one piece. */
        int wantedBytes() {
            return Math.min(blockBytes, maxBytes - bytes);
        }

        /** Room for so many more bytes, or null if the span is full. */
        @Nullable ByteBuffer room(int more) {
            if (groups.size() >= SPAN_MAX_EXTENTS || (bytes > 0 && bytes + more > maxBytes)) {
                return null;
            }
            var room = loan.takeLent(more);
            bytes += room == null ? 0 : more;
            return room;
        }

        void put(Store store, int position, ByteBuffer verified) {
            groups.put(new Key(store.stamp().generation(), position), verified.asReadOnlyBuffer());
        }

        /** The groups at this place, or null if they were not read ahead. */
        @Nullable ByteBuffer groups(Store store, int position) {
            return groups.get(new Key(store.stamp().generation(), position));
        }

        Loan loan() {
            return loan;
        }
    }

    /** @param maxBytes for all spans together */
    ReadAhead(int maxBytes, ReadBlocks blocks, Executor threads, InstantSource clock) {
        this.maxBlocks = Math.max(1, maxBytes / blocks.blockBytes());
        this.spanMaxBlocks = Math.max(1, Math.min(SPAN_MAX_BYTES / blocks.blockBytes(), maxBlocks / SPANS_MIN_COUNT));
        this.blocks = blocks;
        this.threads = threads;
        this.clock = clock;
    }

    /** Threads that come when there is something to read ahead and go when there is not; one that none has time for is left. */
    static ThreadPoolExecutor threads() {
        RejectedExecutionHandler refuse = new ThreadPoolExecutor.AbortPolicy();
        return new ThreadPoolExecutor(
                0,
                THREADS_MAX_COUNT,
                IDLE_THREAD_MAX.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("log-read-ahead-", 0).factory(),
                refuse);
    }

    /** Has a span of about so many bytes read for who will read on there. */
    void begin(ShardKey shard, long fromOffset, int wantedBytes, Filling filling) {
        var place = new Place(shard, fromOffset);
        int maxBytes = Math.min(wantedBytes, spanMaxBlocks * blocks.blockBytes());
        var gone = new ArrayList<Span>();
        Span span;
        boolean hasRoom;
        synchronized (this) {
            if (oldestFirst.containsKey(place)) {
                return;
            }
            // The time is asked for here: what began later than now is then there only if the clock was set back.
            span = new Span(maxBytes, blocks, clock.millis());
            hasRoom = makeRoomFor(span, gone);
            if (hasRoom) {
                oldestFirst.put(place, span);
                promisedBlocks += span.maxBlocks;
            }
        }
        letGo(gone);
        if (hasRoom) {
            execute(place, span, filling);
        }
    }

    /** Whether there is room, perhaps because others are gone now; if too few of them may go, none does. */
    private boolean makeRoomFor(Span span, List<Span> gone) {
        assert Thread.holdsLock(this);
        int leftBlocks = promisedBlocks;
        var spans = oldestFirst.values().iterator();
        while (leftBlocks + span.maxBlocks > maxBlocks) {
            var oldest = spans.next();
            if (oldest.ageMillis(span.begunMillis) < SPAN_KEPT_MIN.toMillis()) {
                gone.clear();
                return false;
            }
            leftBlocks -= oldest.maxBlocks;
            gone.add(oldest);
        }
        oldestFirst.values().removeAll(gone);
        promisedBlocks = leftBlocks;
        return true;
    }

    private void execute(Place place, Span span, Filling filling) {
        boolean willBeFilled = false;
        try {
            threads.execute(() -> fill(span, filling));
            willBeFilled = true;
        } catch (RejectedExecutionException _) {
            // As many are being read as the disk can do well with.
        } finally {
            // There may also be no thread to be had at all, and then nobody may wait for this one.
            if (!willBeFilled) {
                span.filled.complete(true);
                remove(place, span);
            }
        }
    }

    private static void fill(Span span, Filling filling) {
        try {
            filling.into(span);
        } catch (IOException | RuntimeException _) {
            // Whoever reads there will find it too, and looks whether it still matters.
        } finally {
            if (!span.filled.complete(true)) {
                // Nobody wants it any more.
                span.loan.close();
            }
        }
    }

    /** What was read ahead for this place, if anything was; the caller's from now on. Waits while it is being read. */
    @Nullable Span take(ShardKey shard, long fromOffset) {
        var span = remove(new Place(shard, fromOffset));
        if (span != null) {
            span.filled.join();
        }
        return span;
    }

    /** Not another that was begun there since. */
    private synchronized void remove(Place place, Span span) {
        if (oldestFirst.remove(place, span)) {
            promisedBlocks -= span.maxBlocks;
        }
    }

    private synchronized @Nullable Span remove(Place place) {
        var span = oldestFirst.remove(place);
        if (span != null) {
            promisedBlocks -= span.maxBlocks;
        }
        return span;
    }

    /** Lets go of what nobody came for. */
    void tidy() {
        var gone = new ArrayList<Span>();
        synchronized (this) {
            long now = clock.millis();
            oldestFirst.values().removeIf(span -> {
                boolean late = span.ageMillis(now) > SPAN_LIFETIME.toMillis();
                if (late) {
                    promisedBlocks -= span.maxBlocks;
                    gone.add(span);
                }
                return late;
            });
        }
        letGo(gone);
    }

    private static void letGo(List<Span> gone) {
        for (var span : gone) {
            // Either it is filled by now, or who fills it finds that it was in vain.
            if (!span.filled.complete(false)) {
                span.loan.close();
            }
        }
    }
}

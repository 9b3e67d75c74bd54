package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * Reads for those who come from afar what they will ask for next, while they are busy with what they got, in memory that
 * all share and that is apart from the newest batches'. Thread-safe.
 *
 * <p>Everybody it reads for has a course. Who takes at least two of the longest spans at a time has two spans on it: while one
 * lies ready or is being used, the next is being read, so that the disk does not wait for the reader. Others, whose next read
 * begins in the middle of what a longer span would hold, have one, of the size they take. The course that waited longest makes
 * room for another, but not before whom it is for had time to come: with more readers than memory some read for themselves,
 * rather than each in vain for all.
 *
 * <p>What a span holds was read and verified in one use of a file, and is only found again under that use's generation:
 * if the records were trimmed, regrouped or deleted meanwhile, nobody asks for it and it goes.
 */
final class ReadAhead {
    /** Of one span among several: the shorter, the sooner the reader and the disk are both at work. */
    private static final int SPAN_MAX_BYTES = 4 * 1024 * 1024;

    /** One for the reader, one for the disk. */
    private static final int COURSE_SPANS = 2;

    /** Spans are so short that there is memory for so many, unless they would be shorter than a block then. */
    private static final int COURSES_MIN_COUNT = 4;

    /** Where records are strewn so thinly that this is too little, the rewriter had better come first. */
    private static final int SPAN_MAX_EXTENTS = 4096;

    private static final int THREADS_MAX_COUNT = 4;
    private static final Duration IDLE_THREAD_MAX = Duration.ofSeconds(10);

    /** Who comes within this is most likely just busy. */
    static final Duration SPAN_KEPT_MIN = Duration.ofSeconds(1);

    /** Who comes later than this has most likely gone. */
    static final Duration SPAN_LIFETIME = Duration.ofSeconds(10);

    /** What a span says when nothing behind it is there to be read ahead. */
    private static final long NOWHERE = -1;

    private final int maxBlocks;
    private final int spanMaxBlocks;
    private final ReadBlocks blocks;
    private final Executor threads;
    private final InstantSource clock;

    // Guarded by this, which is held for moments only.
    private final Map<Place, Course> oldestFirst = new LinkedHashMap<>();
    /** What all spans may hold: whole blocks, because what a span leaves of its last one is nobody's. */
    private int promisedBlocks;

    /** How many wait for what is just being read for them. */
    private int waitingCount;

    /** When somebody from afar was here last; as long as nobody was, no time that has come. */
    private long lastUseMillis = Long.MAX_VALUE;

    /** Where somebody will read on. */
    private record Place(ShardKey shard, long fromOffset) {}

    private record Key(long generation, int position) {}

    /** Reads groups into a span until it is full, or nothing more can be read. */
    @FunctionalInterface
    interface Filling {
        void into(Span span) throws IOException;
    }

    /** What is read ahead for one reader. Guarded by the room it is in. */
    private static final class Course {
        final ShardKey shard;
        final Filling filling;
        final int spanMaxBytes;
        final int maxSpans;
        /** In the order of their records; all but the last are filled. */
        final Deque<Span> spans = new ArrayDeque<>();

        /** Nobody will come for it. */
        boolean isLeft;

        Course(ShardKey shard, Filling filling, int spanMaxBytes, int maxSpans) {
            this.shard = shard;
            this.filling = filling;
            this.spanMaxBytes = spanMaxBytes;
            this.maxSpans = maxSpans;
        }
    }

    /** Groups that were read ahead. Filled by one thread, then used by one. */
    static final class Span {
        private final Course course;
        private final long fromOffset;
        private final int maxBytes;
        private final int blockBytes;
        private final int maxBlocks;
        private final long begunMillis;
        private final Loan loan;
        private final Map<Key, ByteBuffer> groups = new HashMap<>();
        private final CompletableFuture<Boolean> filled = new CompletableFuture<>();
        private long nextOffset = NOWHERE;
        private int bytes;

        private Span(Course course, long fromOffset, ReadBlocks blocks, long begunMillis) {
            this.course = course;
            this.fromOffset = fromOffset;
            this.maxBytes = course.spanMaxBytes;
            this.blockBytes = blocks.blockBytes();
            this.maxBlocks = Math.ceilDiv(maxBytes, blockBytes);
            this.begunMillis = begunMillis;
            this.loan = new Loan(blocks, maxBlocks);
        }

        long ageMillis(long nowMillis) {
            return millisSince(begunMillis, nowMillis);
        }

        /** Where its records begin. */
        long fromOffset() {
            return fromOffset;
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

        /** It is full, and from there on there is more. */
        void endsAt(long offset) {
            nextOffset = groups.isEmpty() ? NOWHERE : offset;
        }

        /** Where the reader had better come again, because what follows is read for it from there on. */
        long endOffset() {
            return nextOffset == NOWHERE || course.maxSpans == 1 ? Long.MAX_VALUE : nextOffset;
        }

        /** The groups at this place, or null if they were not read ahead. */
        @Nullable ByteBuffer groups(Store store, int position) {
            return groups.get(new Key(store.stamp().generation(), position));
        }

        Loan loan() {
            return loan;
        }

        private boolean isFilled() {
            return filled.isDone();
        }

        /** Takes over what follows it. */
        private void join(Span next) {
            groups.putAll(next.groups);
            loan.takeOver(next.loan);
            nextOffset = next.nextOffset;
        }
    }

    /** @param maxBytes for all spans together */
    ReadAhead(int maxBytes, ReadBlocks blocks, Executor threads, InstantSource clock) {
        this.maxBlocks = Math.max(1, maxBytes / blocks.blockBytes());
        this.spanMaxBlocks = Math.max(
                1, Math.min(SPAN_MAX_BYTES / blocks.blockBytes(), maxBlocks / (COURSES_MIN_COUNT * COURSE_SPANS)));
        this.blocks = blocks;
        this.threads = threads;
        this.clock = clock;
    }

    /** What was later than now was before the clock was set back: nobody knows when, so long ago. */
    private static long millisSince(long thenMillis, long nowMillis) {
        return thenMillis <= nowMillis ? nowMillis - thenMillis : Long.MAX_VALUE;
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

    /**
     * Has read what will be wanted by who will read on there, unless that is being done.
     *
     * @param wantedBytes about how much that will be at a time
     * @param used what the reader had before, if it had anything
     */
    void begin(ShardKey shard, long fromOffset, int wantedBytes, @Nullable Span used, Filling filling) {
        var gone = new ArrayList<Span>();
        Span span;
        synchronized (this) {
            lastUseMillis = clock.millis();
            var going = oldestFirst.get(new Place(shard, fromOffset));
            if (used != null && used.course != going) {
                leave(used.course, gone);
            }
            span = going == null ? append(course(shard, wantedBytes, filling), fromOffset, gone) : null;
        }
        letGo(gone);
        if (span != null) {
            execute(span);
        }
    }

    /** Nobody reads on behind this. */
    void end(Span used) {
        var gone = new ArrayList<Span>();
        synchronized (this) {
            leave(used.course, gone);
        }
        letGo(gone);
    }

    private Course course(ShardKey shard, int wantedBytes, Filling filling) {
        int spanMaxBytes = spanMaxBlocks * blocks.blockBytes();
        return wantedBytes < COURSE_SPANS * spanMaxBytes
                ? new Course(shard, filling, wantedBytes, 1)
                : new Course(shard, filling, spanMaxBytes, COURSE_SPANS);
    }

    /** One more span of the course, if there is room, perhaps because others are gone now. */
    private @Nullable Span append(Course course, long fromOffset, List<Span> gone) {
        assert Thread.holdsLock(this);
        if (course.isLeft || fromOffset == NOWHERE || course.spans.size() == course.maxSpans) {
            return null;
        }
        var place = new Place(course.shard, fromOffset);
        if (course.spans.isEmpty() && oldestFirst.containsKey(place)) {
            // Another reader was here before, and one of them will find it.
            return null;
        }
        // The time is asked for here: what began later than now is then there only if the clock was set back.
        var span = new Span(course, fromOffset, blocks, clock.millis());
        if (!makeRoomFor(span, gone)) {
            return null;
        }
        promisedBlocks += span.maxBlocks;
        if (course.spans.isEmpty()) {
            oldestFirst.put(place, course);
        }
        course.spans.add(span);
        return span;
    }

    /** Whether there is room, perhaps because others are gone now; if too few of them may go, none does. */
    private boolean makeRoomFor(Span span, List<Span> gone) {
        assert Thread.holdsLock(this);
        int leftBlocks = promisedBlocks;
        var leaving = new ArrayList<Course>();
        var courses = oldestFirst.values().iterator();
        while (leftBlocks + span.maxBlocks > maxBlocks) {
            // Those that somebody is just coming for are not among them.
            var oldest = courses.hasNext() ? courses.next() : null;
            if (oldest == null
                    || oldest == span.course
                    || oldest.spans.getFirst().ageMillis(span.begunMillis) < SPAN_KEPT_MIN.toMillis()) {
                return false;
            }
            for (var old : oldest.spans) {
                leftBlocks -= old.maxBlocks;
            }
            leaving.add(oldest);
        }
        leaving.forEach(course -> leave(course, gone));
        return true;
    }

    private void leave(Course course, List<Span> gone) {
        assert Thread.holdsLock(this);
        course.isLeft = true;
        if (!course.spans.isEmpty()) {
            oldestFirst.remove(new Place(course.shard, course.spans.getFirst().fromOffset), course);
        }
        for (var span : course.spans) {
            promisedBlocks -= span.maxBlocks;
            gone.add(span);
        }
        course.spans.clear();
    }

    private void execute(Span span) {
        boolean willBeFilled = false;
        try {
            threads.execute(() -> fill(span));
            willBeFilled = true;
        } catch (RejectedExecutionException _) {
            // As many are being read as the disk can do well with.
        } finally {
            // There may also be no thread to be had at all, and then nobody may wait for this one.
            if (!willBeFilled) {
                end(span);
            }
        }
    }

    /** Fills the span, and those that follow it as long as there is room for them. */
    private void fill(Span first) {
        for (var span = first; span != null; span = next(span)) {
            try {
                span.course.filling.into(span);
            } catch (IOException | RuntimeException _) {
                // Whoever reads there will find it too, and looks whether it still matters.
            } catch (Error e) {
                // Nobody may wait for it any longer, and none may follow that this thread will not fill.
                complete(span);
                throw e;
            }
        }
    }

    /** Whether anybody still wants it. */
    private static boolean complete(Span span) {
        boolean isWanted = span.filled.complete(true);
        if (!isWanted) {
            span.loan.close();
        }
        return isWanted;
    }

    private @Nullable Span next(Span filled) {
        var gone = new ArrayList<Span>();
        Span next;
        synchronized (this) {
            next = complete(filled) ? append(filled.course, filled.nextOffset, gone) : null;
        }
        letGo(gone);
        return next;
    }

    /**
     * What was read ahead for this place so far, if anything was; the caller's from now on. Waits while the first of it is
     * being read.
     */
    @Nullable Span take(ShardKey shard, long fromOffset) {
        Course course;
        Span first;
        synchronized (this) {
            course = oldestFirst.remove(new Place(shard, fromOffset));
            if (course == null) {
                return null;
            }
            first = course.spans.getFirst();
            waitingCount++;
        }
        first.filled.join();
        var gone = new ArrayList<Span>();
        Span next = null;
        synchronized (this) {
            waitingCount--;
            lastUseMillis = clock.millis();
            if (course.isLeft) {
                return null;
            }
            takeFrom(course);
            for (var more = course.spans.peekFirst();
                    more != null && more.isFilled();
                    more = course.spans.peekFirst()) {
                first.join(takeFrom(course));
            }
            if (!course.spans.isEmpty()) {
                var place = new Place(shard, course.spans.getFirst().fromOffset);
                if (oldestFirst.putIfAbsent(place, course) != null) {
                    leave(course, gone);
                }
            } else if (course.maxSpans > 1) {
                next = append(course, first.nextOffset, gone);
            }
        }
        letGo(gone);
        if (next != null) {
            execute(next);
        }
        return first;
    }

    private Span takeFrom(Course course) {
        assert Thread.holdsLock(this);
        var span = course.spans.removeFirst();
        promisedBlocks -= span.maxBlocks;
        return span;
    }

    /** Whether somebody from afar was here a moment ago, or is just waiting for the disk. */
    synchronized boolean isBusy() {
        return waitingCount > 0 || millisSince(lastUseMillis, clock.millis()) < SPAN_KEPT_MIN.toMillis();
    }

    /** Lets go of what nobody came for. */
    void tidy() {
        var gone = new ArrayList<Span>();
        synchronized (this) {
            long now = clock.millis();
            var late = oldestFirst.values().stream()
                    .filter(course -> course.spans.getFirst().ageMillis(now) > SPAN_LIFETIME.toMillis())
                    .toList();
            late.forEach(course -> leave(course, gone));
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

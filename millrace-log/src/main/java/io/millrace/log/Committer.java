package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of batches: take what queued up, write it, sync, and only then show it to readers and tell who waits.
 * Whatever arrives during one sync becomes durable with the next.
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private final LogConfig config;
    private final InstantSource clock;
    private final Layout layout;
    private final Ring ring;
    private final Runnable segmentEnded;
    private final RequestQueue queue;
    private final Thread thread = Thread.ofPlatform().name("log-committer").unstarted(this::run);

    private final List<Request> taken = new ArrayList<>();
    private final Commit commit;

    /** Where the next batch goes; none before the first batch and after a failure. */
    private @Nullable Store segment;

    private long position;
    private long lastSequence;
    private long durableSequence;
    private long lastArrivalMillis;
    private volatile boolean writable = true;

    Committer(
            LogConfig config,
            InstantSource clock,
            ConcurrentMap<ShardKey, Shard> shards,
            Recovery.Found found,
            Ring ring,
            Runnable segmentEnded) {
        this.config = config;
        this.clock = clock;
        this.layout = found.layout();
        this.lastSequence = found.lastSequence();
        this.durableSequence = found.lastSequence();
        this.lastArrivalMillis = found.lastArrivalMillis();
        this.ring = ring;
        this.segmentEnded = segmentEnded;
        this.queue = new RequestQueue(config.queueMaxAppends(), config.queueMaxBytes());
        this.commit = new Commit(shards);
    }

    void start() {
        thread.start();
    }

    void offer(Request request) {
        queue.offer(request);
    }

    boolean isWritable() {
        return writable;
    }

    /** Completes what is queued, then stops. */
    void close() {
        queue.close();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean stopping = false;
            while (!stopping) {
                taken.clear();
                queue.take(taken, ring.pageBytes() - Format.BLOCK_BYTES);
                stopping = taken.removeIf(Request.Stop.class::isInstance);
                store(taken);
            }
            endSegment();
        } catch (RuntimeException | Error e) {
            LOG.error("The log has stopped; what was acknowledged is on disk", e);
            refuseFromNowOn(e);
        }
        writable = false;
    }

    /** Makes the requests durable and completes them, or fails them all. */
    private void store(List<Request> requests) {
        // One time for the whole batch: times never run backwards, whatever the machine's clock does.
        lastArrivalMillis = Math.max(lastArrivalMillis, clock.millis());
        commit.begin(requests, lastArrivalMillis);
        if (commit.isEmpty()) {
            commit.acknowledge();
            return;
        }
        Store target;
        try {
            target = segmentWithRoomFor(commit.paddedBytes());
            target.file().write(encode(target), position);
            sync(target);
        } catch (IOException e) {
            giveUpUnsynced(e);
            return;
        }
        ring.keep(commit.paddedBytes());
        lastSequence++;
        commit.show(target, position);
        position += commit.paddedBytes();
        writable = true;
        commit.acknowledge();
    }

    private Store segmentWithRoomFor(int paddedBytes) throws IOException {
        if (segment != null && position > 0 && position + paddedBytes > config.segmentMaxBytes()) {
            endSegment();
        }
        if (segment == null) {
            segment = layout.nextSegment();
            position = 0;
        }
        return segment;
    }

    private ByteBuffer encode(Store segment) {
        var room = ring.roomFor(commit.paddedBytes(), segment, position);
        var encoder = new BatchEncoder(room.buffer(), room.start());
        commit.encode(encoder);
        return encoder.finish(segment.stamp(), lastSequence + 1, durableSequence);
    }

    private void sync(Store segment) throws IOException {
        switch (config.durability()) {
            case FSYNC -> {
                segment.file().sync();
                durableSequence = lastSequence + 1;
            }
            case OS -> {
                // The operating system has it, which is all that was asked for.
            }
        }
    }

    private void endSegment() {
        var ended = segment;
        segment = null;
        if (ended != null) {
            layout.end(ended, position, lastSequence);
            segmentEnded.run();
        }
    }

    /**
     * After a failed write or sync the page cache may say that bytes are safe which are not, so nothing is tried again
     * on this segment: it ends with the last batch that was acknowledged, and the log goes on in another one, if it can,
     * when the next request comes.
     */
    private void giveUpUnsynced(IOException cause) {
        if (writable) {
            LOG.error("Appends fail: {}", cause.toString(), cause);
        }
        writable = false;
        var failed = segment;
        segment = null;
        if (failed != null) {
            verify(failed, position);
            layout.abandon(failed, position, lastSequence);
            segmentEnded.run();
        }
        commit.fail(new LogUnavailableException("records cannot be stored at present: " + cause.getMessage(), cause));
    }

    /** Reads what was acknowledged before going on after a failure: better to stop than to build on a hole. */
    private static void verify(Store abandoned, long durableEnd) {
        try {
            var scanner = new SegmentScanner(abandoned);
            while (scanner.position() < durableEnd) {
                if (scanner.next() == null) {
                    throw abandoned.corruptAt(
                            scanner.position(), "a batch that was durable is not there after a failure");
                }
            }
        } catch (IOException e) {
            LOG.error("What was acknowledged cannot be read at present: {}", e.toString());
        }
    }

    /** Something happened that the code does not know how to survive: nothing more is taken. */
    private void refuseFromNowOn(Throwable cause) {
        writable = false;
        var refusal = new LogUnavailableException("the log has stopped after a failure: " + cause.getMessage(), cause);
        taken.addAll(queue.closeAndDrain());
        taken.forEach(request -> request.done().completeExceptionally(refusal));
    }
}

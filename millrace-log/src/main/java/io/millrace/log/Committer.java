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

    /** What an attempt writes to see whether the disk takes something again: as much as a larger append. */
    private static final int PROBE_BYTES = 1024 * 1024;

    private final LogConfig config;
    private final InstantSource clock;
    private final RetryPause retryPause;
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
    /** How often the disk failed since the last batch that was stored. */
    private int failuresInARow;

    private volatile boolean writable = true;

    Committer(
            LogConfig config,
            InstantSource clock,
            RetryPause retryPause,
            ConcurrentMap<ShardKey, Shard> shards,
            Recovery.Found found,
            RequestQueue queue,
            Ring ring,
            Runnable segmentEnded) {
        this.config = config;
        this.clock = clock;
        this.retryPause = retryPause;
        this.layout = found.layout();
        this.lastSequence = found.lastSequence();
        this.durableSequence = found.lastSequence();
        this.lastArrivalMillis = found.lastArrivalMillis();
        this.ring = ring;
        this.segmentEnded = segmentEnded;
        this.queue = queue;
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
                take();
                stopping = taken.removeIf(Request.Stop.class::isInstance);
                if (taken.isEmpty() && !writable && !stopping) {
                    probe();
                } else {
                    store(taken);
                }
            }
            endSegment();
        } catch (RuntimeException | Error e) {
            LOG.error("The log has stopped; what was acknowledged is on disk", e);
            refuseFromNowOn(e);
        }
        writable = false;
    }

    private void take() {
        int batchBytes = ring.pageBytes() - Format.BLOCK_BYTES;
        taken.clear();
        if (writable || retryPause.isNone()) {
            queue.take(taken, batchBytes);
        } else {
            queue.takeAfter(retryPause.afterFailures(failuresInARow), taken, batchBytes);
        }
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
        if (failuresInARow > 0) {
            LOG.info("Appends are stored again");
            failuresInARow = 0;
        }
        takeAppends();
        commit.acknowledge();
    }

    /**
     * Nobody's records are risked to find out whether the disk is well again: zeros in a segment that has
     * no batch yet.
     */
    private void probe() {
        commit.begin(List.of(), lastArrivalMillis);
        try {
            var target = segmentWithRoomFor(Format.BLOCK_BYTES);
            assert position == 0 : position;
            var zeros = Format.blockAligned(Math.min(PROBE_BYTES, config.segmentMaxBytes()) & -Format.BLOCK_BYTES);
            target.file().write(zeros, position);
            target.file().sync();
            takeAppends();
        } catch (IOException e) {
            giveUpUnsynced(e);
        }
    }

    private void takeAppends() {
        if (!writable) {
            writable = true;
            queue.admitAppends();
        }
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
        if (failuresInARow == 0) {
            LOG.error("Appends fail, and will be refused until the disk takes them again: {}", cause.toString(), cause);
        }
        failuresInARow++;
        writable = false;
        var failed = segment;
        segment = null;
        if (failed != null) {
            verify(failed, position);
            layout.abandon(failed, position, lastSequence);
            segmentEnded.run();
        }
        var reason = "records cannot be stored at present: " + cause.getMessage();
        var refusal = new LogUnavailableException(reason, cause);
        commit.fail(refusal);
        if (!retryPause.isNone()) {
            refuse(queue.refuseAppends(reason), refusal);
        }
    }

    /** Reads what was acknowledged before going on after a failure: better to stop than to build on a hole. */
    private void verify(Store abandoned, long durableEnd) {
        try {
            var scanner = new SegmentScanner(abandoned);
            while (scanner.position() < durableEnd) {
                if (scanner.next() == null) {
                    throw abandoned.corruptAt(
                            scanner.position(), "a batch that was durable is not there after a failure");
                }
            }
        } catch (IOException e) {
            if (failuresInARow == 1) {
                LOG.error("What was acknowledged cannot be read at present: {}", e.toString());
            }
        }
    }

    /** Something happened that the code does not know how to survive: nothing more is taken. */
    private void refuseFromNowOn(Throwable cause) {
        writable = false;
        var refusal = new LogUnavailableException("the log has stopped after a failure: " + cause.getMessage(), cause);
        taken.addAll(queue.closeAndDrain());
        refuse(taken, refusal);
    }

    private static void refuse(List<Request> requests, LogUnavailableException refusal) {
        var answers = new Answers();
        requests.forEach(request -> answers.add(request, refusal));
        answers.tell();
    }
}

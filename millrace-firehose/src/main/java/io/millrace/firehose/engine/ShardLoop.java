package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one source shard: read, process, hand on, in order. Several chunks may be in work at once; they are handed on
 * in the order in which they were read. Owned by one virtual thread; {@link #hurry} and {@link #leave} alone come from others.
 *
 * <p>While it waits, for records or for room, it holds next to nothing: there may be thousands of loops.
 */
final class ShardLoop {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShardLoop.class);

    /** Of what comes after a wait; what is there already is read by larger shares. */
    private static final int FIRST_READ_MAX_BYTES = 16 * 1024;

    private static final Duration PATIENCE_WHEN_IDLE = Duration.ofSeconds(20);
    private static final Duration PATIENCE_WHEN_BUSY = Duration.ofMillis(20);
    private static final Duration PAUSE_WHEN_UNAVAILABLE = Duration.ofSeconds(1);

    /** Is told what was read. */
    interface ReadReport {
        void read(SourceChunk chunk);

        void unavailable(SourceUnavailableException reason);

        /** Reading had to wait for the destination. */
        void backpressured();

        /** Something of ours failed; it is tried again. */
        void faulty(Throwable fault);

        /** Records will never be delivered, as they are nowhere any more. */
        void lost(long records, String reason);
    }

    private final SourceShard shard;
    private final ShardDelivery delivery;
    private final Routing routing;
    private final Pauses pauses;
    private final ReadReport report;
    private final Scratch scratch;
    private final InstantSource steady;

    /** In the order in which they were read. Others may look at it. */
    private final Deque<Chunk> inWork = new ConcurrentLinkedDeque<>();

    private final List<SourceRecord> gathered = new ArrayList<>();
    private long gatheredBytes;
    private Instant gatheredSince = Instant.EPOCH;
    private Optional<Shares.Share> gatheredShare = Optional.empty();
    private boolean moreIsThere;
    private volatile long next;
    private volatile long hurriedUpTo;
    private volatile boolean leaving;
    private volatile boolean stopped;

    /** Records on their way through a pipeline. */
    private record Chunk(Route route, long upTo, Future<List<Processed>> results, Shares.Share share) {}

    ShardLoop(
            SourceShard shard,
            long from,
            ShardDelivery delivery,
            Routing routing,
            Pauses pauses,
            ReadReport report,
            Environment environment) {
        this.shard = shard;
        this.delivery = delivery;
        this.routing = routing;
        this.pauses = pauses;
        this.report = report;
        this.scratch = environment.scratch();
        this.steady = environment.steady();
        this.next = from;
    }

    /**
     * Reads to the end of the shard, and returns when all of it is delivered.
     *
     * @throws StoppedException if it shall not go on
     */
    void run() throws InterruptedException {
        boolean ended = false;
        while (!ended) {
            ended = step();
        }
        while (!inWork.isEmpty()) {
            handOn();
        }
        delivery.end();
    }

    /** Nobody waits any more for what is in work. */
    void abandon() {
        inWork.forEach(chunk -> {
            chunk.results().cancel(true);
            chunk.share().close();
        });
        inWork.clear();
        gatheredShare.ifPresent(Shares.Share::close);
    }

    /** Does not let records before the offset wait for others. */
    void hurry(long upTo) {
        hurriedUpTo = Math.max(hurriedUpTo, upTo);
        shard.wake();
    }

    /** The shard is not among its source's any more: what was read is all there will be. */
    void leave() {
        leaving = true;
        shard.wake();
    }

    /** Breaks off what is being processed: a function may take minutes to answer. */
    void stop() {
        stopped = true;
        inWork.forEach(chunk -> chunk.results().cancel(true));
        shard.wake();
    }

    /** The offset after the last record that was read. */
    long readUpTo() {
        return next;
    }

    /** Reads once and hands on what is ready; says whether the shard is at its end. */
    boolean step() throws InterruptedException {
        pauses.check();
        while (!inWork.isEmpty() && (inWork.getFirst().results().isDone() || isFull())) {
            handOn();
        }
        if (delivery.awaitRoom()) {
            report.backpressured();
        }
        if (leaving) {
            process(next);
            return true;
        }
        try (var share = scratch.reads().take()) {
            var chunk = read(share);
            take(chunk);
            return chunk.ended();
        } catch (SourceUnavailableException e) {
            report.unavailable(e);
            pauses.pause(PAUSE_WHEN_UNAVAILABLE);
            return false;
        } catch (SourceGoneException e) {
            LOGGER.info("{}: what was read of it is delivered", e.getMessage());
            process(next);
            return true;
        }
    }

    private SourceChunk read(Shares.Share share) throws InterruptedException {
        if (moreIsThere) {
            var chunk = shard.read(next, share.bytes(), Duration.ZERO);
            if (!isEmpty(chunk)) {
                return chunk;
            }
            moreIsThere = false;
        }
        // What a waiting loop may get is small enough to count as nothing.
        share.close();
        var chunk = shard.read(next, FIRST_READ_MAX_BYTES, patience());
        moreIsThere = !isEmpty(chunk);
        return chunk;
    }

    private boolean isEmpty(SourceChunk chunk) {
        return chunk.records().isEmpty() && chunk.nextOffset() <= next && !chunk.ended();
    }

    private void take(SourceChunk chunk) throws InterruptedException {
        if (chunk.lost() > 0) {
            long kept = chunk.records().isEmpty()
                    ? chunk.nextOffset()
                    : chunk.records().getFirst().position().offset();
            report.lost(chunk.lost(), "they had expired in the source before they could be delivered");
            delivery.skipped(next, kept);
        }
        report.read(chunk);
        routing.readFrom(next);
        for (var record : chunk.records()) {
            gather(record);
        }
        next = Math.max(next, chunk.nextOffset());
        if (chunk.ended() || isRipe()) {
            process(next);
        }
        if (gathered.isEmpty() && inWork.isEmpty() && delivery.acceptedUpTo() < next) {
            // Nothing was left to deliver of what was read, or the oldest records have expired.
            delivery.accept(routing.ofNext(next), List.of(), next);
        }
    }

    private Duration patience() {
        if (!inWork.isEmpty()) {
            return PATIENCE_WHEN_BUSY;
        }
        if (gathered.isEmpty()) {
            return PATIENCE_WHEN_IDLE;
        }
        if (isHurried()) {
            return Duration.ZERO;
        }
        var age = routing.of(gathered.getFirst()).pipeline().chunks().age();
        var left = Duration.between(steady.instant(), gatheredSince.plus(age));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isHurried() {
        return gathered.getFirst().position().offset() < hurriedUpTo;
    }

    private boolean isFull() {
        int parallel = scratch.chunks().crowded()
                ? 1
                : inWork.getFirst().route().pipeline().chunks().parallel();
        return inWork.size() >= parallel;
    }

    /** How large the chunk being gathered may become: as the pipeline likes it, unless there are too many of them. */
    private int chunkMaxBytes(Route route) {
        int wanted = route.pipeline().chunks().bytes();
        return gatheredShare.map(share -> Math.min(wanted, share.bytes())).orElse(wanted);
    }

    private void gather(SourceRecord record) throws InterruptedException {
        if (!gathered.isEmpty()) {
            var route = routing.of(gathered.getFirst());
            boolean sameRoute = route.version() == routing.of(record).version();
            if (!sameRoute || gatheredBytes + record.data().length > chunkMaxBytes(route)) {
                process(record.position().offset());
            }
        }
        if (gathered.isEmpty()) {
            gatheredSince = steady.instant();
            if (routing.of(record).processing() != Route.Processing.NONE) {
                gatheredShare = Optional.of(scratch.chunks().take());
            }
        }
        gathered.add(record);
        gatheredBytes += record.data().length;
    }

    private boolean isRipe() {
        if (gathered.isEmpty()) {
            return false;
        }
        var route = routing.of(gathered.getFirst());
        var age = route.pipeline().chunks().age();
        return isHurried()
                || gatheredBytes >= chunkMaxBytes(route)
                || !steady.instant().isBefore(gatheredSince.plus(age));
    }

    private void process(long upTo) throws InterruptedException {
        if (gathered.isEmpty()) {
            return;
        }
        var route = routing.of(gathered.getFirst());
        var records = List.copyOf(gathered);
        var share = gatheredShare.orElseGet(() -> scratch.chunks().take());
        gathered.clear();
        gatheredBytes = 0;
        gatheredShare = Optional.empty();
        if (route.processing() == Route.Processing.NONE && inWork.isEmpty()) {
            share.close();
            delivery.accept(route, asTheyCame(records), upTo);
            return;
        }
        Callable<List<Processed>> work = () -> process(route, records);
        var task = new FutureTask<>(work);
        inWork.add(new Chunk(route, upTo, task, share));
        if (stopped) {
            throw new StoppedException();
        }
        Thread.ofVirtual().name("firehose-processing").start(task);
        while (isFull()) {
            handOn();
            if (inWork.isEmpty()) {
                return;
            }
        }
    }

    private static List<Processed> asTheyCame(List<SourceRecord> records) {
        var results = new ArrayList<Processed>(records.size());
        for (var record : records) {
            results.add(new Processed.Ready(record, DeliveryRecord.of(record), Map.of()));
        }
        return results;
    }

    /** A pipeline that fails as a whole has a bug or is stopping; its records must not be lost for it. */
    private List<Processed> process(Route route, List<SourceRecord> records) throws InterruptedException {
        if (route.processing() == Route.Processing.NONE) {
            return asTheyCame(records);
        }
        while (true) {
            try {
                return route.pipeline().process(records);
            } catch (StoppedException e) {
                throw e;
            } catch (RuntimeException | VirtualMachineError | LinkageError | AssertionError e) {
                LOGGER.error(
                        "processing records of {} failed; it is tried again",
                        route.stream().arn(),
                        e);
                report.faulty(e);
                pauses.pause(PAUSE_WHEN_UNAVAILABLE);
            }
        }
    }

    private void handOn() throws InterruptedException {
        var chunk = inWork.getFirst();
        try (var _ = chunk.share()) {
            delivery.accept(chunk.route(), chunk.results().get(), chunk.upTo());
        } catch (CancellationException _) {
            throw new StoppedException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoppedException || e.getCause() instanceof InterruptedException) {
                throw new StoppedException();
            }
            throw new IllegalStateException("records were read and can't be processed", e.getCause());
        } finally {
            inWork.removeFirst();
        }
        var _ = delivery.awaitRoom();
    }
}

package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one source shard: read, process, hand on, in order. Several chunks may be in work at once; they are handed on
 * in the order in which they were read. Owned by one virtual thread.
 */
final class ShardLoop implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShardLoop.class);

    private static final int READ_MAX_BYTES = 1024 * 1024;
    private static final Duration PATIENCE_WHEN_IDLE = Duration.ofSeconds(20);
    private static final Duration PATIENCE_WHEN_BUSY = Duration.ofMillis(20);
    private static final Duration PAUSE_WHEN_UNAVAILABLE = Duration.ofSeconds(1);

    /** Says by which route a record goes. */
    interface Routing {
        Route at(Instant arrival);
    }

    /** Is told what was read. */
    interface ReadReport {
        void read(SourceChunk chunk);

        void unavailable(SourceUnavailableException reason);
    }

    private final SourceShard shard;
    private final ShardDelivery delivery;
    private final Routing routing;
    private final Pauses pauses;
    private final ReadReport report;
    private final InstantSource clock;

    private final Deque<Chunk> inWork = new ArrayDeque<>();
    private final List<SourceRecord> gathered = new ArrayList<>();
    private long gatheredBytes;
    private Instant gatheredSince = Instant.EPOCH;
    private long next;

    /** Records on their way through a pipeline. */
    private record Chunk(Route route, long upTo, Future<List<Processed>> results) {}

    ShardLoop(
            SourceShard shard,
            long from,
            ShardDelivery delivery,
            Routing routing,
            Pauses pauses,
            ReadReport report,
            InstantSource clock) {
        this.shard = shard;
        this.delivery = delivery;
        this.routing = routing;
        this.pauses = pauses;
        this.report = report;
        this.clock = clock;
        this.next = from;
    }

    @Override
    public void run() {
        try {
            boolean ended = false;
            while (!ended) {
                ended = step();
            }
            while (!inWork.isEmpty()) {
                handOn();
            }
            delivery.end();
        } catch (StoppedException | InterruptedException _) {
            LOGGER.debug("{} stops", shard.id());
        } catch (RuntimeException | Error e) {
            LOGGER.error("reading {} has stopped; restart the server", shard.id(), e);
            report.unavailable(new SourceUnavailableException("reading has stopped; restart the server: " + e, e));
        } finally {
            shard.close();
        }
    }

    /** Reads once and hands on what is ready; says whether the shard is at its end. */
    boolean step() throws InterruptedException {
        pauses.check();
        while (!inWork.isEmpty() && (inWork.getFirst().results().isDone() || isFull())) {
            handOn();
        }
        SourceChunk chunk;
        try {
            chunk = shard.read(next, READ_MAX_BYTES, patience());
        } catch (SourceUnavailableException e) {
            report.unavailable(e);
            pauses.pause(PAUSE_WHEN_UNAVAILABLE);
            return false;
        }
        report.read(chunk);
        for (var record : chunk.records()) {
            gather(record);
        }
        next = Math.max(next, chunk.nextOffset());
        if (chunk.ended() || isRipe()) {
            process(next);
        }
        if (gathered.isEmpty() && inWork.isEmpty() && delivery.acceptedUpTo() < next) {
            // Nothing was left to deliver of what was read, or the oldest records have expired.
            delivery.accept(routing.at(clock.instant()), List.of(), next);
        }
        return chunk.ended();
    }

    private Duration patience() {
        if (!inWork.isEmpty()) {
            return PATIENCE_WHEN_BUSY;
        }
        if (gathered.isEmpty()) {
            return PATIENCE_WHEN_IDLE;
        }
        var age = routing.at(gathered.getFirst().arrival()).pipeline().chunks().age();
        var left = Duration.between(clock.instant(), gatheredSince.plus(age));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isFull() {
        return inWork.size() >= inWork.getFirst().route().pipeline().chunks().parallel();
    }

    private void gather(SourceRecord record) throws InterruptedException {
        if (!gathered.isEmpty()) {
            var route = routing.at(gathered.getFirst().arrival());
            boolean sameRoute = route.version() == routing.at(record.arrival()).version();
            if (!sameRoute
                    || gatheredBytes + record.data().length
                            > route.pipeline().chunks().bytes()) {
                process(record.position().offset());
            }
        }
        if (gathered.isEmpty()) {
            gatheredSince = clock.instant();
        }
        gathered.add(record);
        gatheredBytes += record.data().length;
    }

    private boolean isRipe() {
        if (gathered.isEmpty()) {
            return false;
        }
        var hints = routing.at(gathered.getFirst().arrival()).pipeline().chunks();
        return gatheredBytes >= hints.bytes() || !clock.instant().isBefore(gatheredSince.plus(hints.age()));
    }

    private void process(long upTo) throws InterruptedException {
        if (gathered.isEmpty()) {
            return;
        }
        var route = routing.at(gathered.getFirst().arrival());
        var records = List.copyOf(gathered);
        gathered.clear();
        gatheredBytes = 0;
        if (route.processing() == Route.Processing.NONE && inWork.isEmpty()) {
            delivery.accept(route, asTheyCame(records), upTo);
            delivery.awaitRoom();
            return;
        }
        Callable<List<Processed>> work = () -> process(route, records);
        var task = new FutureTask<>(work);
        Thread.ofVirtual().name("firehose-processing").start(task);
        inWork.add(new Chunk(route, upTo, task));
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
            results.add(new Processed.Ready(record, ShardDelivery.asItCame(record), Map.of()));
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
                pauses.pause(PAUSE_WHEN_UNAVAILABLE);
            }
        }
    }

    private void handOn() throws InterruptedException {
        var chunk = inWork.removeFirst();
        try {
            delivery.accept(chunk.route(), chunk.results().get(), chunk.upTo());
        } catch (CancellationException _) {
            throw new StoppedException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoppedException || e.getCause() instanceof InterruptedException) {
                throw new StoppedException();
            }
            throw new IllegalStateException("records were read and can't be processed", e.getCause());
        }
        delivery.awaitRoom();
    }

    /** Reads a stretch of a shard again, as it came. */
    static Buffer.Rereading rereading(SourceShard shard, RereadShares shares) {
        return (from, upTo) -> new Batch.Records() {
            private final RereadShares.Share share = shares.take();
            private final Deque<SourceRecord> read = new ArrayDeque<>();
            private long at = from;

            @Override
            public boolean hasNext() {
                fill();
                return !read.isEmpty();
            }

            private void fill() {
                while (read.isEmpty() && at < upTo) {
                    var chunk = readAgain(shard, at, share.bytes());
                    if (chunk.nextOffset() <= at && chunk.records().isEmpty()) {
                        at = upTo;
                    }
                    chunk.records().stream()
                            .filter(record -> record.position().offset() < upTo)
                            .forEach(read::add);
                    at = Math.max(at, chunk.nextOffset());
                }
            }

            @Override
            public DeliveryRecord next() {
                fill();
                return ShardDelivery.asItCame(read.removeFirst());
            }

            @Override
            public void close() {
                read.clear();
                share.close();
            }
        };
    }

    private static SourceChunk readAgain(SourceShard shard, long from, int maxBytes) {
        try {
            return shard.read(from, maxBytes, Duration.ZERO);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}

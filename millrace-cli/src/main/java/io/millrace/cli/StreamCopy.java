package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Takes the records of a stream somewhere else: reads all shards side by side, each in its order, and begins none before
 * its parents have been taken to their end. That keeps the records of a partition key in order through splits and merges.
 *
 * <p>Each shard has a thread that reads a page, sees it into its destination and reads on. The thread that calls
 * {@link #run} owns the plan: it starts those threads, learns of their end and looks for the children.
 */
final class StreamCopy {
    // A page may have 10 MiB, so this bounds memory as well as connections.
    private static final int PAGES_AT_ONCE_MAX_COUNT = 16;
    private static final int RECORDS_MAX_COUNT = 10_000;
    private static final long TICK_MILLIS = 100;
    private static final Duration WAIT_SLICE = Duration.ofMillis(200);

    /** Where the records of one shard go. Used by that shard's thread alone. */
    @FunctionalInterface
    interface Destination {
        /** Returns when the records are safe, and have been marked so, or when the copy is stopped. */
        void take(List<Record> records) throws IOException, InterruptedException;
    }

    /** Opens the way for one shard. Called by the thread that runs the copy. */
    @FunctionalInterface
    interface Destinations {
        Destination open(Shard shard) throws IOException;
    }

    /** When there is nothing more to do. */
    sealed interface Ending {
        /** When it is stopped. */
        record Never() implements Ending {}

        /** When for so long there was nothing to read. */
        record WhenIdle(Duration limit) implements Ending {}

        /** When each shard has been read up to what it held at that moment. */
        record WhenCaughtUp() implements Ending {}
    }

    private final String stream;
    private final StartingPoint start;
    private final Ending ending;
    private final KinesisClient kinesis;
    private final Endpoint endpoint;
    private final KinesisStreams streams;
    private final CopyProgress progress;
    private final PassingTrouble trouble;
    private final Patience patience;
    private final Shell shell;
    private final ShardPlan plan = new ShardPlan();
    private final Map<String, Shard> shards = new HashMap<>();
    private final Map<String, OneShard> lanes = new TreeMap<>();
    private final LinkedBlockingQueue<OneShard> ended = new LinkedBlockingQueue<>();
    private final Semaphore pages = new Semaphore(PAGES_AT_ONCE_MAX_COUNT);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean interrupted;
    private volatile boolean stopped;
    private volatile Instant lastBusyAt;

    StreamCopy(
            String stream,
            StartingPoint start,
            Ending ending,
            KinesisClient kinesis,
            Endpoint endpoint,
            CopyProgress progress,
            StatusLine status,
            Shell shell) {
        this.stream = stream;
        this.start = start;
        this.ending = ending;
        this.kinesis = kinesis;
        this.endpoint = endpoint;
        this.streams = new KinesisStreams(kinesis, endpoint, shell);
        this.progress = progress;
        this.trouble = new PassingTrouble(endpoint, status, shell.clock());
        this.patience = new Patience(trouble, shell);
        this.shell = shell;
        this.lastBusyAt = now();
    }

    /** Makes {@link #run} end soon, after what is under way. */
    void stop() {
        interrupted = true;
        stopped = true;
    }

    /** Whether it ended because {@link #stop} was called. */
    boolean isInterrupted() {
        return interrupted;
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Takes note of the shards of a stream of which nothing has been copied, so that the progress knows where each of them
     * begins before anything is read.
     */
    void planFirst(List<Shard> found) {
        for (var shard : found) {
            if (start instanceof StartingPoint.Latest && !ShardFamily.isOpen(shard)) {
                progress.finish(shard.shardId());
            } else {
                progress.begin(shard.shardId(), start);
            }
            add(shard);
        }
    }

    /** Takes note of the shards of a stream that an earlier run has begun to copy; those it did not know opened after that. */
    void planFurther(List<Shard> found) {
        for (var shard : found) {
            progress.begin(shard.shardId(), start.ofLaterShards());
            add(shard);
        }
    }

    /**
     * Returns when the ending is reached, {@link #stop} was called, or the last shard has been taken to its end; no
     * thread is then left.
     *
     * @param everyTick done again and again meanwhile
     * @throws CommandFailure if the stream is gone, or the service is away for too long
     */
    void run(Destinations destinations, Tick everyTick) throws IOException, InterruptedException {
        try {
            while (!stopped && !isOver()) {
                for (var shardId : plan.begin()) {
                    begin(Objects.requireNonNull(shards.get(shardId)), destinations);
                }
                everyTick.run();
                finish(Optional.ofNullable(ended.poll(TICK_MILLIS, TimeUnit.MILLISECONDS)));
                fail();
            }
        } finally {
            stopped = true;
            for (var lane : lanes.values()) {
                lane.thread.join();
            }
        }
        fail();
    }

    /** What is to be done while the copy goes on. */
    @FunctionalInterface
    interface Tick {
        void run() throws IOException;
    }

    /** How the source is doing. To be asked by the thread that runs the copy. */
    SourceState source() {
        var now = now();
        var behind = new TreeMap<String, Duration>();
        int unknownCount = plan.waitingCount();
        var latestTrouble = "";
        for (var lane : lanes.values()) {
            var lag = lane.lag.at(now);
            if (lag.isPresent()) {
                behind.put(lane.shard.shardId(), lag.get());
            } else {
                unknownCount++;
            }
            latestTrouble = lane.latestTrouble.isEmpty() ? latestTrouble : lane.latestTrouble;
        }
        return new SourceState(behind, unknownCount, latestTrouble);
    }

    private void add(Shard shard) {
        shards.put(shard.shardId(), shard);
        plan.add(shard.shardId(), ShardFamily.parents(shard));
        if (progress.isFinished(shard.shardId())) {
            plan.finish(shard.shardId());
        }
    }

    private void begin(Shard shard, Destinations destinations) throws IOException {
        var point = switch (progress.of(shard.shardId()).orElseThrow()) {
            case CopyProgress.Mark.From(var from) -> from;
            case CopyProgress.Mark.Finished _ -> throw new AssertionError(shard.shardId());
        };
        var lane = new OneShard(shard, point, destinations.open(shard));
        lanes.put(shard.shardId(), lane);
        lane.thread.start();
    }

    private void finish(Optional<OneShard> lane) throws InterruptedException {
        if (lane.isEmpty()) {
            return;
        }
        var shardId = lane.get().shard.shardId();
        lanes.remove(shardId);
        if (lane.get().reachedEnd) {
            progress.finish(shardId);
            planFurther(ask(patience, () -> streams.shards(stream)));
            plan.finish(shardId);
        } else {
            plan.leave(shardId);
        }
        lastBusyAt = now();
    }

    private boolean isOver() {
        if (plan.isFinished()) {
            return true;
        }
        return ending instanceof Ending.WhenIdle(var limit)
                && !plan.hasWaiting()
                && ended.isEmpty()
                && lanes.values().stream().allMatch(lane -> lane.caughtUp)
                && Duration.between(lastBusyAt, now()).compareTo(limit) >= 0;
    }

    private <T> T ask(Patience patience, Supplier<T> call) throws InterruptedException {
        try {
            return patience.call(call);
        } catch (SdkException e) {
            throw new CommandFailure(Complaint.about(e, endpoint), e);
        }
    }

    private void fail() throws IOException, InterruptedException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case InterruptedException e -> throw e;
            case SdkException e -> throw new CommandFailure(Complaint.about(e, endpoint), e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure.get());
        }
    }

    private Instant now() {
        return shell.clock().instant();
    }

    /** One shard on its way: take a page, see it into its destination, go on after it. */
    private final class OneShard {
        private final Shard shard;
        private final ShardReader reader;
        private final Destination destination;
        private final RandomGenerator random = shell.random().split();
        private final Patience patience = new Patience(trouble, shell);
        private final Thread thread;
        private volatile ShardLag lag = new ShardLag.Unknown();
        private volatile String latestTrouble = "";
        private volatile boolean caughtUp;
        private volatile boolean reachedEnd;

        OneShard(Shard shard, StartingPoint point, Destination destination) {
            this.shard = shard;
            this.reader = new ShardReader(shard.shardId(), point, patience, now());
            this.destination = destination;
            this.thread = Thread.ofVirtual().name(shard.shardId()).unstarted(this::work);
        }

        private void work() {
            try {
                copy();
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
            ended.add(this);
        }

        private void copy() throws IOException, InterruptedException {
            boolean goesOn = true;
            while (goesOn && failure.get() == null) {
                awaitTurn();
                if (stopped) {
                    return;
                }
                pages.acquire();
                try {
                    goesOn = takePage();
                } finally {
                    pages.release();
                }
            }
        }

        private boolean takePage() throws IOException, InterruptedException {
            var fetchedAt = now();
            return switch (reader.fetch(kinesis, stream, RECORDS_MAX_COUNT, fetchedAt)) {
                case ShardReader.Fetched.Page(var page) -> {
                    latestTrouble = "";
                    yield takeIn(page, fetchedAt);
                }
                case ShardReader.Fetched.Postponed(var reason) -> {
                    caughtUp = false;
                    lastBusyAt = now();
                    lag = lag.withoutAnswer(fetchedAt);
                    latestTrouble = trouble.describe(reason);
                    reader.postpone(reason, now(), random);
                    yield true;
                }
                case ShardReader.Fetched.Gone _ -> {
                    if (ask(patience, () -> streams.find(stream)).isEmpty()) {
                        throw new CommandFailure("Stream " + stream + " was deleted at " + endpoint + ".");
                    }
                    // All its records have expired, and it with them.
                    reachedEnd = true;
                    yield false;
                }
            };
        }

        private boolean takeIn(GetRecordsResponse page, Instant fetchedAt) throws IOException, InterruptedException {
            if (!page.records().isEmpty()) {
                caughtUp = false;
                lag = ShardLag.duringPage(page, fetchedAt);
                destination.take(page.records());
                lastBusyAt = now();
                if (stopped) {
                    // Perhaps before the last of the page, so where we are is not after it.
                    return false;
                }
            }
            lag = ShardLag.afterPage(page);
            boolean goesOn = reader.advance(page, fetchedAt);
            if (!goesOn) {
                reachedEnd = true;
                return false;
            }
            caughtUp = reader.isCaughtUp();
            if (!caughtUp) {
                lastBusyAt = now();
            }
            return !(ending instanceof Ending.WhenCaughtUp && lag.equals(new ShardLag.Told(Duration.ZERO)));
        }

        /** Waits in slices, so that a stop is obeyed soon. */
        private void awaitTurn() throws InterruptedException {
            while (!stopped && reader.nextFetchAt().isAfter(now())) {
                var left = Duration.between(now(), reader.nextFetchAt());
                shell.sleeper().sleep(left.compareTo(WAIT_SLICE) < 0 ? left : WAIT_SLICE);
            }
        }
    }
}

package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/**
 * Follows a stream through splits and merges: ask each shard whose turn it is, write what came, wait for the next turn.
 *
 * <p>One thread owns all state; only the calls themselves run side by side, and their answers are taken in one after the
 * other. So records of one shard, and of one partition key across shards, are written in their order.
 */
final class StreamTail {
    // An answer may have 10 MiB, so this bounds memory as well as connections.
    private static final int CALLS_AT_ONCE_MAX_COUNT = 4;
    private static final int RECORDS_MAX_COUNT = 10_000;

    /**
     * What to follow and when to end.
     *
     * @param onlyShard the one shard to read; all if absent
     * @param recordsMaxCount to end after so many records
     * @param untilIdle to end when for so long there was nothing to read
     */
    record Request(
            String stream,
            StartingPoint start,
            Optional<String> onlyShard,
            OptionalLong recordsMaxCount,
            Optional<Duration> untilIdle) {}

    private final Request request;
    private final KinesisClient kinesis;
    private final KinesisStreams streams;
    private final PassingTrouble trouble;
    private final Patience patience;
    private final RecordWriter writer;
    private final StatusLine status;
    private final Shell shell;
    private final ShardPlan plan = new ShardPlan();
    private final Map<String, ShardReader> readers = new TreeMap<>();
    private long recordsLeft;
    private Instant lastBusyAt;

    StreamTail(
            Request request,
            KinesisClient kinesis,
            Endpoint endpoint,
            RecordWriter writer,
            StatusLine status,
            Shell shell) {
        this.request = request;
        this.kinesis = kinesis;
        this.streams = new KinesisStreams(kinesis, endpoint, shell);
        this.trouble = new PassingTrouble(endpoint, status, shell.clock());
        this.patience = new Patience(trouble, shell);
        this.writer = writer;
        this.status = status;
        this.shell = shell;
        this.recordsLeft = request.recordsMaxCount().orElse(Long.MAX_VALUE);
        this.lastBusyAt = now();
    }

    /**
     * Returns when one of the request's ends is reached, or the last shard has been read to its end.
     *
     * @throws CommandFailure if there is no such stream or shard, or not any more
     */
    void run() throws IOException, InterruptedException {
        streams.awaitActive(request.stream());
        planFirstShards();
        beginReadyShards(request.start());
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            while (true) {
                beginReadyShards(request.start().ofLaterShards());
                if (plan.isFinished()) {
                    status.say("All shards have been read to their end.");
                    return;
                }
                readDueShards(calls);
                if (recordsLeft == 0 || isIdle()) {
                    return;
                }
                awaitNextTurn();
            }
        }
    }

    private void planFirstShards() {
        if (request.onlyShard().isPresent()) {
            var only = streams.shard(request.stream(), request.onlyShard().get());
            plan.add(only.shardId(), List.of());
            return;
        }
        for (var shard : streams.shards(request.stream())) {
            plan.add(shard.shardId(), ShardFamily.parents(shard));
            if (request.start() instanceof StartingPoint.Latest && !ShardFamily.isOpen(shard)) {
                plan.finish(shard.shardId());
            }
        }
    }

    private void beginReadyShards(StartingPoint start) {
        for (var shardId : plan.begin()) {
            readers.put(shardId, new ShardReader(shardId, start, new Patience(trouble, shell), now()));
        }
    }

    private void readDueShards(ExecutorService calls) throws IOException, InterruptedException {
        var now = now();
        var due = readers.values().stream()
                .filter(reader -> !reader.nextFetchAt().isAfter(now))
                .toList();
        for (int from = 0; from < due.size() && recordsLeft > 0; from += CALLS_AT_ONCE_MAX_COUNT) {
            readAtOnce(due.subList(from, Math.min(from + CALLS_AT_ONCE_MAX_COUNT, due.size())), calls);
            writer.flush();
        }
    }

    private void readAtOnce(List<ShardReader> due, ExecutorService calls) throws IOException, InterruptedException {
        var now = now();
        int recordsMaxCount = (int) Math.min(recordsLeft, RECORDS_MAX_COUNT);
        var fetches = new ArrayList<Callable<ShardReader.Fetched>>();
        for (var reader : due) {
            fetches.add(() -> reader.fetch(kinesis, request.stream(), recordsMaxCount, now));
        }
        var fetched = calls.invokeAll(fetches);
        for (int i = 0; i < due.size(); i++) {
            takeIn(due.get(i), result(fetched.get(i)), now);
        }
    }

    private static ShardReader.Fetched result(Future<ShardReader.Fetched> fetched) throws InterruptedException {
        try {
            return fetched.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private void takeIn(ShardReader reader, ShardReader.Fetched fetched, Instant fetchedAt)
            throws IOException, InterruptedException {
        switch (fetched) {
            case ShardReader.Fetched.Page(var page) -> takeIn(reader, page, fetchedAt);
            case ShardReader.Fetched.Postponed(var reason) -> postpone(reader, reason);
            case ShardReader.Fetched.Gone _ -> {
                if (patience.call(() -> streams.find(request.stream())).isEmpty()) {
                    throw new CommandFailure("Stream " + request.stream() + " was deleted.");
                }
                finish(reader, List.of());
            }
        }
    }

    private void takeIn(ShardReader reader, GetRecordsResponse page, Instant fetchedAt)
            throws IOException, InterruptedException {
        for (var record : page.records()) {
            if (recordsLeft == 0) {
                return;
            }
            writer.write(reader.shardId(), record);
            recordsLeft--;
        }
        boolean goesOn = reader.advance(page, fetchedAt);
        if (!reader.isCaughtUp()) {
            lastBusyAt = now();
        }
        if (!goesOn) {
            finish(reader, page.childShards());
        }
    }

    private void finish(ShardReader reader, List<ChildShard> children) throws InterruptedException {
        lastBusyAt = now();
        readers.remove(reader.shardId());
        if (request.onlyShard().isEmpty()) {
            if (namesAll(children)) {
                children.forEach(child -> plan.add(child.shardId(), child.parentShards()));
            } else {
                patience.call(() -> streams.shards(request.stream()))
                        .forEach(shard -> plan.add(shard.shardId(), ShardFamily.parents(shard)));
            }
        }
        plan.finish(reader.shardId());
    }

    /**
     * Whether these children are all there is to know. An older server does not name them with the last page, and the
     * other parent of a merged one may itself be a child that we have not come to.
     */
    private boolean namesAll(List<ChildShard> children) {
        return !children.isEmpty()
                && children.stream()
                        .flatMap(child -> child.parentShards().stream())
                        .allMatch(plan::knows);
    }

    private void postpone(ShardReader reader, SdkException reason) {
        lastBusyAt = now();
        reader.postpone(reason, now(), shell.random());
    }

    private boolean isIdle() {
        return request.untilIdle()
                .filter(_ -> !plan.hasWaiting() && readers.values().stream().allMatch(ShardReader::isCaughtUp))
                .filter(limit -> Duration.between(lastBusyAt, now()).compareTo(limit) >= 0)
                .isPresent();
    }

    private void awaitNextTurn() throws InterruptedException {
        var next = readers.values().stream().map(ShardReader::nextFetchAt).min(Comparator.naturalOrder());
        if (next.isPresent() && next.get().isAfter(now())) {
            shell.sleeper().sleep(Duration.between(now(), next.get()));
        }
    }

    private Instant now() {
        return shell.clock().instant();
    }
}

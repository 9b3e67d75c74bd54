package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.conformance.Kinesis.Put;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/**
 * A server killed with SIGKILL at random moments, under load, again and again on the same data directory. After each restart
 * every acknowledged record is there exactly once, in order and with its sequence number; unacknowledged ones are there whole
 * and once, or not at all; and what was being created, changed or deleted comes to its end. Of a deleted stream nothing ever
 * comes back, not even into a new stream of its name.
 *
 * <p>{@code -Dmillrace.crash.kills=N} sets how often, {@code -Dseed=N} repeats the choices of a run, though not its timing.
 */
class CrashTest {
    private static final int KILLS = Integer.getInteger("millrace.crash.kills", 12);
    private static final long SEED = Long.getLong("seed", 20_301);
    private static final int WRITERS = 6;
    private static final int BATCH_MAX_RECORDS = 40;
    private static final int LOAD_MIN_MILLIS = 150;
    private static final int LOAD_MAX_MILLIS = 1_200;
    private static final long ASK_AGAIN_NANOS = 20_000_000;
    private static final int END_STATE_WAIT_MAX_SECONDS = 30;
    private static final int STOPPED = 0;
    private static final int STOPPED_BY_SIGTERM = 143;
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Ledger> ledgers = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    /** Streams whose deletion nobody answered: they are there with all their records, or gone for good. */
    private final Map<String, Ledger> doubtful = new HashMap<>();
    /** Of the streams deleted in the last life, those that had records. */
    private final List<String> deletedWithRecords = new ArrayList<>();

    private int madeAgainCount;
    /** Positions noted in earlier lives of the server, and what has to follow them. */
    private final List<Bookmark> bookmarks = new ArrayList<>();

    private record Bookmark(String stream, String shardId, String iterator, String sequenceNumber, List<String> rest) {}

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES) // it lasts as long as the kills that were asked for
    void keepsWhatItAcknowledgedAndInventsNothing(@TempDir Path directory) throws Exception {
        var log = directory.resolve("server.log");
        var data = directory.resolve("data");
        var streams = List.of("crash-one", "crash-two", "crash-three");
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            var kinesis = new Kinesis(client);
            for (var stream : streams) {
                client.createStream(request -> request.streamName(stream).shardCount(2));
                ledgers.put(stream, new Ledger());
            }
            streams.forEach(kinesis::awaitActive);
            server.kill();
        }

        for (int kill = 1; kill <= KILLS; kill++) {
            try (var server = ServerProcess.start(data, log);
                    var client = server.connect()) {
                verify(new Kinesis(client));
                loadUntil(server::kill, client, streams, "crash-" + kill);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("after kill " + (kill - 1) + " of a run with seed " + SEED, e);
            }
        }

        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            verify(new Kinesis(client));
            assertThat(ledgers.values().stream()
                            .mapToInt(Ledger::acknowledgedCount)
                            .sum())
                    .as("records acknowledged in all")
                    .isGreaterThan(KILLS * 100);
            assertThat(madeAgainCount)
                    .as("streams deleted with their records and made again")
                    .isPositive();
            loadUntil(() -> assertThat(server.stop()).isIn(STOPPED, STOPPED_BY_SIGTERM), client, streams, "stop");
        }
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            verify(new Kinesis(client));
        }
    }

    private interface End {
        void come() throws InterruptedException;
    }

    /** Writers and an operator at work until the server ends under their hands. */
    private void loadUntil(End end, KinesisClient client, List<String> streams, String name)
            throws InterruptedException, ExecutionException {
        var operator = new Operator(client, name, random.split());
        operator.createWithRecords();
        var ending = new CountDownLatch(1);
        var work = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int index = 0; index < WRITERS; index++) {
                var stream = streams.get(index % streams.size());
                var writer = new Writer(client, stream, random.split(), ledgers.get(stream));
                work.add(threads.submit(() -> repeatUntilTheEnd(ending, writer::writeBatch)));
            }
            work.add(threads.submit(() -> repeatUntilTheEnd(ending, () -> operator.changeSomething(streams))));

            // Nothing happens in this time but the work: the latch is still shut.
            assertThat(ending.await(random.nextInt(LOAD_MIN_MILLIS, LOAD_MAX_MILLIS), TimeUnit.MILLISECONDS))
                    .isFalse();
            ending.countDown();
            end.come();
            for (var task : work) {
                task.get();
            }
            operator.remember();
        }
    }

    /** A refusal by the service is an answer like any other; no answer is the end. */
    private static void repeatUntilTheEnd(CountDownLatch ending, Runnable step) {
        while (true) {
            try {
                step.run();
            } catch (KinesisException refused) {
                boolean fault = refused.statusCode() >= 500;
                if (fault && ending.getCount() > 0) {
                    throw refused;
                }
                if (fault) {
                    return;
                }
            } catch (SdkException unanswered) {
                if (ending.getCount() == 0) {
                    return;
                }
                throw new AssertionError("the server gave no answer although nobody had ended it", unanswered);
            }
        }
    }

    /** Sends one batch after another, so that what it sent first must come first. */
    private static final class Writer {
        private final KinesisClient client;
        private final String stream;
        private final SplittableRandom choices;
        private final Ledger ledger;
        private final Map<String, BigInteger> lastByShard = new HashMap<>();

        Writer(KinesisClient client, String stream, SplittableRandom choices, Ledger ledger) {
            this.client = client;
            this.stream = stream;
            this.choices = choices;
            this.ledger = ledger;
        }

        void writeBatch() {
            var entries = new ArrayList<PutRecordsRequestEntry>();
            for (int count = choices.nextInt(1, BATCH_MAX_RECORDS); count > 0; count--) {
                entries.add(PutRecordsRequestEntry.builder()
                        .data(ledger.newData(choices))
                        .partitionKey("key-" + choices.nextInt(1_000))
                        .build());
            }
            var reply = client.putRecords(request -> request.streamName(stream).records(entries));
            for (int index = 0; index < entries.size(); index++) {
                var result = reply.records().get(index);
                if (result.errorCode() == null) {
                    var number = new BigInteger(result.sequenceNumber());
                    var before = lastByShard.put(result.shardId(), number);
                    assertThat(before == null || before.compareTo(number) < 0)
                            .as("%s after %s", number, before)
                            .isTrue();
                    ledger.acknowledge(entries.get(index).data(), new Put(result.shardId(), result.sequenceNumber()));
                }
            }
        }
    }

    /** Creates, fills, deletes, splits and merges, and notes down what it was promised. */
    private final class Operator {
        private final KinesisClient client;
        private final String prefix;
        private final SplittableRandom choices;
        private final SequencedMap<String, Ledger> created = new LinkedHashMap<>();
        private final Map<String, Ledger> beingDeleted = new HashMap<>();
        private final Map<String, Ledger> gone = new HashMap<>();
        private int count;

        Operator(KinesisClient client, String prefix, SplittableRandom choices) {
            this.client = client;
            this.prefix = prefix;
            this.choices = choices;
        }

        void changeSomething(List<String> streams) {
            var stream = streams.get(choices.nextInt(streams.size()));
            switch (choices.nextInt(6)) {
                case 0 -> create();
                case 1 -> delete();
                case 2 -> fill();
                case 3 -> split(stream);
                case 4 -> scale(stream);
                default -> merge(stream);
            }
        }

        /** A first stream that can be filled and deleted, before anybody ends the server. */
        void createWithRecords() {
            create();
            new Kinesis(client).awaitActive(created.firstEntry().getKey());
            fill();
        }

        private void create() {
            var name = prefix + "-" + count++;
            client.createStream(request -> request.streamName(name).shardCount(1));
            created.put(name, new Ledger());
        }

        /** Puts into the oldest, which is the first to be ACTIVE. */
        private void fill() {
            if (!created.isEmpty()) {
                var oldest = created.firstEntry();
                new Writer(client, oldest.getKey(), choices, oldest.getValue()).writeBatch();
            }
        }

        private void delete() {
            if (!created.isEmpty()) {
                var stream = choices.nextBoolean() ? created.pollFirstEntry() : created.pollLastEntry();
                // From here on nobody knows whether it is there, until the deletion is acknowledged.
                beingDeleted.put(stream.getKey(), stream.getValue());
                client.deleteStream(request -> request.streamName(stream.getKey()));
                gone.put(stream.getKey(), stream.getValue());
                beingDeleted.remove(stream.getKey());
            }
        }

        private void split(String stream) {
            var open = openShards(stream);
            if (open.size() < 6) {
                var shard = open.get(choices.nextInt(open.size()));
                var start = new BigInteger(shard.hashKeyRange().startingHashKey());
                var end = new BigInteger(shard.hashKeyRange().endingHashKey());
                client.splitShard(request -> request.streamName(stream)
                        .shardToSplit(shard.shardId())
                        .newStartingHashKey(start.add(end).shiftRight(1).toString()));
            }
        }

        private void merge(String stream) {
            var open = openShards(stream);
            if (open.size() > 2) {
                int left = choices.nextInt(open.size() - 1);
                client.mergeShards(request -> request.streamName(stream)
                        .shardToMerge(open.get(left).shardId())
                        .adjacentShardToMerge(open.get(left + 1).shardId()));
            }
        }

        /** Most of these take several generations of shards. */
        private void scale(String stream) {
            int target = choices.nextInt(1, 7);
            client.updateShardCount(request ->
                    request.streamName(stream).targetShardCount(target).scalingType(ScalingType.UNIFORM_SCALING));
        }

        private List<Shard> openShards(String stream) {
            return sortedByRange(client.listShards(request ->
                            request.streamName(stream).shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST)))
                    .shards());
        }

        /** What has to be true after the restart, and ever after. */
        void remember() {
            ledgers.putAll(created);
            doubtful.putAll(beingDeleted);
            deleted.addAll(gone.keySet());
            gone.forEach((name, ledger) -> {
                if (ledger.acknowledgedCount() > 0) {
                    deletedWithRecords.add(name);
                }
            });
        }
    }

    private void verify(Kinesis kinesis) {
        awaitEndStates(kinesis);
        makeOneAgain(kinesis);
        for (var bookmark : bookmarks) {
            verifyBookmark(kinesis, bookmark);
        }
        bookmarks.clear();
        ledgers.forEach((stream, ledger) -> {
            var shards = kinesis.shards(stream);
            assertTiling(shards.stream()
                    .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                    .toList());
            var records = new HashMap<String, List<Record>>();
            for (var shard : shards) {
                var reading = kinesis.read(stream, shard.shardId());
                boolean closed = shard.sequenceNumberRange().endingSequenceNumber() != null;
                assertThat(reading.next().isEmpty()).as("the end of %s", shard).isEqualTo(closed);
                assertThat(reading.children().isEmpty())
                        .as("the children of %s", shard)
                        .isNotEqualTo(closed);
                records.put(shard.shardId(), reading.records());
            }
            ledger.assertKept(records);
            note(kinesis, stream, records);
        });
    }

    private void awaitEndStates(Kinesis kinesis) {
        for (var stream : ledgers.keySet()) {
            awaitState(kinesis, stream, Optional.of(StreamStatus.ACTIVE));
        }
        for (var stream : deleted) {
            awaitState(kinesis, stream, Optional.empty());
        }
        for (var page : kinesis.client().listStreamsPaginator()) {
            for (var stream : page.streamSummaries()) {
                if (!ledgers.containsKey(stream.streamName())) {
                    // Its creation or deletion was never acknowledged: either may have happened, but wholly.
                    awaitWholeOrGone(kinesis, stream);
                }
            }
        }
        // What was listed has been looked after; the others are gone, and have to stay so.
        deleted.addAll(doubtful.keySet());
        doubtful.clear();
    }

    private void awaitWholeOrGone(Kinesis kinesis, StreamSummary stream) {
        var name = stream.streamName();
        if (stream.streamStatus() == StreamStatus.DELETING) {
            awaitState(kinesis, name, Optional.empty());
        } else {
            awaitState(kinesis, name, Optional.of(StreamStatus.ACTIVE));
            var ledger = doubtful.remove(name);
            if (ledger != null) {
                ledgers.put(name, ledger);
            }
        }
    }

    /** A new stream by the name of one that was deleted with its records; verified from now on as one without any. */
    private void makeOneAgain(Kinesis kinesis) {
        if (!deletedWithRecords.isEmpty()) {
            var name = deletedWithRecords.getFirst();
            kinesis.client().createStream(request -> request.streamName(name).shardCount(1));
            awaitState(kinesis, name, Optional.of(StreamStatus.ACTIVE));
            deleted.remove(name);
            ledgers.put(name, new Ledger());
            deletedWithRecords.clear();
            madeAgainCount++;
        }
    }

    private static void awaitState(Kinesis kinesis, String stream, Optional<StreamStatus> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_STATE_WAIT_MAX_SECONDS);
        while (!state(kinesis, stream).equals(wanted)) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s stays %s and does not become %s", stream, state(kinesis, stream), wanted)
                    .isNegative();
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
        }
    }

    private static Optional<StreamStatus> state(Kinesis kinesis, String stream) {
        try {
            return Optional.of(kinesis.client()
                    .describeStreamSummary(request -> request.streamName(stream))
                    .streamDescriptionSummary()
                    .streamStatus());
        } catch (ResourceNotFoundException _) {
            return Optional.empty();
        }
    }

    /** Remembers an iterator in the middle of a shard, to be used in the server's next life. */
    private void note(Kinesis kinesis, String stream, Map<String, List<Record>> records) {
        records.forEach((shardId, found) -> {
            if (!found.isEmpty()) {
                int index = random.nextInt(found.size());
                var number = found.get(index).sequenceNumber();
                var iterator = kinesis.iterator(
                        stream,
                        shardId,
                        request -> request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                                .startingSequenceNumber(number));
                bookmarks.add(new Bookmark(
                        stream,
                        shardId,
                        iterator,
                        number,
                        found.subList(index + 1, found.size()).stream()
                                .map(Record::sequenceNumber)
                                .toList()));
            }
        });
    }

    private static void verifyBookmark(Kinesis kinesis, Bookmark bookmark) {
        var byIterator = numbers(kinesis.read(bookmark.iterator()));
        var byNumber = numbers(kinesis.read(kinesis.iterator(
                bookmark.stream(),
                bookmark.shardId(),
                request -> request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .startingSequenceNumber(bookmark.sequenceNumber()))));
        assertThat(byIterator)
                .as("what follows an iterator of before, in %s of %s", bookmark.shardId(), bookmark.stream())
                .isEqualTo(byNumber);
        assertThat(byIterator.subList(
                        0, Math.min(byIterator.size(), bookmark.rest().size())))
                .isEqualTo(bookmark.rest());
    }

    private static List<String> numbers(Kinesis.Reading reading) {
        return reading.records().stream().map(Record::sequenceNumber).toList();
    }

    private static void assertTiling(List<Shard> open) {
        var next = BigInteger.ZERO;
        for (var shard : sortedByRange(open)) {
            assertThat(shard.hashKeyRange().startingHashKey())
                    .as("a hole or an overlap in %s", open)
                    .isEqualTo(next.toString());
            next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
        }
        assertThat(next).as("the end of %s", open).isEqualTo(HASH_KEYS);
    }

    private static List<Shard> sortedByRange(List<Shard> shards) {
        return shards.stream()
                .sorted(Comparator.comparing(
                        shard -> new BigInteger(shard.hashKeyRange().startingHashKey())))
                .toList();
    }
}

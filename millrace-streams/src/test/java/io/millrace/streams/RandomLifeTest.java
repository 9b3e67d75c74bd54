package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.GetRecordsPage;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.Service.Entry;
import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;

/** A stream lives a random life of puts, splits, merges, scaling, restarts and passing time, and is compared with a naive model. */
class RandomLifeTest {
    private static final int STEPS = 60;

    @TempDir
    Path directory;

    /** A record as it was acknowledged. */
    private record Acknowledged(String shardId, BigInteger number, String key, String data) {}

    @Test
    void givesBackEveryAcknowledgedRecordOnceAndInOrder() {
        Seeds.forEach(15, random -> {
            try (var service = Service.in(Files.createTempDirectory(directory, "life"))) {
                service.create("orders", random.nextInt(1, 5));
                var acknowledged = new ArrayList<Acknowledged>();
                var instants = new ArrayList<Instant>();
                for (int step = 0; step < STEPS; step++) {
                    live(service, acknowledged, random);
                    instants.add(service.clock.instant());
                }
                service.settle();
                assertEachShardHoldsWhatItAcknowledged(service, acknowledged);
                assertFollowingTheChildrenKeepsTheOrderOfEachKey(service, acknowledged);
                instants.forEach(instant -> assertOneCoverAt(service, instant));
            }
        });
    }

    private static void live(Service service, List<Acknowledged> acknowledged, SplittableRandom random) {
        switch (random.nextInt(10)) {
            case 0 -> split(service, random);
            case 1 -> merge(service, random);
            case 2 -> scale(service, random);
            case 3 -> service.restart();
            case 4 -> service.settle();
            case 5 -> service.streams.reconcile();
            case 6 -> service.clock.advance(Duration.ofMillis(random.nextInt(3_000)));
            default -> put(service, acknowledged, random);
        }
    }

    private static void put(Service service, List<Acknowledged> acknowledged, SplittableRandom random) {
        var entries = new ArrayList<Entry>();
        for (int i = random.nextInt(1, 10); i > 0; i--) {
            entries.add(new Entry("key-" + random.nextInt(12), null, "data-" + random.nextInt()));
        }
        var outcome = service.put("orders", entries);
        for (int i = 0; i < entries.size(); i++) {
            var stored = (Stored) outcome.records().get(i);
            acknowledged.add(new Acknowledged(
                    stored.shardId(),
                    new BigInteger(stored.sequenceNumber()),
                    entries.get(i).partitionKey(),
                    entries.get(i).data()));
        }
    }

    private static void split(Service service, SplittableRandom random) {
        service.settle();
        var open = open(service);
        var shard = open.get(random.nextInt(open.size()));
        var middle = start(shard).add(end(shard)).shiftRight(1);
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(shard.shardId())
                        .newStartingHashKey(middle.toString())
                        .build());
    }

    private static void merge(Service service, SplittableRandom random) {
        service.settle();
        var open = open(service);
        if (open.size() < 2) {
            return;
        }
        int at = random.nextInt(open.size() - 1);
        service.streams.mergeShards(
                Service.CALLER,
                MergeShardsRequest.builder()
                        .streamName("orders")
                        .shardToMerge(open.get(at).shardId())
                        .adjacentShardToMerge(open.get(at + 1).shardId())
                        .build());
    }

    private static void scale(Service service, SplittableRandom random) {
        service.settle();
        service.streams.updateShardCount(
                Service.CALLER,
                UpdateShardCountRequest.builder()
                        .streamName("orders")
                        .targetShardCount(random.nextInt(1, 10))
                        .scalingType(ScalingType.UNIFORM_SCALING)
                        .build());
    }

    private static void assertEachShardHoldsWhatItAcknowledged(Service service, List<Acknowledged> acknowledged) {
        var expected = new HashMap<String, List<Acknowledged>>();
        acknowledged.forEach(record -> expected.computeIfAbsent(record.shardId(), _ -> new ArrayList<>())
                .add(record));
        for (var shard : service.shards("orders")) {
            assertThat(read(service, shard.shardId()))
                    .containsExactlyElementsOf(expected.getOrDefault(shard.shardId(), List.of()));
            var range = shard.sequenceNumberRange();
            for (var record : expected.getOrDefault(shard.shardId(), List.of())) {
                assertThat(record.number()).isGreaterThan(new BigInteger(range.startingSequenceNumber()));
                if (range.endingSequenceNumber() != null) {
                    assertThat(record.number()).isLessThan(new BigInteger(range.endingSequenceNumber()));
                }
            }
        }
    }

    /** As a consumer does it: a shard only after its parents. Indexes grow from parents to children. */
    private static void assertFollowingTheChildrenKeepsTheOrderOfEachKey(
            Service service, List<Acknowledged> acknowledged) {
        Map<String, List<String>> seen = new HashMap<>();
        for (var shard : service.shards("orders")) {
            for (var record : read(service, shard.shardId())) {
                seen.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record.data());
            }
        }
        Map<String, List<String>> expected = new HashMap<>();
        acknowledged.forEach(record ->
                expected.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record.data()));
        assertThat(seen).isEqualTo(expected);
    }

    private static List<Acknowledged> read(Service service, String shardId) {
        var records = new ArrayList<Acknowledged>();
        var iterator = service.iterator("orders", shardId, ShardIteratorType.TRIM_HORIZON);
        GetRecordsPage page;
        do {
            page = service.read(iterator);
            page.records()
                    .forEach(record -> records.add(new Acknowledged(
                            shardId,
                            new BigInteger(record.sequenceNumber()),
                            Service.text(record.partitionKeyUtf8()),
                            Service.text(record.data()))));
            iterator = page.nextShardIterator();
        } while (iterator != null && !page.records().isEmpty());
        assertThat(page.nextShardIterator() == null)
                .isEqualTo(!page.childShards().isEmpty());
        return records;
    }

    private static void assertOneCoverAt(Service service, Instant instant) {
        var cover = list(
                service,
                ShardFilter.builder().type(ShardFilterType.AT_TIMESTAMP).timestamp(instant));
        Covers.assertComplete(cover.stream().map(Shard::hashKeyRange).toList());
    }

    private static List<Shard> open(Service service) {
        return list(service, ShardFilter.builder().type(ShardFilterType.AT_LATEST)).stream()
                .sorted((one, other) -> start(one).compareTo(start(other)))
                .toList();
    }

    private static List<Shard> list(Service service, ShardFilter.Builder filter) {
        return service.streams
                .listShards(
                        Service.CALLER,
                        ListShardsRequest.builder()
                                .streamName("orders")
                                .shardFilter(filter.build())
                                .build())
                .shards();
    }

    private static BigInteger start(Shard shard) {
        return new BigInteger(range(shard).startingHashKey());
    }

    private static BigInteger end(Shard shard) {
        return new BigInteger(range(shard).endingHashKey());
    }

    private static HashKeyRange range(Shard shard) {
        return shard.hashKeyRange();
    }
}

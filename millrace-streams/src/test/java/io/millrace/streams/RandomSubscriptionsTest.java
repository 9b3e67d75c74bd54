package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ResourceInUseException;
import io.millrace.model.ShardEvent;
import io.millrace.streams.Service.Entry;
import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/**
 * Consumers follow a stream that is put to and resharded at random. They read quickly and slowly, hang up and come back,
 * are taken over by themselves, and lose the server; each must get every record of every shard once and in order.
 */
class RandomSubscriptionsTest {
    private static final String STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final int STEPS = 120;

    @TempDir
    Path directory;

    @Test
    void eachConsumerGetsEveryRecordOnceAndInOrder() {
        Seeds.forEach(12, random -> {
            try (var service = Service.in(Files.createTempDirectory(directory, "life"))) {
                service.create("orders", random.nextInt(1, 4));
                var world = new World(service, random);
                for (int step = 0; step < STEPS; step++) {
                    world.step();
                }
                world.finish();
            }
        });
    }

    /** The stream, what was acknowledged of it, and the consumers. */
    private static final class World {
        private final Service service;
        private final SplittableRandom random;
        private final Map<String, List<String>> acknowledged = new HashMap<>();
        private final List<Application> applications = new ArrayList<>();

        World(Service service, SplittableRandom random) {
            this.service = service;
            this.random = random;
            for (int i = 0; i < 3; i++) {
                applications.add(new Application(service, "consumer-" + i));
            }
        }

        void step() {
            switch (random.nextInt(16)) {
                case 0 -> reshard();
                case 1 -> service.settle();
                case 2 -> {
                    service.restart();
                    applications.forEach(Application::reconnect);
                }
                case 3 -> {
                    service.clock.advance(Duration.ofMillis(random.nextInt(5_000)));
                    service.streams.tick();
                }
                case 4 -> anyReader().takeOver();
                case 5 -> anyReader().reconnect();
                case 6, 7, 8, 9 -> put();
                default -> anyReader().readIfThere();
            }
        }

        private Reader anyReader() {
            var application = applications.get(random.nextInt(applications.size()));
            var names = application.readers.keySet().stream().sorted().toList();
            return application.readers.get(names.get(random.nextInt(names.size())));
        }

        private void put() {
            var entries = new ArrayList<Entry>();
            for (int i = random.nextInt(1, 10); i > 0; i--) {
                entries.add(new Entry("key-" + random.nextInt(12), null, "data-" + random.nextInt()));
            }
            var outcome = service.put("orders", entries);
            for (int i = 0; i < entries.size(); i++) {
                var stored = (io.millrace.model.PutRecordsOutcome.Stored)
                        outcome.records().get(i);
                acknowledged
                        .computeIfAbsent(stored.shardId(), _ -> new ArrayList<>())
                        .add(entries.get(i).data());
            }
        }

        private void reshard() {
            service.settle();
            var open = service.shards("orders").stream()
                    .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                    .sorted((one, other) -> start(one).compareTo(start(other)))
                    .toList();
            int at = random.nextInt(open.size());
            if (at + 1 < open.size() && random.nextBoolean()) {
                service.streams.mergeShards(
                        Service.CALLER,
                        MergeShardsRequest.builder()
                                .streamName("orders")
                                .shardToMerge(open.get(at).shardId())
                                .adjacentShardToMerge(open.get(at + 1).shardId())
                                .build());
                return;
            }
            var end = new BigInteger(open.get(at).hashKeyRange().endingHashKey());
            service.streams.splitShard(
                    Service.CALLER,
                    SplitShardRequest.builder()
                            .streamName("orders")
                            .shardToSplit(open.get(at).shardId())
                            .newStartingHashKey(
                                    start(open.get(at)).add(end).shiftRight(1).toString())
                            .build());
        }

        private static BigInteger start(Shard shard) {
            return new BigInteger(shard.hashKeyRange().startingHashKey());
        }

        void finish() {
            service.settle();
            for (var application : applications) {
                application.finish(acknowledged);
            }
        }
    }

    /** One consumer, which reads a shard when it has read all of the shard's parents. */
    private static final class Application {
        private final Service service;
        private final String arn;
        private final Map<String, Reader> readers = new HashMap<>();
        private final Set<String> ended = new HashSet<>();

        Application(Service service, String name) {
            this.service = service;
            arn = service.streams
                    .registerStreamConsumer(
                            Service.CALLER,
                            RegisterStreamConsumerRequest.builder()
                                    .streamARN(STREAM)
                                    .consumerName(name)
                                    .build())
                    .consumer()
                    .consumerARN();
            service.settle();
            service.shards("orders").forEach(shard -> begin(shard.shardId()));
        }

        private void begin(String shard) {
            assertThat(readers).as("the same child twice").doesNotContainKey(shard);
            readers.put(shard, new Reader(this, shard));
        }

        void endOf(String shard, List<ChildShard> children) {
            assertThat(ended.add(shard)).as("ends once").isTrue();
            for (var child : children) {
                assertThat(child.parentShards()).contains(shard);
                if (ended.containsAll(child.parentShards())) {
                    begin(child.shardId());
                }
            }
        }

        void reconnect() {
            readers.values().forEach(Reader::reconnect);
        }

        void finish(Map<String, List<String>> acknowledged) {
            for (boolean more = true; more; ) {
                more = false;
                for (var reader : List.copyOf(readers.values())) {
                    more |= reader.finish(acknowledged.getOrDefault(reader.shard, List.of()));
                }
            }
            assertThat(readers.keySet())
                    .containsExactlyInAnyOrderElementsOf(service.shards("orders").stream()
                            .map(Shard::shardId)
                            .toList());
        }
    }

    /** One shard's reader, wherever it is just connected. */
    private static final class Reader {
        private final Application application;
        private final String shard;
        private final List<String> seen = new ArrayList<>();
        private BigInteger last = BigInteger.ZERO;
        private String continuation;
        private boolean ended;
        private Subscriber subscriber;

        Reader(Application application, String shard) {
            this.application = application;
            this.shard = shard;
            subscribe();
        }

        private void subscribe() {
            var place = continuation == null
                    ? StartingPosition.builder().type("TRIM_HORIZON")
                    : StartingPosition.builder().type("AFTER_SEQUENCE_NUMBER").sequenceNumber(continuation);
            subscriber = new Subscriber(application.service.streams.subscribeToShard(
                    Service.CALLER,
                    SubscribeToShardRequest.builder()
                            .consumerARN(application.arn)
                            .shardId(shard)
                            .startingPosition(place.build())
                            .build()));
        }

        /** Hangs up, with what was asked for under way, and comes back. */
        void reconnect() {
            if (!ended) {
                subscriber.close();
                subscribe();
            }
        }

        void takeOver() {
            if (ended) {
                return;
            }
            application.service.clock.advance(Duration.ofSeconds(5));
            var older = subscriber;
            older.ask();
            subscribe();
            // What was on its way already may come, and the end of the shard with it; else it is broken off.
            boolean cameToTheEnd = false;
            try {
                for (var event = older.next(); event.isPresent(); event = older.next()) {
                    cameToTheEnd = !event.get().childShards().isEmpty();
                }
                assertThat(cameToTheEnd).as("ends as the shard does").isTrue();
            } catch (ResourceInUseException _) {
                assertThat(cameToTheEnd).as("is broken off before its end").isFalse();
            }
        }

        void readIfThere() {
            if (!ended && !subscriber.isWaiting()) {
                subscriber.next().ifPresentOrElse(this::take, this::subscribe);
            }
        }

        private void take(ShardEvent event) {
            for (var record : event.records()) {
                var number = new BigInteger(record.sequenceNumber());
                assertThat(number).isGreaterThan(last);
                last = number;
                seen.add(Service.text(record.data()));
            }
            assertThat(event.continuationSequenceNumber() == null)
                    .isEqualTo(!event.childShards().isEmpty());
            if (event.continuationSequenceNumber() == null) {
                ended = true;
                assertThat(subscriber.next()).isEmpty();
                application.endOf(shard, event.childShards());
            } else {
                last = last.max(new BigInteger(event.continuationSequenceNumber()));
                continuation = event.continuationSequenceNumber();
            }
        }

        /** Reads all that is there; whether that led to more to read. */
        boolean finish(List<String> expected) {
            boolean closed = application.service.shards("orders").stream()
                    .anyMatch(candidate -> candidate.shardId().equals(shard)
                            && candidate.sequenceNumberRange().endingSequenceNumber() != null);
            boolean endedBefore = ended;
            while (!ended && (closed || seen.size() < expected.size())) {
                subscriber.next().ifPresentOrElse(this::take, this::subscribe);
            }
            if (!ended) {
                assertNothingElseIsThere();
            }
            assertThat(seen).isEqualTo(expected);
            return ended && !endedBefore;
        }

        private void assertNothingElseIsThere() {
            subscriber.ask();
            application.service.clock.advance(Subscription.HEARTBEAT_AFTER);
            application.service.streams.tick();
            subscriber.next().ifPresent(event -> {
                assertThat(event.records()).isEmpty();
                take(event);
            });
        }
    }
}

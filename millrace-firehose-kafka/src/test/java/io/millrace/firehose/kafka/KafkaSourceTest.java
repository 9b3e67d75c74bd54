package io.millrace.firehose.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/** Against a real broker, which the test brings along. */
@Timeout(120)
class KafkaSourceTest {
    private static final String CLUSTER = "arn:aws:kafka:us-east-1:000000000000:cluster/events/1b2c";
    private static final StreamIdentity STREAM = new StreamIdentity(
            "000000000000",
            "us-east-1",
            "orders",
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/orders",
            "1");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static KafkaBroker broker;
    private final List<KafkaSource> opened = new ArrayList<>();
    private String topic = "";

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopic(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
    }

    @Test
    void givesEachPartitionsRecordsInOrderWithTheirOrigin() throws Exception {
        put(0, "a", 1_000, "one", "two");
        put(1, "b", 2_000, "three");

        try (var first = shard(0);
                var second = shard(1)) {
            var records = readAll(first, 0, 2);
            assertThat(texts(records)).containsExactly("one", "two");
            assertThat(records.get(1).arrival()).isEqualTo(Instant.ofEpochMilli(1_000));
            assertThat(records.get(1).position().offset()).isEqualTo(1);
            assertThat(records.get(1).origin())
                    .usingRecursiveComparison()
                    .isEqualTo(new Origin.KafkaTopic(topic, 0, 1, "a".getBytes(StandardCharsets.UTF_8)));
            assertThat(texts(readAll(second, 0, 1))).containsExactly("three");
            assertThat(first.id()).isNotEqualTo(second.id());
        }
    }

    @Test
    void readsAgainFromAnyPlaceAndStopsAtTheGivenBytes() throws Exception {
        put(0, "k", 1, "0123456789", "0123456789", "0123456789", "last");

        try (var shard = shard(0)) {
            var chunk = shard.read(1, 15, PATIENCE);
            assertThat(chunk.records())
                    .extracting(each -> each.position().offset())
                    .containsExactly(1L, 2L);
            assertThat(chunk.nextOffset()).isEqualTo(3);
            assertThat(texts(shard.read(3, 15, PATIENCE).records())).containsExactly("last");
            assertThat(texts(shard.read(0, 1, PATIENCE).records())).containsExactly("0123456789");
        }
    }

    @Test
    void findsThePlaceOfATimeAndTheTailWhereThereIsNoneYet() throws Exception {
        put(0, "k", 1_000, "old");
        put(0, "k", 5_000, "new");

        try (var shard = shard(0)) {
            assertThat(shard.offsetAt(Instant.ofEpochMilli(2_000))).isEqualTo(1);
            assertThat(shard.offsetAt(Instant.ofEpochMilli(9_000))).isEqualTo(2);
        }
    }

    @Test
    void givesTombstonesAsEmptyRecords() throws Exception {
        try (var producer = producer()) {
            producer.send(new ProducerRecord<>(topic, 0, 1L, "k", (String) null))
                    .get();
        }

        try (var shard = shard(0)) {
            assertThat(readAll(shard, 0, 1).getFirst().data()).isEmpty();
        }
    }

    @Test
    void goesOnWithTheOldestRecordWhenItsPlaceIsGone() throws Exception {
        put(0, "k", 1, "a", "b", "c");
        try (var admin = admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }

        try (var shard = shard(0)) {
            var skipped = shard.read(0, 1_000, PATIENCE);
            assertThat(skipped.nextOffset()).isEqualTo(2);
            assertThat(texts(readAll(shard, skipped.nextOffset(), 1))).containsExactly("c");
        }
    }

    @Test
    void findsPartitionsThatAreAddedLater() throws Exception {
        try (var source = source(topic)) {
            assertThat(source.shards(Set.of())).hasSize(2);
            try (var admin = admin()) {
                admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                        .all()
                        .get();
            }
            while (source.shards(Set.of()).size() < 3) {
                goOnUnlessStopped();
            }
        }
    }

    @Test
    void doesNotGiveAgainWhatIsFinished() throws Exception {
        try (var source = source(topic)) {
            var ids = source.shards(Set.of()).stream().map(SourceShard::id).toList();
            assertThat(source.shards(Set.of(ids.getFirst())))
                    .extracting(SourceShard::id)
                    .containsExactly(ids.getLast());
            assertThat(source.shards(Set.copyOf(ids))).isEmpty();
        }
    }

    @Test
    void tellsATopicFromOneThatHadItsNameBefore() throws Exception {
        String before;
        try (var shard = shard(0)) {
            before = shard.id();
        }
        try (var admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }

        try (var shard = shard(0)) {
            assertThat(shard.id()).isNotEqualTo(before);
        }
    }

    @Test
    void isToldOfDeliveriesWhileItReads() throws Exception {
        put(0, "k", 1, "a", "b");

        try (var shard = shard(0)) {
            readAll(shard, 0, 2);
            var reading = new FutureTask<>(() -> shard.read(2, 1_000, PATIENCE));
            Thread.ofVirtual().start(reading);
            for (int told = 0; told < 10_000; told++) {
                shard.delivered(2);
            }
            shard.wake();
            assertThat(reading.get().records()).isEmpty();
        }
    }

    @Test
    void showsItsProgressAsAConsumerGroup() throws Exception {
        put(0, "k", 1, "a", "b");

        try (var shard = shard(0);
                var admin = admin()) {
            readAll(shard, 0, 2);
            shard.delivered(2);
            // What was noted is sent along with the readings that follow.
            var place = new TopicPartition(topic, 0);
            var noted = noted(admin).get(place);
            while (noted == null) {
                shard.read(2, 1_000, Duration.ofMillis(50));
                noted = noted(admin).get(place);
            }
            assertThat(noted.offset()).isEqualTo(2);
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> noted(Admin admin) throws Exception {
        return admin.listConsumerGroupOffsets("millrace-firehose-000000000000-us-east-1-orders")
                .partitionsToOffsetAndMetadata()
                .get();
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> source("nowhere").shards(Set.of()))
                .isInstanceOf(SourceUnavailableException.class)
                .hasMessageContaining("nowhere");
        var unknown = new KafkaSource(
                STREAM,
                MSKSourceConfiguration.builder()
                        .mskClusterARN("arn:aws:kafka:us-east-1:1:cluster/other/1")
                        .topicName(topic)
                        .build(),
                config(),
                () -> Instant.EPOCH);
        assertThatThrownBy(() -> unknown.shards(Set.of()))
                .isInstanceOf(SourceUnavailableException.class)
                .hasMessageContaining("firehose.kafka-clusters");
    }

    @Test
    void readsHundredsOfPartitionsWithOneThread() throws Exception {
        int partitions = 300;
        var wide = topic + "-wide";
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(wide, partitions, (short) 1)))
                    .all()
                    .get();
        }
        try (var producer = producer()) {
            var sent = new ArrayList<Future<?>>();
            for (int i = 0; i < partitions; i++) {
                sent.add(producer.send(new ProducerRecord<>(wide, i, 1L, "k", "value " + i)));
            }
            for (var one : sent) {
                one.get();
            }
        }
        try (var source = opened(wide)) {
            Collection<SourceShard> shards = List.of();
            while (shards.size() < partitions) {
                try {
                    shards = source.shards(Set.of());
                } catch (SourceUnavailableException _) {
                    goOnUnlessStopped();
                }
            }
            // All but the first wait at their tails for as long as it takes, and none stands in the way of another.
            var readings = new ArrayList<FutureTask<List<SourceRecord>>>();
            for (var shard : shards) {
                var reading = new FutureTask<>(() -> readAll(shard, 0, 1));
                readings.add(reading);
                Thread.ofVirtual().start(reading);
            }
            var found = new ArrayList<String>();
            for (var reading : readings) {
                found.addAll(texts(reading.get()));
            }
            assertThat(found).hasSize(partitions).doesNotHaveDuplicates();
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("firehose-kafka"))
                    .hasSize(1);
        }
    }

    @Test
    void fetchesAPartitionOnlyWhileItsReaderWaits() throws Exception {
        put(0, "k", 1, "a");
        put(1, "k", 1, "b");
        try (var source = opened(topic)) {
            var shards = List.copyOf(source.shards(Set.of()));
            var first = shards.getFirst();
            var second = shards.getLast();
            readAll(first, 0, 1);
            readAll(second, 0, 1);
            put(0, "k", 1, "c");
            // The second's wait does not bring what nobody has asked the first for; it is still there then.
            assertThat(second.read(1, 1_000, Duration.ofMillis(200)).records()).isEmpty();
            assertThat(first.read(1, 1_000, Duration.ZERO).records()).isEmpty();
            assertThat(texts(readAll(first, 1, 1))).containsExactly("c");
        }
    }

    @Test
    void endsItsWaitWhenItIsWoken() throws Exception {
        put(0, "k", 1, "a");
        try (var shard = shard(0)) {
            readAll(shard, 0, 1);
            shard.wake();

            assertThat(shard.read(1, 1_000, Duration.ofHours(1)).records()).isEmpty();
        }
    }

    private static List<SourceRecord> readAll(SourceShard shard, long from, int count) throws InterruptedException {
        var all = new ArrayList<SourceRecord>();
        long next = from;
        while (all.size() < count) {
            var chunk = shard.read(next, 1_000_000, PATIENCE);
            all.addAll(chunk.records());
            next = chunk.nextOffset();
        }
        return all;
    }

    private static List<String> texts(List<SourceRecord> records) {
        return records.stream()
                .map(each -> new String(each.data(), StandardCharsets.UTF_8))
                .toList();
    }

    @AfterEach
    void closeSources() {
        opened.forEach(KafkaSource::close);
    }

    private KafkaSource opened(String topicName) {
        var source = source(topicName);
        opened.add(source);
        return source;
    }

    /** A topic that was just made is not known at once. */
    private SourceShard shard(int partition) {
        while (true) {
            try {
                return opened(topic).shards(Set.of()).stream()
                        .filter(each -> each.id().startsWith(topic + "-" + partition + "@"))
                        .findFirst()
                        .orElseThrow();
            } catch (SourceUnavailableException _) {
                goOnUnlessStopped();
            }
        }
    }

    /** A test that takes too long is interrupted, and nothing else ends it. */
    private static void goOnUnlessStopped() {
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("not so in time");
        }
        Thread.onSpinWait();
    }

    private static KafkaSource source(String topic) {
        return new KafkaSource(
                STREAM,
                MSKSourceConfiguration.builder()
                        .mskClusterARN(CLUSTER)
                        .topicName(topic)
                        .build(),
                config(),
                () -> Instant.EPOCH);
    }

    private static KafkaSourceConfig config() {
        return new KafkaSourceConfig(Map.of("events", broker.bootstrapServers()), Map.of());
    }

    private void put(int partition, String key, long timestamp, String... values) throws Exception {
        try (var producer = producer()) {
            for (var value : values) {
                producer.send(new ProducerRecord<>(topic, partition, timestamp, key, value))
                        .get();
            }
        }
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer());
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}

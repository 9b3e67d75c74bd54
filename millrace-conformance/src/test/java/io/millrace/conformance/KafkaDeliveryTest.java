package io.millrace.conformance;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.kafka.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.Connectivity;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/** A topic of a real Kafka broker is what delivery streams read, while the server and the broker are killed with SIGKILL. */
class KafkaDeliveryTest {
    private static final String CLUSTER = "arn:aws:kafka:us-east-1:000000000000:cluster/events/1b2c-3";
    private static final int PARTITIONS = 3;
    private static final int KILLS = 4;
    private static final Duration DRAIN_MAX = Duration.ofMinutes(2);
    private static final int LOAD_MIN_MILLIS = 500;
    private static final int LOAD_MAX_MILLIS = 2_000;

    @TempDir
    private static Path folder;

    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static List<String> flags() {
        return List.of(
                "--firehose.interval-max", "200ms", "--firehose.kafka-clusters", "events=" + broker.bootstrapServers());
    }

    private static void createTopic(String name) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void create(
            FirehoseSdk firehose, String name, String topic, Consumer<MSKSourceConfiguration.Builder> more) {
        var source = MSKSourceConfiguration.builder()
                .mskClusterARN(CLUSTER)
                .topicName(topic)
                .authenticationConfiguration(it -> it.roleARN(FirehoseSdk.ROLE).connectivity(Connectivity.PRIVATE));
        more.accept(source);
        firehose.client()
                .createDeliveryStream(request -> request.deliveryStreamName(name)
                        .deliveryStreamType("MSKAsSource")
                        .mskSourceConfiguration(source.build())
                        .extendedS3DestinationConfiguration(FirehoseSdk.to(name).build()));
    }

    @Test
    @Timeout(300)
    void readsFromTheTimeThatWasAskedForOrFromNowOn(@TempDir Path directory) throws Exception {
        createTopic("timed");
        var noon = Instant.parse("2026-03-01T12:00:00Z");
        try (var server = ServerProcess.start(directory.resolve("data"), directory.resolve("server.log"), flags());
                var firehose = FirehoseSdk.connect(server.endpoint());
                var producer = producer()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (int minute = -2; minute < 2; minute++) {
                    var at = noon.plusSeconds(60L * minute).toEpochMilli();
                    producer.send(new ProducerRecord<>("timed", partition, at, "key", minute + "/" + partition + "\n"))
                            .get();
                }
            }
            create(firehose, "since-noon", "timed", source -> source.readFromTimestamp(noon));
            create(firehose, "from-now-on", "timed", _ -> {});
            var sinceNoon = new DeliveredFolder(directory.resolve("data/objects/since-noon"));
            Await.until("what there was since noon", () -> sinceNoon.lines("").size() >= 2 * PARTITIONS);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>("timed", partition, "key", "new/" + partition + "\n"))
                        .get();
            }
            var fromNowOn = new DeliveredFolder(directory.resolve("data/objects/from-now-on"));
            Await.until(
                    "what is new",
                    () -> fromNowOn.lines("").size() >= PARTITIONS
                            && sinceNoon.lines("").size() >= 3 * PARTITIONS);

            assertThat(fromNowOn.lines("")).containsExactlyInAnyOrder("new/0", "new/1", "new/2");
            assertThat(sinceNoon.lines(""))
                    .containsExactlyInAnyOrder("0/0", "0/1", "0/2", "1/0", "1/1", "1/2", "new/0", "new/1", "new/2");
            var source = firehose.client()
                    .describeDeliveryStream(request -> request.deliveryStreamName("since-noon"))
                    .deliveryStreamDescription()
                    .source()
                    .mskSourceDescription();
            assertThat(source.mskClusterARN()).isEqualTo(CLUSTER);
            assertThat(source.topicName()).isEqualTo("timed");
            assertThat(source.readFromTimestamp()).isEqualTo(noon);
        }
    }

    @Test
    @Timeout(300)
    void deliversWhatIsReadAfterAnUpdateByItHoweverOldItsTimesAre(@TempDir Path directory) throws Exception {
        createTopic("mirror");
        var data = directory.resolve("data");
        var log = directory.resolve("server.log");
        var delivered = new DeliveredFolder(data.resolve("objects/mirror"));
        try (var producer = producer()) {
            try (var server = ServerProcess.start(data, log, flags());
                    var firehose = FirehoseSdk.connect(server.endpoint())) {
                create(firehose, "mirror", "mirror", source -> source.readFromTimestamp(Instant.EPOCH));
                sendOld(producer, "before");
                Await.until("what came before", () -> delivered.lines("").size() == PARTITIONS);
                firehose.client()
                        .updateDestination(request -> request.deliveryStreamName("mirror")
                                .currentDeliveryStreamVersionId("1")
                                .destinationId("destinationId-000000000001")
                                .extendedS3DestinationUpdate(s3 -> s3.prefix("updated/")));
                sendOld(producer, "after");
                server.kill();
            }
            try (var _ = ServerProcess.start(data, log, flags())) {
                sendOld(producer, "later");
                // Over a restart beside all the other tests' servers and a broker.
                Await.within(
                        DRAIN_MAX,
                        "what came after the update",
                        () -> delivered.lines("").size() >= 3 * PARTITIONS);
            }
        }
        assertThat(delivered.lines("2016/")).containsExactlyInAnyOrder("before/0", "before/1", "before/2");
        assertThat(delivered.lines("updated/"))
                .containsExactlyInAnyOrder("after/0", "after/1", "after/2", "later/0", "later/1", "later/2");
    }

    /** A record for each partition, with a time of long before there was a delivery stream. */
    private static void sendOld(KafkaProducer<String, String> producer, String word)
            throws ExecutionException, InterruptedException {
        var longAgo = Instant.parse("2016-01-01T00:00:00Z").toEpochMilli();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            producer.send(new ProducerRecord<>("mirror", partition, longAgo, "key", word + "/" + partition + "\n"))
                    .get();
        }
    }

    @Test
    @Timeout(300)
    void deliversEveryRecordOnceAndEachPartitionInOrder(@TempDir Path directory) throws Exception {
        createTopic("orders");
        var random = new SplittableRandom(Long.getLong("seed", 11));
        var data = directory.resolve("data");
        var log = directory.resolve("server.log");
        try (var server = ServerProcess.start(data, log, flags());
                var firehose = FirehoseSdk.connect(server.endpoint())) {
            create(firehose, "orders", "orders", source -> source.readFromTimestamp(Instant.EPOCH));
            create(firehose, "orders-too", "orders", source -> source.readFromTimestamp(Instant.EPOCH));
        }
        var sent = new int[PARTITIONS];
        try (var producer = producer();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int life = 0; life < KILLS; life++) {
                var ending = new CountDownLatch(1);
                try (var server = ServerProcess.start(data, log, flags())) {
                    var work = IntStream.range(0, PARTITIONS)
                            .mapToObj(partition ->
                                    threads.submit(() -> sent[partition] = send(producer, partition, sent, ending)))
                            .toList();
                    // Nothing happens in this time but the work: the latch is still shut.
                    assertThat(ending.await(random.nextInt(LOAD_MIN_MILLIS, LOAD_MAX_MILLIS), TimeUnit.MILLISECONDS))
                            .isFalse();
                    if (life == 1) {
                        // The broker's turn: what it has acknowledged is on its disk, and delivery waits for it.
                        broker.close();
                        broker.startAgain();
                    }
                    server.kill();
                    ending.countDown();
                    for (var each : work) {
                        each.get();
                    }
                }
            }
        }
        try (var _ = ServerProcess.start(data, log, flags())) {
            for (var name : List.of("orders", "orders-too")) {
                verify(data.resolve("objects").resolve(name), sent);
            }
        }
    }

    /** Numbers without a gap, each acknowledged before the next; returns how many there are now. */
    private static int send(KafkaProducer<String, String> producer, int partition, int[] sent, CountDownLatch ending)
            throws ExecutionException, InterruptedException {
        int next = sent[partition];
        while (ending.getCount() > 0) {
            var value = partition + ":" + next + "\n";
            producer.send(new ProducerRecord<>("orders", partition, "key", value))
                    .get();
            next++;
        }
        return next;
    }

    private static void verify(Path bucket, int[] sent) throws IOException {
        int all = IntStream.of(sent).sum();
        assertThat(all).isGreaterThan(KILLS * PARTITIONS * 10);
        var delivered = new DeliveredFolder(bucket);
        Await.within(DRAIN_MAX, "all of " + bucket, () -> delivered.lines("").size() >= all);
        var numbers = new HashMap<Integer, List<Integer>>();
        for (var object : inOrderOfWriting(bucket)) {
            for (var line : Files.readAllLines(object)) {
                var words = line.split(":", 2);
                numbers.computeIfAbsent(Integer.valueOf(words[0]), _ -> new ArrayList<>())
                        .add(Integer.valueOf(words[1]));
            }
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(numbers.get(partition))
                    .as("partition %d in %s", partition, bucket)
                    .containsExactlyElementsOf(
                            IntStream.range(0, sent[partition]).boxed().toList());
        }
    }

    private static List<Path> inOrderOfWriting(Path bucket) throws IOException {
        try (var files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .sorted(comparing(KafkaDeliveryTest::written).thenComparingInt(KafkaDeliveryTest::firstNumber))
                    .toList();
        }
    }

    /** The file system's clock may be too coarse to tell two objects apart. */
    private static int firstNumber(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst()
                    .map(line -> Integer.valueOf(line.split(":", 2)[1]))
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.log.ShardKey;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.PutRecordsOutcome.Failed;
import io.millrace.model.PutRecordsOutcome.RecordOutcome;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.Service.Entry;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.testkit.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;

/** What a shard refuses when it is as narrow as one of the real service. */
class ThroughputTest {
    private static final int MIB = 1 << 20;
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";
    private static final String SECOND_HALF = "170141183460469231731687303715884105728";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = limited(directory, ThroughputLimits.AWS);
        service.create("orders", 2);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private static Service limited(Path directory, ThroughputLimits limits) {
        return Service.in(directory, new StreamsConfig(Duration.ZERO, Duration.ofSeconds(30), 10_000, 50, limits));
    }

    @Test
    void refusesTheRecordBeyondAThousandInASecond() {
        service.put("orders", records(500, 100));
        service.put("orders", records(500, 100));

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> putOne(10))
                .withMessage(text(FIRST));
        service.clock.advance(Duration.ofMillis(1));
        putOne(10);
    }

    @Test
    void refusesTheByteBeyondAMebibyteInASecondKeysIncluded() {
        putOne(MIB - 3);
        putOne(1);

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> putOne(1))
                .withMessage(text(FIRST));
        service.clock.advance(Duration.ofMillis(1));
        putOne(500);
    }

    @Test
    void refusesRecordByRecordAndStoresTheOthersInOrder() {
        var entries = new ArrayList<>(records(3, 400_000));
        entries.add(new Entry("k", SECOND_HALF, "elsewhere"));
        entries.add(new Entry("k", "0", "small enough"));

        var outcome = service.put("orders", entries);

        assertThat(outcome.records()).hasSize(5);
        assertThat(outcome.records().get(2))
                .isEqualTo(new Failed("ProvisionedThroughputExceededException", text(FIRST)));
        assertThat(shardsOf(outcome)).containsExactly(FIRST, FIRST, "refused", SECOND, FIRST);
        assertThat(service.contents("orders", FIRST))
                .containsExactly(entries.get(0).data(), entries.get(1).data(), "small enough");
        assertThat(service.contents("orders", SECOND)).containsExactly("elsewhere");
    }

    @Test
    void answersACallWhoseRecordsAreAllRefused() {
        putOne(MIB - 1);

        var outcome = service.put("orders", records(3, 10));

        assertThat(shardsOf(outcome)).containsExactly("refused", "refused", "refused");
        assertThat(service.contents("orders", FIRST)).hasSize(1);
    }

    @Test
    void givesEachStoredRecordTheNumberItIsReadWith() {
        Seeds.forEach(20, random -> {
            var stream = "stream-" + random.nextInt();
            service.create(stream, 4);
            var expected = new HashMap<String, List<String>>();
            for (int call = 0; call < 5; call++) {
                var entries = IntStream.range(0, random.nextInt(1, 60))
                        .mapToObj(i -> new Entry("key-" + random.nextInt(), null, "x".repeat(random.nextInt(120_000))))
                        .toList();
                var outcome = service.put(stream, entries);
                for (int i = 0; i < entries.size(); i++) {
                    if (outcome.records().get(i) instanceof Stored stored) {
                        expected.computeIfAbsent(stored.shardId(), _ -> new ArrayList<>())
                                .add(stored.sequenceNumber() + entries.get(i).data());
                    }
                }
                service.clock.advance(Duration.ofMillis(random.nextInt(1_500)));
            }
            for (var shard : expected.keySet()) {
                var page = service.read(service.iterator(stream, shard, ShardIteratorType.TRIM_HORIZON));
                assertThat(page.records().stream().map(record -> record.sequenceNumber() + Service.text(record.data())))
                        .containsExactlyElementsOf(expected.get(shard));
            }
        });
    }

    @Test
    void takesALargeRecordFromWhatIsSavedForBurstsAndSmallOnesGoOnAtTheirPace() {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("large")
                        .shardCount(1)
                        .maxRecordSizeInKiB(10_240)
                        .build());
        service.settle();
        var large = new Entry("k", null, "x".repeat(10 * MIB - 1));

        service.put("large", large.partitionKey(), large.data());

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> service.put("large", "k", "small"));
        service.clock.advance(Duration.ofSeconds(1));
        service.put("large", "k", "small");
        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> service.put("large", "k", large.data()));
        service.clock.advance(Duration.ofMillis(9_001));
        service.put("large", "k", large.data());
    }

    @Test
    void savesNothingForBurstsWhileAllOfAShardIsUsed() {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("busy")
                        .shardCount(1)
                        .maxRecordSizeInKiB(10_240)
                        .build());
        service.settle();
        var large = "x".repeat(10 * MIB - 1);
        service.put("busy", "k", large);
        for (int second = 0; second < 12; second++) {
            service.clock.advance(Duration.ofSeconds(1));
            service.put("busy", "k", "x".repeat(MIB - 1));
        }

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> service.put("busy", "k", large));
    }

    @Test
    void refusesTheSixthReadInASecond() {
        var iterator = service.iterator("orders", FIRST, ShardIteratorType.TRIM_HORIZON);
        for (int call = 0; call < 5; call++) {
            service.read(iterator);
        }

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> service.read(iterator))
                .withMessage(text(FIRST));
        service.read(service.iterator("orders", SECOND, ShardIteratorType.TRIM_HORIZON));
        service.clock.advance(Duration.ofMillis(200));
        service.read(iterator);
    }

    @Test
    void refusesReadsForFiveSecondsAfterTenMebibytes() {
        for (int second = 0; second < 11; second++) {
            putOne(MIB - 1);
            service.clock.advance(Duration.ofSeconds(1));
        }
        var page = service.read(service.iterator("orders", FIRST, ShardIteratorType.TRIM_HORIZON));
        assertThat(page.records()).hasSize(10);

        service.clock.advance(Duration.ofMillis(4_900));
        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> service.read(page.nextShardIterator()));
        service.clock.advance(Duration.ofMillis(100));
        service.read(page.nextShardIterator());
    }

    @Test
    void childrenOfAReshardBeginFresh() {
        putOne(MIB - 1);
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(FIRST)
                        .newStartingHashKey("1000")
                        .build());
        service.settle();

        putOne(MIB - 1);
    }

    @Test
    void chargesAShardOnceForABatchThatMetAnotherInTheMomentOfItsClosing() {
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(FIRST)
                        .newStartingHashKey("1000")
                        .build());
        service.log.seal(new ShardKey(0));
        var call = service.streams.putRecords(
                Service.CALLER,
                Service.batch(
                        "orders",
                        List.of(
                                new Entry("k", "0", "waits for the child"),
                                new Entry("k", SECOND_HALF, "x".repeat(MIB - 500)))),
                Runnable::run);
        service.settle();

        assertThat(shardsOf(Service.await(call))).containsExactly("shardId-000000000002", SECOND);
        assertThat(service.put("orders", List.of(new Entry("k", SECOND_HALF, "x".repeat(498))))
                        .records())
                .allMatch(outcome -> outcome instanceof Stored);
        assertThat(shardsOf(service.put("orders", List.of(new Entry("k", SECOND_HALF, "x")))))
                .containsExactly("refused");
    }

    @Test
    void refusesNothingUnlessToldTo() throws Exception {
        try (var free = limited(Files.createDirectory(directory.resolve("free")), ThroughputLimits.OFF)) {
            free.create("orders", 1);
            for (int call = 0; call < 4; call++) {
                assertThat(shardsOf(free.put("orders", records(500, 10_000)))).containsOnly(FIRST);
            }
            var iterator = free.iterator("orders", FIRST, ShardIteratorType.TRIM_HORIZON);
            assertThatCode(() -> IntStream.range(0, 100).forEach(_ -> free.read(iterator)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void limitsOnlyWhatACustomSettingNames() throws Exception {
        var custom = ThroughputLimits.custom(
                OptionalLong.empty(),
                OptionalLong.of(2),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
        try (var narrow = limited(Files.createDirectory(directory.resolve("narrow")), custom)) {
            narrow.create("orders", 1);

            assertThat(shardsOf(narrow.put("orders", records(3, MIB - 10)))).containsExactly(FIRST, FIRST, "refused");
        }
    }

    @Test
    void refusesACustomLimitThatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThroughputLimits.custom(
                        OptionalLong.of(0),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty()))
                .withMessageStartingWith("streams.custom-limits.write-bytes-per-second (0) must be");
    }

    @Test
    void countsWhatItRefused() {
        putOne(MIB - 10);
        service.put("orders", records(3, 10));
        assertThatExceptionOfType(ProvisionedThroughputExceededException.class).isThrownBy(() -> putOne(100));
        var iterator = service.iterator("orders", FIRST, ShardIteratorType.LATEST);
        for (int call = 0; call < 5; call++) {
            service.read(iterator);
        }
        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> service.read(iterator));

        assertThat(counted("PutRecords.ThrottledRecords")).isEqualTo(3);
        assertThat(counted("PutRecords.SuccessfulRecords")).isZero();
        assertThat(counted("PutRecords.Success")).isZero();
        assertThat(counted("WriteProvisionedThroughputExceeded")).isEqualTo(4);
        assertThat(counted("ReadProvisionedThroughputExceeded")).isEqualTo(1);
        assertThat(counted("IncomingRecords")).isEqualTo(1);
        assertThat(counted("IncomingBytes")).isEqualTo(MIB - 9);
    }

    private double counted(String meter) {
        return service.meters.get(meter).tag("StreamName", "orders").counter().count();
    }

    /** One record for the first shard, with a key of one byte. */
    private void putOne(int dataBytes) {
        var outcome = service.putOne("orders", new Entry("k", "0", "x".repeat(dataBytes)));
        assertThat(outcome.shardId()).startsWith("shardId-");
    }

    private static List<Entry> records(int count, int dataBytes) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        new Entry("k", "0", Character.toString('a' + i % 26).repeat(dataBytes)))
                .toList();
    }

    private static List<String> shardsOf(PutRecordsOutcome outcome) {
        return outcome.records().stream().map(ThroughputTest::shardOf).collect(Collectors.toList());
    }

    private static String shardOf(RecordOutcome outcome) {
        return switch (outcome) {
            case Stored stored -> stored.shardId();
            case Failed _ -> "refused";
        };
    }

    private static String text(String shard) {
        return "Rate exceeded for shard " + shard + " in stream orders under account 000000000000.";
    }
}

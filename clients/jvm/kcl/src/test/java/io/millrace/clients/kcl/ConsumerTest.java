package io.millrace.clients.kcl;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.clients.support.Await;
import io.millrace.clients.support.Feeder;
import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.util.HashSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Kinesis client library as a consumer of a running Millrace. */
class ConsumerTest {
    private static final Millrace MILLRACE = Millrace.running();

    private static LocalDynamoDb dynamoDb;

    @BeforeAll
    static void startDynamoDb() {
        dynamoDb = LocalDynamoDb.start();
    }

    @AfterAll
    static void stopDynamoDb() {
        dynamoDb.close();
    }

    private static Application application(TestStream stream, Retrieval retrieval) {
        return Application.of(MILLRACE, dynamoDb, stream, retrieval);
    }

    @ParameterizedTest
    @EnumSource
    void processesEveryRecordOnceAndInOrder(Retrieval retrieval) {
        var ledger = new Ledger();
        try (var stream = TestStream.create(MILLRACE, 3)) {
            stream.putNumbers(0, 600);
            try (var worker = RunningWorker.start(application(stream, retrieval), "only", ledger)) {
                ledger.awaitFirst(600);
                stream.putNumbers(600, 600);
                ledger.awaitFirst(1_200);
            }
            assertThat(ledger.repeated()).isEmpty();
            assertThat(ledger.shardIds()).hasSize(3);
            assertThat(stream.consumerCount()).isEqualTo(retrieval.consumerCount());
            for (var shard : stream.shards()) {
                assertThat(ledger.numbersOf(shard.shardId())).isSorted();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void followsASplitAndAMergeWithoutLosingRepeatingOrOvertaking(Retrieval retrieval) throws InterruptedException {
        var ledger = new Ledger();
        try (var stream = TestStream.create(MILLRACE, 2);
                var worker = RunningWorker.start(application(stream, retrieval), "only", ledger)) {
            var feeder = Feeder.start(stream);
            ledger.awaitAny();
            var shards = stream.openShards();
            var children = stream.split(shards.get(0));
            stream.merge(children.get(1), shards.get(1));
            int count = feeder.stop();
            ledger.awaitFirst(count);

            assertThat(ledger.repeated()).isEmpty();
            assertThat(ledger.shardIds()).hasSizeGreaterThan(2);
            for (var shard : stream.shards()) {
                assertThat(ledger.numbersOf(shard.shardId())).isSorted();
                assertThat(ledger.overtook(shard.parentShardId(), shard.shardId()))
                        .isFalse();
                assertThat(ledger.overtook(shard.adjacentParentShardId(), shard.shardId()))
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesOverFromAKilledWorkerWhereThatHadCheckpointed(Retrieval retrieval) throws InterruptedException {
        var doomedLedger = new Ledger();
        var heirLedger = new Ledger();
        try (var stream = TestStream.create(MILLRACE, 2);
                var doomed = WorkerProcess.start(application(stream, retrieval), doomedLedger)) {
            var feeder = Feeder.start(stream);
            doomedLedger.awaitCheckpoint();
            doomed.kill();
            try (var heir = RunningWorker.start(application(stream, retrieval), "heir", heirLedger)) {
                heirLedger.awaitAny();
                int count = feeder.stop();
                Await.until("the heir has processed the rest of " + count, () -> {
                    var processed = new HashSet<>(doomedLedger.numbers());
                    processed.addAll(heirLedger.numbers());
                    return processed.size() == count;
                });
            }
            assertThat(heirLedger.numbers()).doesNotContainAnyElementsOf(doomedLedger.checkpointed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesAggregatedRecordsApart(Retrieval retrieval) {
        var ledger = new Ledger();
        try (var stream = TestStream.create(MILLRACE, 1)) {
            stream.putAggregated(0, 100);
            stream.putNumbers(100, 1);
            stream.putAggregated(101, 99);
            try (var worker = RunningWorker.start(application(stream, retrieval), "only", ledger)) {
                ledger.awaitFirst(200);
            }
            assertThat(ledger.repeated()).isEmpty();
            assertThat(ledger.numbers()).isSorted();
        }
    }
}

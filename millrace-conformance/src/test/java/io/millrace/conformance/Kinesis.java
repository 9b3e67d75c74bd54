package io.millrace.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.waiters.KinesisWaiter;

/** A client and the few phrases that every test about streams says. */
record Kinesis(KinesisClient client) {
    static final String ACCOUNT = "000000000000";
    static final String FIRST = shardId(0);
    static final String SECOND = shardId(1);
    static final String THIRD = shardId(2);

    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final int PAGES_MAX = 10_000;

    static String shardId(int index) {
        return "shardId-%012d".formatted(index);
    }

    static String arn(String stream) {
        return "arn:aws:kinesis:us-east-1:" + ACCOUNT + ":stream/" + stream;
    }

    static String uniqueName() {
        return "java-" + UUID.randomUUID();
    }

    /** An ACTIVE stream with this many shards. */
    String newStream(int shardCount) {
        return newStream(request -> request.shardCount(shardCount));
    }

    String newStream(Consumer<CreateStreamRequest.Builder> more) {
        var name = uniqueName();
        client.createStream(request -> {
            request.streamName(name);
            more.accept(request);
        });
        awaitActive(name);
        return name;
    }

    void awaitActive(String stream) {
        try (var waiter = waiter()) {
            waiter.waitUntilStreamExists(request -> request.streamName(stream));
        }
    }

    void awaitGone(String stream) {
        try (var waiter = waiter()) {
            waiter.waitUntilStreamNotExists(request -> request.streamName(stream));
        }
    }

    /** The SDK's waiter, asking often. */
    private KinesisWaiter waiter() {
        return KinesisWaiter.builder()
                .client(client)
                .overrideConfiguration(WaiterOverrideConfiguration.builder()
                        .backoffStrategyV2(BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(20)))
                        .waitTimeout(WAIT_MAX)
                        .maxAttempts(Integer.MAX_VALUE)
                        .build())
                .build();
    }

    List<Shard> shards(String stream) {
        return client.listShards(request -> request.streamName(stream)).shards();
    }

    /** Puts a record that goes to the shard whose range begins at the hash key. */
    Put put(String stream, String data, String explicitHashKey) {
        var reply = client.putRecord(request -> request.streamName(stream)
                .data(SdkBytes.fromUtf8String(data))
                .partitionKey("key")
                .explicitHashKey(explicitHashKey));
        return new Put(reply.shardId(), reply.sequenceNumber());
    }

    Put put(String stream, String data) {
        return put(stream, data, "0");
    }

    record Put(String shardId, String sequenceNumber) {}

    String iterator(String stream, String shardId, Consumer<GetShardIteratorRequest.Builder> position) {
        return client.getShardIterator(request -> {
                    request.streamName(stream).shardId(shardId);
                    position.accept(request);
                })
                .shardIterator();
    }

    static void trimHorizon(GetShardIteratorRequest.Builder request) {
        request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    }

    static void latest(GetShardIteratorRequest.Builder request) {
        request.shardIteratorType(ShardIteratorType.LATEST);
    }

    GetRecordsResponse getRecords(String iterator) {
        return client.getRecords(request -> request.shardIterator(iterator));
    }

    /** What a reader found from a position on; {@code next} is absent at the end of a closed shard. */
    record Reading(List<Record> records, Optional<String> next, List<ChildShard> children) {
        List<String> texts() {
            return records.stream().map(record -> record.data().asUtf8String()).toList();
        }
    }

    Reading read(String stream, String shardId) {
        return read(iterator(stream, shardId, Kinesis::trimHorizon));
    }

    /** Reads to the tip of an open shard or to the end of a closed one. */
    Reading read(String iterator) {
        var records = new ArrayList<Record>();
        var from = iterator;
        for (int page = 0; page < PAGES_MAX; page++) {
            var reply = getRecords(from);
            records.addAll(reply.records());
            from = reply.nextShardIterator();
            boolean caughtUp = !reply.hasRecords() || reply.records().isEmpty();
            if (from == null || (caughtUp && reply.millisBehindLatest() == 0)) {
                return new Reading(records, Optional.ofNullable(from), reply.childShards());
            }
        }
        throw new AssertionError("read " + PAGES_MAX + " pages without reaching the tip");
    }
}

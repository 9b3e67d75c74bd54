package io.millrace.streams;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.Namespace;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.model.StreamRef;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;

/**
 * The whole room on a real catalog, a log in memory and a clock that stands still. Nothing happens in the background:
 * {@link #settle} does what is pending.
 */
final class Service implements AutoCloseable {
    static final String ACCOUNT = "000000000000";
    static final Caller CALLER = caller(ACCOUNT, "us-east-1");
    static final StreamsConfig CONFIG =
            new StreamsConfig(Duration.ZERO, Duration.ofSeconds(30), 10_000, 50, ThroughputLimits.OFF);

    final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00.250Z"));
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    MemoryLog log = new MemoryLog(clock);
    Streams streams;

    private final Path directory;
    private StreamsConfig config;
    private SqliteCatalog catalog;

    private Service(Path directory, StreamsConfig config) {
        this.directory = directory;
        this.config = config;
        open(PowerCut.never());
    }

    static Service in(Path directory) {
        return new Service(directory, CONFIG);
    }

    static Service in(Path directory, StreamsConfig config) {
        return new Service(directory, config);
    }

    static Caller caller(String account, String region) {
        return new Caller(new Namespace(account, region), "arn:aws:iam::" + account + ":root", "", "request");
    }

    private void open(PowerCut power) {
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
        streams = new Streams(config, log, new CuttableCatalog(catalog, power), clock, new SplittableRandom(7), meters);
    }

    /** Ends the process at once and starts another on what is durable. */
    void restart() {
        restart(PowerCut.never());
    }

    void restart(StreamsConfig changed) {
        config = changed;
        restart();
    }

    void restart(PowerCut power) {
        streams.close();
        catalog.close();
        log = log.survivor(power);
        open(power);
    }

    /** Lets time pass until nothing is pending. */
    void settle() {
        for (var wait = streams.reconcile(); wait.compareTo(Duration.ofDays(1)) < 0; wait = streams.reconcile()) {
            clock.advance(wait);
        }
    }

    void create(String name, int shards) {
        streams.createStream(
                CALLER,
                CreateStreamRequest.builder()
                        .streamName(name)
                        .shardCount(shards)
                        .build());
        settle();
    }

    StreamDescription describe(String name) {
        return streams.describeStream(
                        CALLER, DescribeStreamRequest.builder().streamName(name).build())
                .streamDescription();
    }

    List<Shard> shards(String name) {
        return streams.listShards(
                        CALLER, ListShardsRequest.builder().streamName(name).build())
                .shards();
    }

    /** Puts one record and waits for it. */
    Stored put(String stream, String partitionKey, String data) {
        return await(
                streams.putRecord(CALLER, batch(stream, List.of(new Entry(partitionKey, null, data))), Runnable::run));
    }

    Stored putOne(String stream, Entry entry) {
        return await(streams.putRecord(CALLER, batch(stream, List.of(entry)), Runnable::run));
    }

    PutRecordsOutcome put(String stream, List<Entry> entries) {
        return await(streams.putRecords(CALLER, batch(stream, entries), Runnable::run));
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof AwsException refusal ? refusal : e;
        }
    }

    /** One record to put. */
    record Entry(String partitionKey, String explicitHashKey, String data) {}

    static PutRecordsBatch batch(String stream, List<Entry> entries) {
        return batch(new StreamRef(stream, null), entries, null);
    }

    static PutRecordsBatch batch(StreamRef stream, List<Entry> entries, String ordering) {
        int size = entries.stream()
                .mapToInt(entry -> utf8(entry.partitionKey()).length
                        + utf8(entry.data()).length
                        + (entry.explicitHashKey() == null
                                ? 0
                                : entry.explicitHashKey().length()))
                .sum();
        var bytes = ByteBuffer.allocate(size);
        var index = new int[entries.size() * PutRecordsBatch.INTS_PER_RECORD];
        int at = 0;
        for (var entry : entries) {
            index[at++] = bytes.position();
            index[at++] = utf8(entry.partitionKey()).length;
            bytes.put(utf8(entry.partitionKey()));
            index[at++] = bytes.position();
            index[at++] = entry.explicitHashKey() == null
                    ? -1
                    : entry.explicitHashKey().length();
            bytes.put(entry.explicitHashKey() == null ? new byte[0] : utf8(entry.explicitHashKey()));
            index[at++] = bytes.position();
            index[at++] = utf8(entry.data()).length;
            bytes.put(utf8(entry.data()));
        }
        return new PutRecordsBatch(stream, bytes.array(), index, entries.size(), ordering);
    }

    String iterator(String stream, String shard, ShardIteratorType type) {
        return iterator(GetShardIteratorRequest.builder()
                .streamName(stream)
                .shardId(shard)
                .shardIteratorType(type)
                .build());
    }

    String iterator(GetShardIteratorRequest request) {
        return streams.getShardIterator(CALLER, request).shardIterator();
    }

    GetRecordsPage read(String iterator) {
        return streams.getRecords(
                CALLER, GetRecordsRequest.builder().shardIterator(iterator).build());
    }

    /** Everything a shard holds, from its trim horizon to its end or tail. */
    List<String> contents(String stream, String shard) {
        var contents = new ArrayList<String>();
        var iterator = iterator(stream, shard, ShardIteratorType.TRIM_HORIZON);
        GetRecordsPage page;
        do {
            page = read(iterator);
            page.records().forEach(record -> contents.add(text(record.data())));
            iterator = page.nextShardIterator();
        } while (iterator != null && !page.records().isEmpty());
        return contents;
    }

    static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        streams.close();
        catalog.close();
    }
}

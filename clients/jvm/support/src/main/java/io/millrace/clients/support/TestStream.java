package io.millrace.clients.support;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** A stream of one test, deleted when the test is over. It may be used by several threads. */
public final class TestStream implements AutoCloseable {
    private static final int PUT_MAX_RECORDS = 500;

    private final KinesisClient client;
    private final String name;

    private TestStream(KinesisClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** An ACTIVE stream with a name that no other test uses. */
    public static TestStream create(Millrace millrace, int shardCount) {
        var stream = new TestStream(connect(millrace), "jvm-" + UUID.randomUUID());
        stream.client.createStream(request -> request.streamName(stream.name).shardCount(shardCount));
        stream.awaitActive();
        return stream;
    }

    /** A client of the Java SDK v2 that makes no retries: they would hide a server that fails now and then. */
    public static KinesisClient connect(Millrace millrace) {
        return KinesisClient.builder()
                .endpointOverride(millrace.endpoint())
                .region(Region.of(Millrace.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(Millrace.ACCESS_KEY, Millrace.SECRET_KEY)))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    public String name() {
        return name;
    }

    public String arn() {
        return client.describeStreamSummary(request -> request.streamName(name))
                .streamDescriptionSummary()
                .streamARN();
    }

    /** For what this class has no phrase for. */
    public KinesisClient client() {
        return client;
    }

    public void awaitActive() {
        Await.until(
                name + " is ACTIVE",
                () -> client.describeStreamSummary(request -> request.streamName(name))
                                .streamDescriptionSummary()
                                .streamStatus()
                        == StreamStatus.ACTIVE);
    }

    /** All shards, closed ones included. */
    public List<Shard> shards() {
        return client.listShards(request -> request.streamName(name)).shards();
    }

    public List<Shard> openShards() {
        return shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .toList();
    }

    /** How many consumers have registered for enhanced fan-out. */
    public int consumerCount() {
        var arn = arn();
        return client.listStreamConsumers(request -> request.streamARN(arn))
                .consumers()
                .size();
    }

    /** Splits a shard in the middle and returns its children. */
    public List<Shard> split(Shard parent) {
        var range = parent.hashKeyRange();
        var middle = new BigInteger(range.startingHashKey())
                .add(new BigInteger(range.endingHashKey()))
                .add(BigInteger.ONE)
                .shiftRight(1);
        client.splitShard(request ->
                request.streamName(name).shardToSplit(parent.shardId()).newStartingHashKey(middle.toString()));
        awaitActive();
        return childrenOf(parent);
    }

    /** Merges two neighbours and returns their child. */
    public Shard merge(Shard one, Shard neighbour) {
        client.mergeShards(request ->
                request.streamName(name).shardToMerge(one.shardId()).adjacentShardToMerge(neighbour.shardId()));
        awaitActive();
        return childrenOf(one).get(0);
    }

    private List<Shard> childrenOf(Shard parent) {
        return shards().stream()
                .filter(shard -> parent.shardId().equals(shard.parentShardId()))
                .toList();
    }

    /**
     * Puts the records {@code first} to {@code first + count - 1}: the number in decimal is the data as well as the partition
     * key, so that they spread over the shards.
     */
    public void putNumbers(int first, int count) {
        for (int from = first; from < first + count; from += PUT_MAX_RECORDS) {
            put(from, Math.min(from + PUT_MAX_RECORDS, first + count));
        }
    }

    private void put(int first, int end) {
        var records = IntStream.range(first, end)
                .mapToObj(number -> PutRecordsRequestEntry.builder()
                        .data(data(number))
                        .partitionKey(Integer.toString(number))
                        .build())
                .toList();
        var reply = client.putRecords(request -> request.streamName(name).records(records));
        if (reply.failedRecordCount() != 0) {
            var failures = reply.records().stream()
                    .map(PutRecordsResultEntry::errorMessage)
                    .distinct()
                    .toList();
            throw new AssertionError("PutRecords refused " + reply.failedRecordCount() + " records: " + failures);
        }
    }

    /** Puts the records {@code first} to {@code first + count - 1} as one, the way the Kinesis producer library does. */
    public void putAggregated(int first, int count) {
        client.putRecord(request -> request.streamName(name)
                .data(SdkBytes.fromByteArray(Aggregate.ofNumbers(first, count)))
                .partitionKey("aggregate"));
    }

    /** The data of all records as they lie in the stream; nobody writes to it meanwhile. */
    public List<byte[]> readAll() {
        var data = new ArrayList<byte[]>();
        for (var shard : shards()) {
            var iterator = client.getShardIterator(request -> request.streamName(name)
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
            boolean atTip = false;
            while (iterator != null && !atTip) {
                var from = iterator;
                var reply = client.getRecords(request -> request.shardIterator(from));
                reply.records().forEach(record -> data.add(record.data().asByteArray()));
                iterator = reply.nextShardIterator();
                atTip = reply.millisBehindLatest() == 0;
            }
        }
        return data;
    }

    /** What the record with this number carries. */
    public static SdkBytes data(int number) {
        return SdkBytes.fromUtf8String(Integer.toString(number));
    }

    /** The number of the record that carries these bytes. */
    public static int numberOf(byte[] data) {
        return Integer.parseInt(new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            client.deleteStream(request -> request.streamName(name).enforceConsumerDeletion(true));
        } catch (ResourceNotFoundException e) {
            // The test deleted it.
        }
        client.close();
    }
}

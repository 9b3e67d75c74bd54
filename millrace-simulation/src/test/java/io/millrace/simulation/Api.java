package io.millrace.simulation;

import io.millrace.model.Caller;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.Namespace;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.simulation.Facts.ShardFacts;
import io.millrace.simulation.Records.Sent;
import io.millrace.streams.Streams;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;

/** The operations of the service in the words of the simulation: streams by name, shards by index. */
record Api(Streams streams) {
    private static final String ACCOUNT = "000000000000";
    private static final String REGION = "us-east-1";
    private static final Caller CALLER =
            new Caller(new Namespace(ACCOUNT, REGION), "arn:aws:iam::" + ACCOUNT + ":root", "", "request");

    /** What a stream says of itself. */
    record Described(
            StreamStatus status,
            int retentionHours,
            SortedMap<String, String> tags,
            SortedSet<String> consumers,
            SortedMap<Integer, ShardFacts> shards) {}

    static String shardId(int index) {
        return "shardId-%012d".formatted(index);
    }

    static int shardIndex(String id) {
        return Integer.parseInt(id.substring("shardId-".length()));
    }

    private static String arn(String stream) {
        return "arn:aws:kinesis:" + REGION + ":" + ACCOUNT + ":stream/" + stream;
    }

    void create(String stream, int shards) {
        streams.createStream(
                CALLER,
                CreateStreamRequest.builder()
                        .streamName(stream)
                        .shardCount(shards)
                        .build());
    }

    void delete(String stream) {
        streams.deleteStream(
                CALLER,
                DeleteStreamRequest.builder()
                        .streamName(stream)
                        .enforceConsumerDeletion(true)
                        .build());
    }

    void split(String stream, int shard, BigInteger at) {
        streams.splitShard(
                CALLER,
                SplitShardRequest.builder()
                        .streamName(stream)
                        .shardToSplit(shardId(shard))
                        .newStartingHashKey(at.toString())
                        .build());
    }

    void merge(String stream, int shard, int adjacent) {
        streams.mergeShards(
                CALLER,
                MergeShardsRequest.builder()
                        .streamName(stream)
                        .shardToMerge(shardId(shard))
                        .adjacentShardToMerge(shardId(adjacent))
                        .build());
    }

    void scale(String stream, int count) {
        streams.updateShardCount(
                CALLER,
                UpdateShardCountRequest.builder()
                        .streamName(stream)
                        .targetShardCount(count)
                        .scalingType(ScalingType.UNIFORM_SCALING)
                        .build());
    }

    void retain(String stream, int hoursBefore, int hours) {
        if (hours >= hoursBefore) {
            streams.increaseStreamRetentionPeriod(
                    CALLER,
                    IncreaseStreamRetentionPeriodRequest.builder()
                            .streamName(stream)
                            .retentionPeriodHours(hours)
                            .build());
        } else {
            streams.decreaseStreamRetentionPeriod(
                    CALLER,
                    DecreaseStreamRetentionPeriodRequest.builder()
                            .streamName(stream)
                            .retentionPeriodHours(hours)
                            .build());
        }
    }

    void tag(String stream, String key, String value) {
        streams.addTagsToStream(
                CALLER,
                AddTagsToStreamRequest.builder()
                        .streamName(stream)
                        .tags(Map.of(key, value))
                        .build());
    }

    void untag(String stream, String key) {
        streams.removeTagsFromStream(
                CALLER,
                RemoveTagsFromStreamRequest.builder()
                        .streamName(stream)
                        .tagKeys(key)
                        .build());
    }

    void register(String stream, String consumer) {
        streams.registerStreamConsumer(
                CALLER,
                RegisterStreamConsumerRequest.builder()
                        .streamARN(arn(stream))
                        .consumerName(consumer)
                        .build());
    }

    void deregister(String stream, String consumer) {
        streams.deregisterStreamConsumer(
                CALLER,
                DeregisterStreamConsumerRequest.builder()
                        .streamARN(arn(stream))
                        .consumerName(consumer)
                        .build());
    }

    List<String> names() {
        return streams.listStreams(CALLER, ListStreamsRequest.builder().build()).streamNames();
    }

    Described describe(String stream) {
        var summary = streams.describeStreamSummary(
                        CALLER,
                        DescribeStreamSummaryRequest.builder()
                                .streamName(stream)
                                .build())
                .streamDescriptionSummary();
        var tags = streams
                .listTagsForStream(
                        CALLER,
                        ListTagsForStreamRequest.builder().streamName(stream).build())
                .tags()
                .stream()
                .collect(Collectors.toMap(Tag::key, Tag::value, (one, _) -> one, TreeMap::new));
        var consumers = streams
                .listStreamConsumers(
                        CALLER,
                        ListStreamConsumersRequest.builder()
                                .streamARN(arn(stream))
                                .build())
                .consumers()
                .stream()
                .map(Consumer::consumerName)
                .collect(Collectors.toCollection(TreeSet::new));
        return new Described(summary.streamStatus(), summary.retentionPeriodHours(), tags, consumers, shards(stream));
    }

    SortedMap<Integer, ShardFacts> shards(String stream) {
        var shards = new TreeMap<Integer, ShardFacts>();
        var listed = streams.listShards(
                CALLER, ListShardsRequest.builder().streamName(stream).build());
        for (var shard : listed.shards()) {
            shards.put(
                    shardIndex(shard.shardId()),
                    new ShardFacts(
                            new BigInteger(shard.hashKeyRange().startingHashKey()),
                            new BigInteger(shard.hashKeyRange().endingHashKey()),
                            parents(shard),
                            shard.sequenceNumberRange().endingSequenceNumber() != null));
        }
        return shards;
    }

    private static List<Integer> parents(Shard shard) {
        var parents = new ArrayList<Integer>();
        if (shard.parentShardId() != null) {
            parents.add(shardIndex(shard.parentShardId()));
        }
        if (shard.adjacentParentShardId() != null) {
            parents.add(shardIndex(shard.adjacentParentShardId()));
        }
        return parents;
    }

    CompletionStage<PutRecordsOutcome> put(String stream, List<Sent> records) {
        return streams.putRecords(CALLER, Records.batch(stream, records), Runnable::run);
    }

    String iterator(String stream, int shard, ShardIteratorType type) {
        return iterator(stream, shard, GetShardIteratorRequest.builder().shardIteratorType(type));
    }

    String iterator(String stream, int shard, ShardIteratorType type, String sequenceNumber) {
        return iterator(
                stream,
                shard,
                GetShardIteratorRequest.builder().shardIteratorType(type).startingSequenceNumber(sequenceNumber));
    }

    String iterator(String stream, int shard, Instant from) {
        return iterator(
                stream,
                shard,
                GetShardIteratorRequest.builder()
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(from));
    }

    private String iterator(String stream, int shard, GetShardIteratorRequest.Builder request) {
        return streams.getShardIterator(
                        CALLER,
                        request.streamName(stream).shardId(shardId(shard)).build())
                .shardIterator();
    }

    /** Copies the page as the wire does, and closes it: what the copy holds must have been right by then. */
    GetRecordsPage read(String iterator, int limit) {
        try (var page = streams.getRecords(
                CALLER,
                GetRecordsRequest.builder().shardIterator(iterator).limit(limit).build())) {
            var records = page.records().stream()
                    .map(record -> new DeliveredRecord(
                            record.sequenceNumber(),
                            record.arrivalMillis(),
                            copy(record.partitionKeyUtf8()),
                            copy(record.data()),
                            record.encryptionType()))
                    .toList();
            return new GetRecordsPage(records, page.nextShardIterator(), page.millisBehindLatest(), page.childShards());
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}

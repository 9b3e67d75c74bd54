package io.millrace.cli;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/** A Kinesis service in memory that misbehaves on command. */
final class FakeKinesis implements KinesisClient {
    private static final Duration ITERATOR_LIFETIME = Duration.ofMinutes(5);
    private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);
    private static final int ON_DEMAND_SHARDS = 4;
    private static final int SHARDS_PER_PAGE = 2;

    /** A shard, closed once it has an ending number. */
    static final class FakeShard {
        final String id;
        final List<String> parents;
        final BigInteger first;
        final BigInteger last;
        final List<Record> records = new ArrayList<>();
        final List<Instant> readAt = new ArrayList<>();
        boolean open = true;

        FakeShard(int index, List<String> parents, BigInteger first, BigInteger last) {
            this.id = "shardId-%012d".formatted(index);
            this.parents = parents;
            this.first = first;
            this.last = last;
        }
    }

    private static final class FakeStream {
        final List<FakeShard> shards = new ArrayList<>();
        final StreamMode mode;
        final Instant created;
        int looksUntilActive;
        int looksUntilGone = Integer.MAX_VALUE;

        FakeStream(StreamMode mode, Instant created) {
            this.mode = mode;
            this.created = created;
        }
    }

    private final InstantSource clock;
    private final Map<String, FakeStream> streams = new TreeMap<>();
    private final Deque<RuntimeException> failures = new ArrayDeque<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private String account = "000000000000";
    private long sequence;
    private long iterators;

    final List<Integer> batchSizes = new ArrayList<>();
    Predicate<PutRecordsRequestEntry> refusesRecord = _ -> false;
    int recordsPerPage = 10_000;
    int looksUntilActive;
    boolean namesChildren = true;
    Runnable afterPut = () -> {};
    Consumer<FakeShard> afterRead = _ -> {};

    FakeKinesis(InstantSource clock) {
        this.clock = clock;
    }

    FakeKinesis ofAccount(String id) {
        account = id;
        return this;
    }

    synchronized FakeKinesis withStream(String name, int shardCount) {
        var stream = new FakeStream(StreamMode.PROVISIONED, clock.instant());
        open(stream, shardCount);
        streams.put(name, stream);
        return this;
    }

    synchronized List<FakeShard> shardsOf(String stream) {
        return streams.get(stream).shards;
    }

    synchronized boolean has(String stream) {
        return streams.containsKey(stream);
    }

    synchronized void remove(String stream) {
        streams.remove(stream);
    }

    /** Puts without a client in between. */
    synchronized void put(String stream, String key, String data) {
        var result = put(
                stream(stream),
                PutRecordsRequestEntry.builder()
                        .partitionKey(key)
                        .data(SdkBytes.fromUtf8String(data))
                        .build());
        assert result.errorCode() == null : result;
    }

    /** All data of a stream, shard by shard, as text. */
    synchronized List<String> dataOf(String stream) {
        return shardsOf(stream).stream()
                .flatMap(shard -> shard.records.stream())
                .map(record -> record.data().asUtf8String())
                .toList();
    }

    synchronized void split(String stream, FakeShard parent) {
        parent.open = false;
        var shards = streams.get(stream).shards;
        var middle = parent.first.add(parent.last).shiftRight(1);
        shards.add(new FakeShard(shards.size(), List.of(parent.id), parent.first, middle));
        shards.add(new FakeShard(shards.size(), List.of(parent.id), middle.add(BigInteger.ONE), parent.last));
    }

    synchronized void merge(String stream, FakeShard left, FakeShard right) {
        left.open = false;
        right.open = false;
        var shards = streams.get(stream).shards;
        shards.add(new FakeShard(shards.size(), List.of(left.id, right.id), left.first, right.last));
    }

    /** The next calls fail, one each, before they do anything. */
    synchronized void failNext(int count, RuntimeException failure) {
        for (int i = 0; i < count; i++) {
            failures.add(failure);
        }
    }

    synchronized boolean willFail() {
        return !failures.isEmpty();
    }

    synchronized int callsOf(String operation) {
        return calls.getOrDefault(operation, 0);
    }

    static RuntimeException broken() {
        return told(KinesisException.builder(), 500, "InternalFailure", "Something broke.");
    }

    static RuntimeException throttled() {
        return told(
                ProvisionedThroughputExceededException.builder(),
                400,
                "ProvisionedThroughputExceededException",
                "Rate exceeded.");
    }

    static RuntimeException denied() {
        return told(KinesisException.builder(), 400, "AccessDeniedException", "You may not.");
    }

    @Override
    public String serviceName() {
        return "kinesis";
    }

    @Override
    public void close() {}

    @Override
    public synchronized CreateStreamResponse createStream(CreateStreamRequest request) {
        begin("CreateStream");
        if (streams.containsKey(request.streamName())) {
            throw told(ResourceInUseException.builder(), 400, "ResourceInUseException", "already exists.");
        }
        boolean onDemand = request.shardCount() == null;
        var stream = new FakeStream(onDemand ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED, clock.instant());
        open(stream, onDemand ? ON_DEMAND_SHARDS : request.shardCount());
        stream.looksUntilActive = looksUntilActive;
        streams.put(request.streamName(), stream);
        return CreateStreamResponse.builder().build();
    }

    @Override
    public synchronized DeleteStreamResponse deleteStream(DeleteStreamRequest request) {
        begin("DeleteStream");
        stream(request.streamName()).looksUntilGone = 2;
        return DeleteStreamResponse.builder().build();
    }

    @Override
    public synchronized DescribeStreamSummaryResponse describeStreamSummary(DescribeStreamSummaryRequest request) {
        begin("DescribeStreamSummary");
        var stream = stream(request.streamName());
        if (stream.looksUntilGone-- <= 0) {
            streams.remove(request.streamName());
            stream = stream(request.streamName());
        }
        var status = stream.looksUntilActive-- > 0 ? StreamStatus.CREATING : StreamStatus.ACTIVE;
        return DescribeStreamSummaryResponse.builder()
                .streamDescriptionSummary(StreamDescriptionSummary.builder()
                        .streamName(request.streamName())
                        .streamARN(arn(request.streamName()))
                        .streamStatus(status)
                        .streamModeDetails(mode(stream))
                        .retentionPeriodHours(24)
                        .streamCreationTimestamp(stream.created)
                        .openShardCount((int) stream.shards.stream()
                                .filter(shard -> shard.open)
                                .count())
                        .maxRecordSizeInKiB(1024)
                        .build())
                .build();
    }

    @Override
    public synchronized ListStreamsResponse listStreams(ListStreamsRequest request) {
        begin("ListStreams");
        var after = Objects.requireNonNullElse(request.exclusiveStartStreamName(), "");
        var page = streams.entrySet().stream()
                .filter(stream -> stream.getKey().compareTo(after) > 0)
                .limit(2)
                .map(stream -> StreamSummary.builder()
                        .streamName(stream.getKey())
                        .streamARN(arn(stream.getKey()))
                        .streamStatus(StreamStatus.ACTIVE)
                        .streamModeDetails(mode(stream.getValue()))
                        .streamCreationTimestamp(stream.getValue().created)
                        .build())
                .toList();
        boolean more = !page.isEmpty()
                && streams.keySet().stream()
                        .anyMatch(name -> name.compareTo(page.getLast().streamName()) > 0);
        return ListStreamsResponse.builder()
                .streamNames(page.stream().map(StreamSummary::streamName).toList())
                .streamSummaries(page)
                .hasMoreStreams(more)
                .build();
    }

    @Override
    public synchronized ListShardsResponse listShards(ListShardsRequest request) {
        begin("ListShards");
        var token = request.nextToken() == null
                ? new String[] {request.streamName(), "0"}
                : request.nextToken().split("/", -1);
        var shards = stream(token[0]).shards;
        int from = Integer.parseInt(token[1]);
        int to = Math.min(shards.size(), from + SHARDS_PER_PAGE);
        return ListShardsResponse.builder()
                .shards(shards.subList(from, to).stream()
                        .map(FakeKinesis::described)
                        .toList())
                .nextToken(to < shards.size() ? token[0] + "/" + to : null)
                .build();
    }

    @Override
    public synchronized PutRecordsResponse putRecords(PutRecordsRequest request) {
        begin("PutRecords");
        var stream = stream(request.streamName());
        batchSizes.add(request.records().size());
        var results =
                request.records().stream().map(record -> put(stream, record)).toList();
        afterPut.run();
        return PutRecordsResponse.builder()
                .records(results)
                .failedRecordCount((int) results.stream()
                        .filter(result -> result.errorCode() != null)
                        .count())
                .build();
    }

    @Override
    public synchronized GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        begin("GetShardIterator");
        var records = shard(request.streamName(), request.shardId()).records;
        long position = switch (request.shardIteratorType()) {
            case TRIM_HORIZON -> 0;
            case LATEST -> records.size();
            case AT_TIMESTAMP ->
                records.stream()
                        .filter(record -> record.approximateArrivalTimestamp().isBefore(request.timestamp()))
                        .count();
            case AFTER_SEQUENCE_NUMBER ->
                records.stream()
                        .filter(record -> record.sequenceNumber().compareTo(request.startingSequenceNumber()) <= 0)
                        .count();
            case AT_SEQUENCE_NUMBER, UNKNOWN_TO_SDK_VERSION ->
                throw new AssertionError(request.shardIteratorTypeAsString());
        };
        return GetShardIteratorResponse.builder()
                .shardIterator(iterator(request.streamName(), request.shardId(), position))
                .build();
    }

    @Override
    public synchronized GetRecordsResponse getRecords(GetRecordsRequest request) {
        begin("GetRecords");
        var token = request.shardIterator().split("/", -1);
        var shard = shard(token[0], token[1]);
        shard.readAt.add(clock.instant());
        if (clock.instant().isAfter(Instant.parse(token[3]).plus(ITERATOR_LIFETIME))) {
            throw told(ExpiredIteratorException.builder(), 400, "ExpiredIteratorException", "Iterator expired.");
        }
        int from = Integer.parseInt(token[2]);
        int to = Math.min(shard.records.size(), from + Math.min(recordsPerPage, request.limit()));
        boolean ended = !shard.open && to == shard.records.size();
        afterRead.accept(shard);
        return GetRecordsResponse.builder()
                .records(List.copyOf(shard.records.subList(from, to)))
                .nextShardIterator(ended ? null : iterator(token[0], token[1], to))
                .millisBehindLatest(to == shard.records.size() ? 0L : 1_000L)
                .childShards(ended && namesChildren ? childrenOf(token[0], shard) : List.of())
                .build();
    }

    private void begin(String operation) {
        calls.merge(operation, 1, Integer::sum);
        var failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    private PutRecordsResultEntry put(FakeStream stream, PutRecordsRequestEntry entry) {
        if (refusesRecord.test(entry)) {
            return PutRecordsResultEntry.builder()
                    .errorCode("ProvisionedThroughputExceededException")
                    .errorMessage("Rate exceeded for a shard.")
                    .build();
        }
        var hashKey = entry.explicitHashKey() == null
                ? hashKey(entry.partitionKey())
                : new BigInteger(entry.explicitHashKey());
        var shard = stream.shards.stream()
                .filter(each -> each.open && each.first.compareTo(hashKey) <= 0 && each.last.compareTo(hashKey) >= 0)
                .findFirst()
                .orElseThrow();
        var number = "495%053d".formatted(sequence++);
        shard.records.add(Record.builder()
                .sequenceNumber(number)
                .partitionKey(entry.partitionKey())
                .data(entry.data())
                .approximateArrivalTimestamp(clock.instant())
                .build());
        return PutRecordsResultEntry.builder()
                .shardId(shard.id)
                .sequenceNumber(number)
                .build();
    }

    private FakeStream stream(String name) {
        var stream = streams.get(name);
        if (stream == null) {
            throw told(ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", "not found.");
        }
        return stream;
    }

    private FakeShard shard(String stream, String shardId) {
        return stream(stream).shards.stream()
                .filter(shard -> shard.id.equals(shardId))
                .findFirst()
                .orElseThrow(
                        () -> told(ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", "gone."));
    }

    private String iterator(String stream, String shardId, long position) {
        return stream + "/" + shardId + "/" + position + "/" + clock.instant() + "/" + iterators++;
    }

    private List<ChildShard> childrenOf(String stream, FakeShard parent) {
        return stream(stream).shards.stream()
                .filter(shard -> shard.parents.contains(parent.id))
                .map(shard -> ChildShard.builder()
                        .shardId(shard.id)
                        .parentShards(shard.parents)
                        .hashKeyRange(range(shard))
                        .build())
                .toList();
    }

    private static void open(FakeStream stream, int shardCount) {
        var step = HASH_KEYS.divide(BigInteger.valueOf(shardCount));
        for (int i = 0; i < shardCount; i++) {
            var first = step.multiply(BigInteger.valueOf(i));
            var end = i == shardCount - 1 ? HASH_KEYS : first.add(step);
            stream.shards.add(new FakeShard(i, List.of(), first, end.subtract(BigInteger.ONE)));
        }
    }

    private static software.amazon.awssdk.services.kinesis.model.Shard described(FakeShard shard) {
        return software.amazon.awssdk.services.kinesis.model.Shard.builder()
                .shardId(shard.id)
                .parentShardId(shard.parents.isEmpty() ? null : shard.parents.getFirst())
                .adjacentParentShardId(shard.parents.size() < 2 ? null : shard.parents.getLast())
                .hashKeyRange(range(shard))
                .sequenceNumberRange(SequenceNumberRange.builder()
                        .startingSequenceNumber("0")
                        .endingSequenceNumber(shard.open ? null : "9")
                        .build())
                .build();
    }

    private static HashKeyRange range(FakeShard shard) {
        return HashKeyRange.builder()
                .startingHashKey(shard.first.toString())
                .endingHashKey(shard.last.toString())
                .build();
    }

    private static StreamModeDetails mode(FakeStream stream) {
        return StreamModeDetails.builder().streamMode(stream.mode).build();
    }

    private String arn(String stream) {
        return "arn:aws:kinesis:us-east-1:" + account + ":stream/" + stream;
    }

    private static BigInteger hashKey(String partitionKey) {
        try {
            return new BigInteger(
                    1, MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static RuntimeException told(KinesisException.Builder builder, int status, String code, String message) {
        return (RuntimeException) builder.statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .message(message)
                .build();
    }
}

package io.millrace.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.catalog.Catalog;
import io.millrace.log.Log;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.EventSource;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.Namespace;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.ShardEvent;
import io.millrace.streams.iterator.ShardIterators;
import io.millrace.streams.iterator.ShardPosition;
import io.millrace.streams.limits.StreamThroughput;
import io.millrace.streams.token.TokenSeal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamResponse;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeAccountSettingsResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamResponse;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.SplitShardResponse;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionResponse;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.TagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.TagResourceResponse;
import software.amazon.awssdk.services.kinesis.model.UntagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.UntagResourceResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputResponse;

/**
 * The Data Streams service. Requests come in with the model's constraints checked; what is refused here is refused with
 * the error AWS would send, as an {@link AwsException}.
 *
 * <p>Operations on streams and shards block while the catalog is written and belong on virtual threads. Puts never block.
 * Reads wait for nothing but the disk.
 */
public final class Streams implements AutoCloseable {
    private static final String TOKEN_SECRET = "token-seal";
    private static final Duration FAN_OUT_TICK = Duration.ofMillis(500);
    /** Where pushes are limited, subscriptions pause and go on; that they do so a moment late is not to be felt. */
    private static final Duration LIMITED_FAN_OUT_TICK = Duration.ofMillis(50);

    private final StreamsConfig config;
    private final Log log;
    private final StreamDirectory directory;
    private final StreamLifeCycle lifeCycle;
    private final Resharding resharding;
    private final UniformScaling scaling;
    private final CapacityModes modes;
    private final AccountSettings accounts;
    private final AccountLimits limits;
    private final RetentionPeriods retention;
    private final StreamEncryption encryption;
    private final RecordSizeLimit recordSize;
    private final EnhancedMonitoring monitoring;
    private final Tags tags;
    private final ResourcePolicies policies;
    private final StreamListing listing;
    private final ShardListing shardListing;
    private final RecordWriter writer;
    private final RecordReader reader;
    private final StreamReader rooms;
    private final FanOut fanOut;
    private final ConsumerLifeCycle consumerLifeCycle;
    private final ConsumerListing consumerListing;
    private final Subscribing subscribing;
    private final Reconciler reconciler;
    private final Trimmer trimmer;
    private final OnDemandScaler scaler;
    private @Nullable BackgroundLoop reconciling;
    private @Nullable BackgroundLoop trimming;
    private @Nullable BackgroundLoop ticking;
    private @Nullable BackgroundLoop sampling;

    /**
     * Brings the tables up to date and the streams into memory; {@link #start} then lets things happen. Neither the log
     * nor the catalog is closed here.
     *
     * @param random makes the key that tokens are sealed with, so it must not be guessable
     */
    public Streams(
            StreamsConfig config,
            Log log,
            Catalog catalog,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry meters) {
        this.config = config;
        this.log = log;
        var tables = new StreamTables();
        var resourceTables = new ResourceTables();
        catalog.migrate(Stream.of(
                        StreamTables.MIGRATIONS,
                        ConsumerTables.MIGRATIONS,
                        ResourceTables.MIGRATIONS,
                        ScalingTables.ENCRYPTION_MIGRATIONS)
                .flatMap(List::stream)
                .toList());
        var seal = new TokenSeal(secret(catalog, tables, random), random);
        var tokens = new PageTokens(seal);
        directory = new StreamDirectory();
        var register =
                new StreamRegister(catalog, directory, meters, () -> new StreamThroughput(config.throughput(), clock));
        var quota = new ShardQuota(directory, config.shardLimit());
        var onDemandQuota = new OnDemandQuota(directory, config.onDemandStreamLimit());
        var scalingTables = new ScalingTables();
        accounts = new AccountSettings(catalog, scalingTables, clock);
        limits = new AccountLimits(quota, onDemandQuota);
        var consumers = new ConsumerDirectory();
        var consumerRegister = new ConsumerRegister(catalog, consumers, new ConsumerTables(), resourceTables, meters);
        var reading = new ShardReading(log, clock);
        var positions = new StartingPositions(log, clock);
        fanOut = new FanOut(log, reading, config.throughput(), clock);
        consumerLifeCycle = new ConsumerLifeCycle(
                config, directory, register, tables, consumers, consumerRegister, accounts, fanOut, clock);
        consumerListing = new ConsumerListing(directory, consumers, tokens, clock);
        subscribing = new Subscribing(directory, consumers, positions, fanOut, clock);
        lifeCycle = new StreamLifeCycle(
                config,
                directory,
                register,
                tables,
                resourceTables,
                quota,
                consumerLifeCycle,
                onDemandQuota,
                accounts,
                clock);
        resharding = new Resharding(config, directory, register, tables, quota, clock);
        scaling = new UniformScaling(config, directory, register, scalingTables, quota, resharding, clock);
        modes = new CapacityModes(
                config, directory, register, scalingTables, quota, onDemandQuota, accounts, resharding, clock);
        retention = new RetentionPeriods(directory, register, tables, new ShardLogs(log), clock);
        listing = new StreamListing(directory, consumers, modes, tokens, clock);
        shardListing = new ShardListing(directory, tokens, clock);
        writer = new RecordWriter(directory, log, clock);
        rooms = new StreamReader(directory, reading, log);
        reader = new RecordReader(directory, reading, new ShardIterators(seal, clock), positions, clock);
        reconciler = new Reconciler(config, directory, register, tables, consumerRegister, log, clock);
        scaler = new OnDemandScaler(
                catalog,
                directory,
                register,
                scalingTables,
                quota,
                accounts,
                resharding,
                config.onDemandWindow(),
                clock);
        trimmer = new Trimmer(directory, register, tables, log, clock);
        encryption = new StreamEncryption(directory, register, scalingTables, resharding, clock);
        recordSize = new RecordSizeLimit(directory, register, resharding);
        monitoring = new EnhancedMonitoring(directory, register, tables);
        var resources = new Resources(directory, consumers);
        tags = new Tags(directory, resources, register, catalog, resourceTables);
        policies = new ResourcePolicies(directory, resources, register, catalog, resourceTables);
        register.load(tables);
        consumerRegister.load(directory);
        policies.load();
    }

    private static byte[] secret(Catalog catalog, StreamTables tables, RandomGenerator random) {
        var proposed = new byte[TokenSeal.KEY_BYTES];
        random.nextBytes(proposed);
        return catalog.transact(connection -> tables.secret(connection, TOKEN_SECRET, proposed));
    }

    /** Starts the threads that complete what was asked for, now or before the last stop, that trim, and that scale. */
    public synchronized void start() {
        assert reconciling == null : "started twice";
        var reconcilerLoop = BackgroundLoop.start("streams-reconciler", this::reconcile);
        reconciling = reconcilerLoop;
        trimming = BackgroundLoop.start("streams-trimmer", () -> {
            trimmer.trim();
            return config.trimInterval();
        });
        ticking = BackgroundLoop.start("streams-fan-out", () -> {
            fanOut.tick();
            return config.throughput().limitFanOut() ? LIMITED_FAN_OUT_TICK : FAN_OUT_TICK;
        });
        sampling = BackgroundLoop.start("streams-scaler", () -> {
            scaler.sample();
            reconcilerLoop.wake();
            return OnDemandScaling.sampleInterval(config.onDemandWindow());
        });
    }

    /** Whether requests can be served in full: streams change when told, and records can be put. */
    public synchronized boolean healthy() {
        return Stream.of(reconciling, trimming, ticking, sampling).allMatch(loop -> loop != null && loop.alive())
                && log.writable();
    }

    /** Stops the threads; what they leave undone is done after the next start. */
    @Override
    public synchronized void close() {
        fanOut.close();
        trimmer.stop();
        if (sampling != null) {
            sampling.close();
        }
        if (reconciling != null) {
            reconciling.close();
        }
        if (trimming != null) {
            trimming.close();
        }
        if (ticking != null) {
            ticking.close();
        }
    }

    public CreateStreamResponse createStream(Caller caller, CreateStreamRequest request) {
        return reconciled(lifeCycle.create(caller, request));
    }

    public DeleteStreamResponse deleteStream(Caller caller, DeleteStreamRequest request) {
        return reconciled(lifeCycle.delete(caller, request));
    }

    public DescribeStreamResponse describeStream(Caller caller, DescribeStreamRequest request) {
        return listing.describe(caller, request);
    }

    public DescribeStreamSummaryResponse describeStreamSummary(Caller caller, DescribeStreamSummaryRequest request) {
        return listing.summarize(caller, request);
    }

    public ListStreamsResponse listStreams(Caller caller, ListStreamsRequest request) {
        return listing.list(caller, request);
    }

    public ListShardsResponse listShards(Caller caller, ListShardsRequest request) {
        return shardListing.list(caller, request);
    }

    public SplitShardResponse splitShard(Caller caller, SplitShardRequest request) {
        return reconciled(resharding.split(caller, request));
    }

    public MergeShardsResponse mergeShards(Caller caller, MergeShardsRequest request) {
        return reconciled(resharding.merge(caller, request));
    }

    public UpdateShardCountResponse updateShardCount(Caller caller, UpdateShardCountRequest request) {
        return reconciled(scaling.update(caller, request));
    }

    public UpdateStreamModeResponse updateStreamMode(Caller caller, UpdateStreamModeRequest request) {
        return reconciled(modes.updateMode(caller, request));
    }

    public UpdateStreamWarmThroughputResponse updateStreamWarmThroughput(
            Caller caller, UpdateStreamWarmThroughputRequest request) {
        return reconciled(modes.updateWarmThroughput(caller, request));
    }

    public DescribeLimitsResponse describeLimits(Caller caller, DescribeLimitsRequest request) {
        return limits.describe(caller);
    }

    public DescribeAccountSettingsResponse describeAccountSettings(
            Caller caller, DescribeAccountSettingsRequest request) {
        return accounts.describe(caller);
    }

    public UpdateAccountSettingsResponse updateAccountSettings(Caller caller, UpdateAccountSettingsRequest request) {
        return accounts.update(caller, request);
    }

    public IncreaseStreamRetentionPeriodResponse increaseStreamRetentionPeriod(
            Caller caller, IncreaseStreamRetentionPeriodRequest request) {
        return retention.increase(caller, request);
    }

    public DecreaseStreamRetentionPeriodResponse decreaseStreamRetentionPeriod(
            Caller caller, DecreaseStreamRetentionPeriodRequest request) {
        return retention.decrease(caller, request);
    }

    public AddTagsToStreamResponse addTagsToStream(Caller caller, AddTagsToStreamRequest request) {
        return tags.add(caller, request);
    }

    public RemoveTagsFromStreamResponse removeTagsFromStream(Caller caller, RemoveTagsFromStreamRequest request) {
        return tags.remove(caller, request);
    }

    public ListTagsForStreamResponse listTagsForStream(Caller caller, ListTagsForStreamRequest request) {
        return tags.list(caller, request);
    }

    public TagResourceResponse tagResource(Caller caller, TagResourceRequest request) {
        return tags.add(caller, request);
    }

    public UntagResourceResponse untagResource(Caller caller, UntagResourceRequest request) {
        return tags.remove(caller, request);
    }

    public ListTagsForResourceResponse listTagsForResource(Caller caller, ListTagsForResourceRequest request) {
        return tags.list(caller, request);
    }

    public PutResourcePolicyResponse putResourcePolicy(Caller caller, PutResourcePolicyRequest request) {
        return policies.put(caller, request);
    }

    public GetResourcePolicyResponse getResourcePolicy(Caller caller, GetResourcePolicyRequest request) {
        return policies.get(caller, request);
    }

    public DeleteResourcePolicyResponse deleteResourcePolicy(Caller caller, DeleteResourcePolicyRequest request) {
        return policies.delete(caller, request);
    }

    public StartStreamEncryptionResponse startStreamEncryption(Caller caller, StartStreamEncryptionRequest request) {
        return reconciled(encryption.start(caller, request));
    }

    public StopStreamEncryptionResponse stopStreamEncryption(Caller caller, StopStreamEncryptionRequest request) {
        return reconciled(encryption.stop(caller, request));
    }

    public EnableEnhancedMonitoringResponse enableEnhancedMonitoring(
            Caller caller, EnableEnhancedMonitoringRequest request) {
        return monitoring.enable(caller, request);
    }

    public DisableEnhancedMonitoringResponse disableEnhancedMonitoring(
            Caller caller, DisableEnhancedMonitoringRequest request) {
        return monitoring.disable(caller, request);
    }

    public UpdateMaxRecordSizeResponse updateMaxRecordSize(Caller caller, UpdateMaxRecordSizeRequest request) {
        return reconciled(recordSize.update(caller, request));
    }

    public GetShardIteratorResponse getShardIterator(Caller caller, GetShardIteratorRequest request) {
        return reader.iterator(caller, request);
    }

    public GetRecordsPage getRecords(Caller caller, GetRecordsRequest request) {
        return reader.records(caller, request);
    }

    public RegisterStreamConsumerResponse registerStreamConsumer(Caller caller, RegisterStreamConsumerRequest request) {
        return reconciled(consumerLifeCycle.register(caller, request));
    }

    public DeregisterStreamConsumerResponse deregisterStreamConsumer(
            Caller caller, DeregisterStreamConsumerRequest request) {
        return reconciled(consumerLifeCycle.deregister(caller, request));
    }

    public DescribeStreamConsumerResponse describeStreamConsumer(Caller caller, DescribeStreamConsumerRequest request) {
        return consumerListing.describe(caller, request);
    }

    public ListStreamConsumersResponse listStreamConsumers(Caller caller, ListStreamConsumersRequest request) {
        return consumerListing.list(caller, request);
    }

    /** May read the disk to find where to begin; what it returns never blocks. */
    public EventSource<ShardEvent> subscribeToShard(Caller caller, SubscribeToShardRequest request) {
        return subscribing.subscribe(caller, request);
    }

    /**
     * Never blocks. The stage completes when the records are durable, or exceptionally with the refusal.
     *
     * @param executor completes the stage, with those of other calls that name the same one; but what the call itself finds is
     *     completed when it returns, and what waited for a reshard by who ended it
     */
    public CompletionStage<PutRecordsOutcome> putRecords(Caller caller, PutRecordsBatch batch, Executor executor) {
        return writer.putRecords(caller, batch, executor);
    }

    /** Like {@link #putRecords}, of one record, which may name a number that its own must exceed. */
    public CompletionStage<PutRecordsOutcome.Stored> putRecord(
            Caller caller, PutRecordsBatch batch, Executor executor) {
        return writer.putRecord(caller, batch, executor);
    }

    /** The way to read streams for other rooms of the house. */
    public StreamReader reader() {
        return rooms;
    }

    /** What a shard iterator points at, if it is one of ours and has not expired. */
    public Optional<ShardPosition> positionOf(String shardIterator) {
        return reader.positionOf(shardIterator);
    }

    /**
     * Where the records of a batch would go at this moment.
     *
     * @throws AwsException if {@link #putRecords} would refuse the whole batch
     */
    public PutDestination destinationOf(Caller caller, PutRecordsBatch batch) {
        return writer.destinationOf(caller, batch);
    }

    /** Whether there is such a stream, whatever state it is in. */
    public boolean isThere(Namespace namespace, String name) {
        return directory.find(new StreamAddress(namespace, name)).isPresent();
    }

    /** Does what is due now; tests call it in place of {@link #start}. */
    Duration reconcile() {
        var streams = reconciler.reconcile();
        var consumers = consumerLifeCycle.reconcile();
        return streams.compareTo(consumers) < 0 ? streams : consumers;
    }

    /** Does what subscriptions are due by the clock. */
    void tick() {
        fanOut.tick();
    }

    int subscriptions() {
        return fanOut.size();
    }

    /** Looks at the on-demand streams' loads now. */
    void sample() {
        scaler.sample();
    }

    void trim() {
        trimmer.trim();
    }

    /** Lets the reconciler look at what was just asked for. */
    private synchronized <T> T reconciled(T response) {
        if (reconciling != null) {
            reconciling.wake();
        }
        return response;
    }
}

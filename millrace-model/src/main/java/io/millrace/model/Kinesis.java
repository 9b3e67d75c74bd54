package io.millrace.model;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
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
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
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

/** The operations of Amazon Kinesis Data Streams. */
public final class Kinesis {
    public static final Operation<AddTagsToStreamRequest, AddTagsToStreamResponse> ADD_TAGS_TO_STREAM = management(
            "AddTagsToStream",
            AddTagsToStreamRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<CreateStreamRequest, CreateStreamResponse> CREATE_STREAM = management(
            "CreateStream", CreateStreamRequest::builder, (in, namespace) -> stream(in.streamName(), null, namespace));

    public static final Operation<DecreaseStreamRetentionPeriodRequest, DecreaseStreamRetentionPeriodResponse>
            DECREASE_STREAM_RETENTION_PERIOD = management(
                    "DecreaseStreamRetentionPeriod",
                    DecreaseStreamRetentionPeriodRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<DeleteResourcePolicyRequest, DeleteResourcePolicyResponse> DELETE_RESOURCE_POLICY =
            management(
                    "DeleteResourcePolicy",
                    DeleteResourcePolicyRequest::builder,
                    (in, namespace) -> List.of(in.resourceARN()));

    public static final Operation<DeleteStreamRequest, DeleteStreamResponse> DELETE_STREAM = management(
            "DeleteStream",
            DeleteStreamRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<DeregisterStreamConsumerRequest, DeregisterStreamConsumerResponse>
            DEREGISTER_STREAM_CONSUMER = management(
                    "DeregisterStreamConsumer",
                    DeregisterStreamConsumerRequest::builder,
                    (in, namespace) -> consumer(in.consumerARN(), in.streamARN(), in.consumerName(), namespace));

    public static final Operation<DescribeAccountSettingsRequest, DescribeAccountSettingsResponse>
            DESCRIBE_ACCOUNT_SETTINGS =
                    management("DescribeAccountSettings", DescribeAccountSettingsRequest::builder, Kinesis::anything);

    public static final Operation<DescribeLimitsRequest, DescribeLimitsResponse> DESCRIBE_LIMITS =
            management("DescribeLimits", DescribeLimitsRequest::builder, Kinesis::anything);

    public static final Operation<DescribeStreamRequest, DescribeStreamResponse> DESCRIBE_STREAM = management(
            "DescribeStream",
            DescribeStreamRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<DescribeStreamConsumerRequest, DescribeStreamConsumerResponse>
            DESCRIBE_STREAM_CONSUMER = management(
                    "DescribeStreamConsumer",
                    DescribeStreamConsumerRequest::builder,
                    (in, namespace) -> consumer(in.consumerARN(), in.streamARN(), in.consumerName(), namespace));

    public static final Operation<DescribeStreamSummaryRequest, DescribeStreamSummaryResponse> DESCRIBE_STREAM_SUMMARY =
            management(
                    "DescribeStreamSummary",
                    DescribeStreamSummaryRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<DisableEnhancedMonitoringRequest, DisableEnhancedMonitoringResponse>
            DISABLE_ENHANCED_MONITORING = management(
                    "DisableEnhancedMonitoring",
                    DisableEnhancedMonitoringRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<EnableEnhancedMonitoringRequest, EnableEnhancedMonitoringResponse>
            ENABLE_ENHANCED_MONITORING = management(
                    "EnableEnhancedMonitoring",
                    EnableEnhancedMonitoringRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<GetRecordsRequest, GetRecordsPage> GET_RECORDS =
            data("GetRecords", GetRecordsRequest::builder, (in, namespace) -> stream(null, in.streamARN(), namespace));

    public static final Operation<GetResourcePolicyRequest, GetResourcePolicyResponse> GET_RESOURCE_POLICY = management(
            "GetResourcePolicy", GetResourcePolicyRequest::builder, (in, namespace) -> List.of(in.resourceARN()));

    public static final Operation<GetShardIteratorRequest, GetShardIteratorResponse> GET_SHARD_ITERATOR = data(
            "GetShardIterator",
            GetShardIteratorRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<IncreaseStreamRetentionPeriodRequest, IncreaseStreamRetentionPeriodResponse>
            INCREASE_STREAM_RETENTION_PERIOD = management(
                    "IncreaseStreamRetentionPeriod",
                    IncreaseStreamRetentionPeriodRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<ListShardsRequest, ListShardsResponse> LIST_SHARDS = management(
            "ListShards",
            ListShardsRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<ListStreamConsumersRequest, ListStreamConsumersResponse> LIST_STREAM_CONSUMERS =
            management(
                    "ListStreamConsumers",
                    ListStreamConsumersRequest::builder,
                    (in, namespace) -> stream(null, in.streamARN(), namespace));

    public static final Operation<ListStreamsRequest, ListStreamsResponse> LIST_STREAMS =
            management("ListStreams", ListStreamsRequest::builder, Kinesis::anything);

    public static final Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> LIST_TAGS_FOR_RESOURCE =
            management(
                    "ListTagsForResource",
                    ListTagsForResourceRequest::builder,
                    (in, namespace) -> List.of(in.resourceARN()));

    public static final Operation<ListTagsForStreamRequest, ListTagsForStreamResponse> LIST_TAGS_FOR_STREAM =
            management(
                    "ListTagsForStream",
                    ListTagsForStreamRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<MergeShardsRequest, MergeShardsResponse> MERGE_SHARDS = management(
            "MergeShards",
            MergeShardsRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<PutRecordsBatch, PutRecordsOutcome.Stored> PUT_RECORD =
            data("PutRecord", PutRecordRequest::builder, Kinesis::streamOf);

    public static final Operation<PutRecordsBatch, PutRecordsOutcome> PUT_RECORDS =
            data("PutRecords", PutRecordsRequest::builder, Kinesis::streamOf);

    public static final Operation<PutResourcePolicyRequest, PutResourcePolicyResponse> PUT_RESOURCE_POLICY = management(
            "PutResourcePolicy", PutResourcePolicyRequest::builder, (in, namespace) -> List.of(in.resourceARN()));

    public static final Operation<RegisterStreamConsumerRequest, RegisterStreamConsumerResponse>
            REGISTER_STREAM_CONSUMER = management(
                    "RegisterStreamConsumer",
                    RegisterStreamConsumerRequest::builder,
                    (in, namespace) -> stream(null, in.streamARN(), namespace));

    public static final Operation<RemoveTagsFromStreamRequest, RemoveTagsFromStreamResponse> REMOVE_TAGS_FROM_STREAM =
            management(
                    "RemoveTagsFromStream",
                    RemoveTagsFromStreamRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<SplitShardRequest, SplitShardResponse> SPLIT_SHARD = management(
            "SplitShard",
            SplitShardRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<StartStreamEncryptionRequest, StartStreamEncryptionResponse> START_STREAM_ENCRYPTION =
            management(
                    "StartStreamEncryption",
                    StartStreamEncryptionRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<StopStreamEncryptionRequest, StopStreamEncryptionResponse> STOP_STREAM_ENCRYPTION =
            management(
                    "StopStreamEncryption",
                    StopStreamEncryptionRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    /** Answers with a stream of events instead of one reply: its output is one of them. */
    public static final Operation<SubscribeToShardRequest, ShardEvent> SUBSCRIBE_TO_SHARD =
            data("SubscribeToShard", SubscribeToShardRequest::builder, (in, namespace) -> List.of(in.consumerARN()));

    public static final Operation<TagResourceRequest, TagResourceResponse> TAG_RESOURCE =
            management("TagResource", TagResourceRequest::builder, (in, namespace) -> List.of(in.resourceARN()));

    public static final Operation<UntagResourceRequest, UntagResourceResponse> UNTAG_RESOURCE =
            management("UntagResource", UntagResourceRequest::builder, (in, namespace) -> List.of(in.resourceARN()));

    public static final Operation<UpdateAccountSettingsRequest, UpdateAccountSettingsResponse> UPDATE_ACCOUNT_SETTINGS =
            management("UpdateAccountSettings", UpdateAccountSettingsRequest::builder, Kinesis::anything);

    public static final Operation<UpdateMaxRecordSizeRequest, UpdateMaxRecordSizeResponse> UPDATE_MAX_RECORD_SIZE =
            management(
                    "UpdateMaxRecordSize",
                    UpdateMaxRecordSizeRequest::builder,
                    (in, namespace) -> stream(null, in.streamARN(), namespace));

    public static final Operation<UpdateShardCountRequest, UpdateShardCountResponse> UPDATE_SHARD_COUNT = management(
            "UpdateShardCount",
            UpdateShardCountRequest::builder,
            (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    public static final Operation<UpdateStreamModeRequest, UpdateStreamModeResponse> UPDATE_STREAM_MODE = management(
            "UpdateStreamMode",
            UpdateStreamModeRequest::builder,
            (in, namespace) -> stream(null, in.streamARN(), namespace));

    public static final Operation<UpdateStreamWarmThroughputRequest, UpdateStreamWarmThroughputResponse>
            UPDATE_STREAM_WARM_THROUGHPUT = management(
                    "UpdateStreamWarmThroughput",
                    UpdateStreamWarmThroughputRequest::builder,
                    (in, namespace) -> stream(in.streamName(), in.streamARN(), namespace));

    /** Every operation of the service, by name. */
    public static final List<Operation<?, ?>> ALL = List.of(
            ADD_TAGS_TO_STREAM,
            CREATE_STREAM,
            DECREASE_STREAM_RETENTION_PERIOD,
            DELETE_RESOURCE_POLICY,
            DELETE_STREAM,
            DEREGISTER_STREAM_CONSUMER,
            DESCRIBE_ACCOUNT_SETTINGS,
            DESCRIBE_LIMITS,
            DESCRIBE_STREAM,
            DESCRIBE_STREAM_CONSUMER,
            DESCRIBE_STREAM_SUMMARY,
            DISABLE_ENHANCED_MONITORING,
            ENABLE_ENHANCED_MONITORING,
            GET_RECORDS,
            GET_RESOURCE_POLICY,
            GET_SHARD_ITERATOR,
            INCREASE_STREAM_RETENTION_PERIOD,
            LIST_SHARDS,
            LIST_STREAM_CONSUMERS,
            LIST_STREAMS,
            LIST_TAGS_FOR_RESOURCE,
            LIST_TAGS_FOR_STREAM,
            MERGE_SHARDS,
            PUT_RECORD,
            PUT_RECORDS,
            PUT_RESOURCE_POLICY,
            REGISTER_STREAM_CONSUMER,
            REMOVE_TAGS_FROM_STREAM,
            SPLIT_SHARD,
            START_STREAM_ENCRYPTION,
            STOP_STREAM_ENCRYPTION,
            SUBSCRIBE_TO_SHARD,
            TAG_RESOURCE,
            UNTAG_RESOURCE,
            UPDATE_ACCOUNT_SETTINGS,
            UPDATE_MAX_RECORD_SIZE,
            UPDATE_SHARD_COUNT,
            UPDATE_STREAM_MODE,
            UPDATE_STREAM_WARM_THROUGHPUT);

    private Kinesis() {}

    private static <I, O> Operation<I, O> management(
            String name, Supplier<? extends SdkPojo> wireInput, Operation.ResourceFinder<I> resources) {
        return operation(name, Operation.Plane.MANAGEMENT, wireInput, resources);
    }

    private static <I, O> Operation<I, O> data(
            String name, Supplier<? extends SdkPojo> wireInput, Operation.ResourceFinder<I> resources) {
        return operation(name, Operation.Plane.DATA, wireInput, resources);
    }

    private static <I, O> Operation<I, O> operation(
            String name,
            Operation.Plane plane,
            Supplier<? extends SdkPojo> wireInput,
            Operation.ResourceFinder<I> resources) {
        var iamAction = Service.KINESIS.signingName() + ":" + name;
        return new Operation<>(Service.KINESIS, name, iamAction, plane, wireInput, resources);
    }

    /** For operations that no policy can narrow to a resource. */
    private static <I> List<String> anything(I input, Namespace namespace) {
        return List.of("*");
    }

    private static List<String> streamOf(PutRecordsBatch batch, Namespace namespace) {
        return stream(batch.stream().name(), batch.stream().arn(), namespace);
    }

    /** Where neither is given the stream hides in a token that only the service can read: any stream of the caller's. */
    private static List<String> stream(@Nullable String name, @Nullable String arn, Namespace namespace) {
        if (arn != null) {
            return List.of(arn);
        }
        return List.of(namespace.arn(Service.KINESIS.signingName(), "stream/" + (name == null ? "*" : name)));
    }

    /** A consumer named without its ARN has an unknown creation time, which is the last part of the ARN. */
    private static List<String> consumer(
            @Nullable String consumerArn, @Nullable String streamArn, @Nullable String name, Namespace namespace) {
        if (consumerArn != null) {
            return List.of(consumerArn);
        }
        var consumer = "/consumer/" + (name == null ? "*" : name + ":*");
        return List.of(stream(null, streamArn, namespace).getFirst() + consumer);
    }
}

package io.millrace.model;

import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DeleteDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DeleteDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.ListDeliveryStreamsRequest;
import software.amazon.awssdk.services.firehose.model.ListDeliveryStreamsResponse;
import software.amazon.awssdk.services.firehose.model.ListTagsForDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.ListTagsForDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordResponse;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionResponse;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionResponse;
import software.amazon.awssdk.services.firehose.model.TagDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.TagDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.UntagDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.UntagDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationResponse;

/** The operations of Amazon Data Firehose. */
public final class Firehose {
    public static final Operation<CreateDeliveryStreamRequest, CreateDeliveryStreamResponse> CREATE_DELIVERY_STREAM =
            management(
                    "CreateDeliveryStream",
                    CreateDeliveryStreamRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<DeleteDeliveryStreamRequest, DeleteDeliveryStreamResponse> DELETE_DELIVERY_STREAM =
            management(
                    "DeleteDeliveryStream",
                    DeleteDeliveryStreamRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<DescribeDeliveryStreamRequest, DescribeDeliveryStreamResponse>
            DESCRIBE_DELIVERY_STREAM = management(
                    "DescribeDeliveryStream",
                    DescribeDeliveryStreamRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<ListDeliveryStreamsRequest, ListDeliveryStreamsResponse> LIST_DELIVERY_STREAMS =
            management("ListDeliveryStreams", ListDeliveryStreamsRequest::builder, Firehose::anything);

    public static final Operation<ListTagsForDeliveryStreamRequest, ListTagsForDeliveryStreamResponse>
            LIST_TAGS_FOR_DELIVERY_STREAM = management(
                    "ListTagsForDeliveryStream",
                    ListTagsForDeliveryStreamRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<PutRecordRequest, PutRecordResponse> PUT_RECORD =
            data("PutRecord", PutRecordRequest::builder, (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<PutRecordBatchRequest, PutRecordBatchResponse> PUT_RECORD_BATCH = data(
            "PutRecordBatch",
            PutRecordBatchRequest::builder,
            (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<StartDeliveryStreamEncryptionRequest, StartDeliveryStreamEncryptionResponse>
            START_DELIVERY_STREAM_ENCRYPTION = management(
                    "StartDeliveryStreamEncryption",
                    StartDeliveryStreamEncryptionRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<StopDeliveryStreamEncryptionRequest, StopDeliveryStreamEncryptionResponse>
            STOP_DELIVERY_STREAM_ENCRYPTION = management(
                    "StopDeliveryStreamEncryption",
                    StopDeliveryStreamEncryptionRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<TagDeliveryStreamRequest, TagDeliveryStreamResponse> TAG_DELIVERY_STREAM = management(
            "TagDeliveryStream",
            TagDeliveryStreamRequest::builder,
            (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<UntagDeliveryStreamRequest, UntagDeliveryStreamResponse> UNTAG_DELIVERY_STREAM =
            management(
                    "UntagDeliveryStream",
                    UntagDeliveryStreamRequest::builder,
                    (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    public static final Operation<UpdateDestinationRequest, UpdateDestinationResponse> UPDATE_DESTINATION = management(
            "UpdateDestination",
            UpdateDestinationRequest::builder,
            (in, namespace) -> stream(in.deliveryStreamName(), namespace));

    /** Every operation of the service, by name. */
    public static final List<Operation<?, ?>> ALL = List.of(
            CREATE_DELIVERY_STREAM,
            DELETE_DELIVERY_STREAM,
            DESCRIBE_DELIVERY_STREAM,
            LIST_DELIVERY_STREAMS,
            LIST_TAGS_FOR_DELIVERY_STREAM,
            PUT_RECORD,
            PUT_RECORD_BATCH,
            START_DELIVERY_STREAM_ENCRYPTION,
            STOP_DELIVERY_STREAM_ENCRYPTION,
            TAG_DELIVERY_STREAM,
            UNTAG_DELIVERY_STREAM,
            UPDATE_DESTINATION);

    private Firehose() {}

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
        var iamAction = Service.FIREHOSE.signingName() + ":" + name;
        return new Operation<>(Service.FIREHOSE, name, iamAction, plane, wireInput, resources);
    }

    /** For operations that no policy can narrow to a resource. */
    private static <I> List<String> anything(I input, Namespace namespace) {
        return List.of("*");
    }

    private static List<String> stream(String name, Namespace namespace) {
        return List.of(namespace.arn(Service.FIREHOSE.signingName(), "deliverystream/" + name));
    }
}

package io.millrace.firehose;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.firehose.conversion.TableSchemas;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.Descriptions;
import io.millrace.model.Caller;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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

/**
 * The operations of Amazon Data Firehose. Those on delivery streams run on the caller's thread in plain blocking code;
 * puts never block. Safe for use by several threads.
 */
public final class Firehose {
    private final DeliveryStreams streams;
    private final DeliveryStreamChanges changes;
    private final ApiMeters meters;
    private final Creation creation;
    private final DestinationUpdates updates;
    private final StreamEncryption encryption;
    private final Tags tags;
    private final Puts puts;

    /**
     * @param changes is told of every change to a delivery stream
     * @param intake keeps the records that are put
     * @param tables what conversions are to name
     * @param registry counts calls under CloudWatch's names
     */
    public Firehose(
            FirehoseConfig config,
            DeliveryStreams streams,
            DeliveryStreamChanges changes,
            RecordIntake intake,
            TableSchemas tables,
            InstantSource clock,
            MeterRegistry registry) {
        this.streams = streams;
        this.changes = changes;
        this.meters = new ApiMeters(registry);
        this.creation = new Creation(config, streams, changes, tables, clock);
        this.updates = new DestinationUpdates(streams, changes, tables, clock, meters);
        this.encryption = new StreamEncryption(streams, changes, clock);
        this.tags = new Tags(streams);
        this.puts = new Puts(streams, intake, meters);
    }

    public CreateDeliveryStreamResponse createDeliveryStream(Caller caller, CreateDeliveryStreamRequest request) {
        return creation.create(caller, request);
    }

    public DescribeDeliveryStreamResponse describeDeliveryStream(Caller caller, DescribeDeliveryStreamRequest request) {
        var stream = streams.require(caller.namespace(), request.deliveryStreamName());
        return meters.describing(
                stream,
                () -> DescribeDeliveryStreamResponse.builder()
                        .deliveryStreamDescription(Descriptions.of(stream))
                        .build());
    }

    public ListDeliveryStreamsResponse listDeliveryStreams(Caller caller, ListDeliveryStreamsRequest request) {
        return meters.listing(caller.namespace(), () -> list(caller, request));
    }

    private ListDeliveryStreamsResponse list(Caller caller, ListDeliveryStreamsRequest request) {
        int limit = Objects.requireNonNullElse(request.limit(), FirehoseLimits.LIST_DEFAULT);
        var from = request.exclusiveStartDeliveryStreamName();
        var all = streams.in(caller.namespace());
        var found = (from == null ? all : all.tailMap(from, false))
                .values().stream()
                        .filter(stream ->
                                request.deliveryStreamType() == null || stream.type() == request.deliveryStreamType())
                        .map(DeliveryStream::name)
                        .limit(limit + 1L)
                        .toList();
        boolean more = found.size() > limit;
        return ListDeliveryStreamsResponse.builder()
                .deliveryStreamNames(more ? found.subList(0, limit) : found)
                .hasMoreDeliveryStreams(more)
                .build();
    }

    public DeleteDeliveryStreamResponse deleteDeliveryStream(Caller caller, DeleteDeliveryStreamRequest request) {
        var rest = streams.inTurn(() -> {
            var stream = streams.require(caller.namespace(), request.deliveryStreamName());
            streams.delete(stream);
            meters.remove(stream);
            return changes.deleted(stream);
        });
        rest.run();
        return DeleteDeliveryStreamResponse.builder().build();
    }

    public UpdateDestinationResponse updateDestination(Caller caller, UpdateDestinationRequest request) {
        return updates.update(caller, request);
    }

    public StartDeliveryStreamEncryptionResponse startDeliveryStreamEncryption(
            Caller caller, StartDeliveryStreamEncryptionRequest request) {
        return encryption.start(caller, request);
    }

    public StopDeliveryStreamEncryptionResponse stopDeliveryStreamEncryption(
            Caller caller, StopDeliveryStreamEncryptionRequest request) {
        return encryption.stop(caller, request);
    }

    public TagDeliveryStreamResponse tagDeliveryStream(Caller caller, TagDeliveryStreamRequest request) {
        return tags.add(caller, request);
    }

    public UntagDeliveryStreamResponse untagDeliveryStream(Caller caller, UntagDeliveryStreamRequest request) {
        return tags.remove(caller, request);
    }

    public ListTagsForDeliveryStreamResponse listTagsForDeliveryStream(
            Caller caller, ListTagsForDeliveryStreamRequest request) {
        return tags.list(caller, request);
    }

    public CompletionStage<PutRecordResponse> putRecord(Caller caller, PutRecordRequest request, Executor executor) {
        return puts.put(caller, request, executor);
    }

    public CompletionStage<PutRecordBatchResponse> putRecordBatch(
            Caller caller, PutRecordBatchRequest request, Executor executor) {
        return puts.put(caller, request, executor);
    }
}

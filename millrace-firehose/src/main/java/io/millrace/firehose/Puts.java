package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.Source;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.InvalidSourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordResponse;
import software.amazon.awssdk.services.firehose.model.Record;

/** PutRecord and PutRecordBatch: checked here, kept by the intake, answered when durable. */
final class Puts {
    private final DeliveryStreams streams;
    private final RecordIntake intake;
    private final ApiMeters meters;

    Puts(DeliveryStreams streams, RecordIntake intake, ApiMeters meters) {
        this.streams = streams;
        this.intake = intake;
        this.meters = meters;
    }

    CompletionStage<PutRecordResponse> put(Caller caller, PutRecordRequest request, Executor executor) {
        long startNanos = meters.startNanos();
        var stream = requireDirect(caller, request.deliveryStreamName());
        var data = request.record().data();
        return intake.take(stream, List.of(data), executor).thenApply(place -> {
            meters.putRecord(stream, startNanos, data.asByteArrayUnsafe().length);
            return PutRecordResponse.builder()
                    .recordId(RecordIds.of(stream, place))
                    .encrypted(stream.isEncrypted())
                    .build();
        });
    }

    CompletionStage<PutRecordBatchResponse> put(Caller caller, PutRecordBatchRequest request, Executor executor) {
        long startNanos = meters.startNanos();
        var stream = requireDirect(caller, request.deliveryStreamName());
        var records = request.records().stream().map(Record::data).toList();
        long bytes = requireSize(records);
        return intake.take(stream, records, executor).thenApply(first -> {
            meters.putRecordBatch(stream, startNanos, records.size(), bytes);
            return stored(stream, first, records.size());
        });
    }

    private DeliveryStream requireDirect(Caller caller, String name) {
        var stream = streams.require(caller.namespace(), name);
        return switch (stream.source()) {
            case Source.DirectPut _ -> stream;
            case Source.KafkaTopic _ -> throw new InvalidSourceException(notPermitted(stream));
            case Source.KinesisStream _, Source.Database _ -> throw new InvalidArgumentException(notPermitted(stream));
        };
    }

    private static String notPermitted(DeliveryStream stream) {
        return "This operation is not permitted on " + stream.type() + " delivery stream type.";
    }

    /** How many bytes the records have; refuses more than one call may. */
    private static long requireSize(List<SdkBytes> records) {
        long bytes = 0;
        for (var data : records) {
            bytes += data.asByteArrayUnsafe().length;
        }
        if (bytes > FirehoseLimits.BATCH_MAX_BYTES) {
            throw new InvalidArgumentException("Records size exceeds 4 MB limit");
        }
        return bytes;
    }

    /** An entry of a record that was stored has nothing but its id: some clients take any other member for a failure. */
    private static PutRecordBatchResponse stored(DeliveryStream stream, long first, int count) {
        var entries = new ArrayList<PutRecordBatchResponseEntry>(count);
        for (int i = 0; i < count; i++) {
            entries.add(PutRecordBatchResponseEntry.builder()
                    .recordId(RecordIds.of(stream, first + i))
                    .build());
        }
        return PutRecordBatchResponse.builder()
                .failedPutCount(0)
                .encrypted(stream.isEncrypted())
                .requestResponses(entries)
                .build();
    }
}

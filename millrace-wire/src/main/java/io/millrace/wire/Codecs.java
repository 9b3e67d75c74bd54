package io.millrace.wire;

import io.millrace.model.Firehose;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.ShardEvent;
import java.util.Map;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/** The codecs of all operations: one for all that use the SDK's classes, and one each for the hot ones. */
public final class Codecs {
    public static final OperationCodec<PutRecordsBatch, PutRecordsOutcome> PUT_RECORDS = new PutCodec.Many();

    public static final OperationCodec<PutRecordsBatch, PutRecordsOutcome.Stored> PUT_RECORD = new PutCodec.Single();

    public static final OperationCodec<GetRecordsRequest, GetRecordsPage> GET_RECORDS = new GetRecordsCodec();

    public static final OperationCodec<SubscribeToShardRequest, ShardEvent> SUBSCRIBE_TO_SHARD =
            new SubscribeToShardCodec();

    public static final OperationCodec<PutRecordBatchRequest, PutRecordBatchResponse> PUT_RECORD_BATCH =
            new PutRecordBatchCodec();

    private static final Map<Operation<?, ?>, OperationCodec<?, ?>> HOT = Map.of(
            Firehose.PUT_RECORD_BATCH, PUT_RECORD_BATCH,
            Kinesis.PUT_RECORDS, PUT_RECORDS,
            Kinesis.PUT_RECORD, PUT_RECORD,
            Kinesis.GET_RECORDS, GET_RECORDS,
            Kinesis.SUBSCRIBE_TO_SHARD, SUBSCRIBE_TO_SHARD);

    private Codecs() {}

    /** The codec of an operation. */
    @SuppressWarnings("unchecked") // the map pairs each operation with its own codec
    public static <I, O> OperationCodec<I, O> of(Operation<I, O> operation) {
        var hot = (OperationCodec<I, O>) HOT.get(operation);
        return hot == null ? generic(operation) : hot;
    }

    /** A codec for an operation whose input and output are the SDK's classes. */
    public static <I, O> OperationCodec<I, O> generic(Operation<I, O> operation) {
        return new GenericCodec<>(operation);
    }
}

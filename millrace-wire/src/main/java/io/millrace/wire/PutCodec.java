package io.millrace.wire;

import io.millrace.model.Operation;
import io.millrace.model.PutRecordsBatch;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;

/** Reads what is put and writes what became of it. */
final class PutCodec<O> implements OperationCodec<PutRecordsBatch, O> {
    /** Writes one kind of output. */
    interface OutputWriter<O> {
        void write(O output, Notation out);
    }

    private final Operation<PutRecordsBatch, O> operation;
    private final Function<SdkPojo, PutRecordsBatch> flat;
    private final OutputWriter<O> outputWriter;

    PutCodec(
            Operation<PutRecordsBatch, O> operation,
            Function<SdkPojo, PutRecordsBatch> flat,
            OutputWriter<O> outputWriter) {
        this.operation = operation;
        this.flat = flat;
        this.outputWriter = outputWriter;
    }

    @Override
    public PutRecordsBatch decode(Protocol protocol, byte[] body, int offset, int length) {
        return flat.apply(RequestReader.read(operation, GenericCodec.tokens(protocol, body, offset, length)));
    }

    @Override
    public void encode(Protocol protocol, O output, BodyWriter body) {
        outputWriter.write(output, Notation.of(protocol, body));
    }
}

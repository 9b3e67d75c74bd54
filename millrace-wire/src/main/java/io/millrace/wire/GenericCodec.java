package io.millrace.wire;

import io.millrace.model.Operation;
import io.millrace.model.Service.EmptyReply;
import software.amazon.awssdk.core.SdkPojo;

/** Reads and writes any operation whose input and output are the SDK's classes. */
final class GenericCodec<I, O> implements OperationCodec<I, O> {
    private final Operation<I, O> operation;

    GenericCodec(Operation<I, O> operation) {
        this.operation = operation;
    }

    @Override
    @SuppressWarnings("unchecked") // the table ties I to the class that its wireInput builds
    public I decode(Protocol protocol, byte[] body, int offset, int length) {
        return (I) RequestReader.read(operation, tokens(protocol, body, offset, length));
    }

    @Override
    public void encode(Protocol protocol, O output, BodyWriter body) {
        var object = (SdkPojo) output;
        if (!object.sdkFields().isEmpty() || operation.service().emptyReply() == EmptyReply.OBJECT) {
            new ReplyWriter(Notation.of(protocol, body)).write(object);
        }
    }

    static Tokens tokens(Protocol protocol, byte[] body, int offset, int length) {
        return switch (protocol) {
            case JSON -> new JsonTokens(body, offset, length);
            case CBOR -> new CborTokens(body, offset, length);
        };
    }
}

package io.millrace.wire;

/**
 * Bytes to input and output to bytes for one operation. Stateless; called from any thread.
 *
 * @param <I> what the operation's handler takes
 * @param <O> what it returns
 */
public interface OperationCodec<I, O> {
    /**
     * Reads a request body: well-formedness first, then the types, then the model's constraints.
     *
     * <p>What comes back may lie in the body itself, which then has to stay until the call has been answered, and the body
     * may have been written over to that end; a body that is refused is as it was.
     *
     * @throws io.millrace.model.SerializationException if the body is malformed or a member has the wrong type
     * @throws io.millrace.model.ValidationException if a constraint is broken
     */
    I decode(Protocol protocol, byte[] body, int offset, int length);

    /** Writes a reply body; writes nothing for an operation without output. */
    void encode(Protocol protocol, O output, BodyWriter body);
}

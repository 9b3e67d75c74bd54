package io.millrace.cli;

import software.amazon.awssdk.core.exception.SdkException;

/** One of two streams that a command deals with, and the service that has it: an error must say which of them it is about. */
record CopySide(String stream, Endpoint endpoint, KinesisStreams streams) implements AutoCloseable {
    /** What is asked of the service. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws InterruptedException;
    }

    static CopySide open(String stream, EndpointOptions options) {
        return new CopySide(stream, options.endpoint(), options.open());
    }

    /** @throws CommandFailure if the service refuses or is away */
    <T> T ask(Question<T> question) throws InterruptedException {
        try {
            return question.ask();
        } catch (SdkException e) {
            throw new CommandFailure(Complaint.about(e, endpoint), e);
        }
    }

    @Override
    public void close() {
        streams.close();
    }

    @Override
    public String toString() {
        return stream + " at " + endpoint;
    }
}

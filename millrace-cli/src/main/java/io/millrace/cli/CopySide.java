package io.millrace.cli;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** One of two streams that a command deals with, and the service that has it: an error must say which of them it is about. */
record CopySide(String stream, Endpoint endpoint, KinesisClient kinesis, KinesisStreams streams)
        implements AutoCloseable {
    /** What is asked of the service. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws InterruptedException;
    }

    static CopySide open(String stream, EndpointOptions options, Connection.Opener opener, Shell shell) {
        var endpoint = options.endpoint();
        var kinesis = opener.open(options.connection());
        return new CopySide(stream, endpoint, kinesis, new KinesisStreams(kinesis, endpoint, shell));
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
        kinesis.close();
    }

    @Override
    public String toString() {
        return stream + " at " + endpoint;
    }
}

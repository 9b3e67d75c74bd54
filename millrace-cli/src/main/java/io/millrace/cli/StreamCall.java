package io.millrace.cli;

import java.io.IOException;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** What every command has that is about one stream: its name, the service that has it, and how to show what comes of it. */
final class StreamCall {
    /** What is to be done with the stream of this name. */
    @FunctionalInterface
    interface Change {
        void ask(KinesisStreams streams, String name);
    }

    @Parameters(index = "0", paramLabel = "STREAM", description = "The stream's name.")
    private String name = "";

    @Mixin
    private final ResultOptions result;

    @Mixin
    private final EndpointOptions endpoint;

    StreamCall(ResultOptions result, EndpointOptions endpoint) {
        this.result = result;
        this.endpoint = endpoint;
    }

    String name() {
        return name;
    }

    ResultOptions result() {
        return result;
    }

    KinesisStreams open() {
        return endpoint.open();
    }

    int show(Function<StreamDescriptionSummary, Facts> facts) throws IOException {
        try (var streams = open()) {
            result.show(facts.apply(streams.describe(name)));
        }
        return ExitCode.OK;
    }

    int change(WaitOption wait, Change change) throws IOException, InterruptedException {
        try (var streams = open()) {
            change.ask(streams, name);
            showChanged(wait.isGiven() ? streams.awaitSettled(name) : streams.describe(name));
        }
        return ExitCode.OK;
    }

    /** Shows what the stream is like after a change, or in the middle of it. */
    void showChanged(StreamDescriptionSummary stream) throws IOException {
        var status = stream.streamStatusAsString();
        result.showChange(
                name,
                status,
                stream.streamStatus() == StreamStatus.UPDATING
                        ? "Stream " + name + " is being changed."
                        : "Stream " + name + " is " + status + " with "
                                + Quantity.count(stream.openShardCount(), "shard") + ".");
    }
}

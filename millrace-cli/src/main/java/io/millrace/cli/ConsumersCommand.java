package io.millrace.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;

/** {@code millrace consumers}: the consumers with enhanced fan-out that are registered with a stream. */
@Command(name = "consumers", description = "Register, list, describe and deregister consumers with enhanced fan-out.")
final class ConsumersCommand implements Runnable {
    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Register a consumer with a stream.")
    int register(
            @Mixin StreamCall stream,
            @Parameters(index = "1", paramLabel = "CONSUMER", description = "The consumer's name.") String name,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        try (var streams = stream.open()) {
            var consumers = streams.consumersOf(stream.name());
            var consumer = consumers.register(name);
            stream.result().show(wait.isGiven() ? facts(consumers.awaitActive(name)) : facts(consumer));
        }
        return ExitCode.OK;
    }

    @Command(description = "List the consumers of a stream.")
    int list(@Mixin StreamCall stream) throws IOException {
        try (var streams = stream.open()) {
            var consumers = streams.consumersOf(stream.name()).list();
            stream.result()
                    .showAll(
                            List.of("NAME", "STATUS", "CREATED", "ARN"),
                            consumers.stream().map(ConsumersCommand::facts).toList());
        }
        return ExitCode.OK;
    }

    @Command(description = "Show a consumer of a stream.")
    int describe(
            @Mixin StreamCall stream,
            @Parameters(index = "1", paramLabel = "CONSUMER", description = "The consumer's name.") String name)
            throws IOException {
        try (var streams = stream.open()) {
            var consumer = streams.consumersOf(stream.name()).describe(name);
            stream.result().show(facts(consumer));
        }
        return ExitCode.OK;
    }

    @Command(description = "Deregister a consumer: its subscriptions end.")
    int deregister(
            @Mixin StreamCall stream,
            @Parameters(index = "1", paramLabel = "CONSUMER", description = "The consumer's name.") String name,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        try (var streams = stream.open()) {
            var consumers = streams.consumersOf(stream.name());
            consumers.deregister(name);
            var consumer = "Consumer " + name + " of " + stream.name();
            if (wait.isGiven()) {
                consumers.awaitGone(name);
                stream.result().showChange(name, "DELETED", consumer + " is gone.");
            } else {
                stream.result().showChange(name, "DELETING", consumer + " is being deregistered.");
            }
        }
        return ExitCode.OK;
    }

    private static Facts facts(Consumer consumer) {
        return new Facts()
                .with("Name", "name", consumer.consumerName())
                .with("Status", "status", consumer.consumerStatusAsString())
                .with("Created", "created", consumer.consumerCreationTimestamp())
                .with("ARN", "arn", consumer.consumerARN());
    }

    private static Facts facts(ConsumerDescription consumer) {
        return new Facts()
                .with("Name", "name", consumer.consumerName())
                .with("Status", "status", consumer.consumerStatusAsString())
                .with("Created", "created", consumer.consumerCreationTimestamp())
                .with("ARN", "arn", consumer.consumerARN());
    }
}

package io.millrace.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;

/** {@code millrace consumers}: the consumers with enhanced fan-out that are registered with a stream. */
@Command(name = "consumers", description = "Register, list, describe and deregister consumers with enhanced fan-out.")
final class ConsumersCommand implements Runnable {
    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    private final Shell shell;
    private final Connection.Opener opener;

    ConsumersCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
    }

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Register a consumer with a stream.")
    int register(
            @Parameters(paramLabel = "STREAM", description = "The stream's name.") String stream,
            @Parameters(paramLabel = "CONSUMER", description = "The consumer's name.") String name,
            @Option(names = "--wait", description = "Return when the consumer can subscribe.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        try (var kinesis = opener.open(options.connection())) {
            var consumers =
                    new StreamConsumers(stream, kinesis, new KinesisStreams(kinesis, options.endpoint(), shell), shell);
            var consumer = consumers.register(name);
            if (wait) {
                facts(consumers.awaitActive(name)).show(new Output(shell.out()), result.format());
            } else {
                facts(consumer).show(new Output(shell.out()), result.format());
            }
        }
        return ExitCode.OK;
    }

    @Command(description = "List the consumers of a stream.")
    int list(
            @Parameters(paramLabel = "STREAM", description = "The stream's name.") String stream,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var consumers =
                    new StreamConsumers(stream, kinesis, new KinesisStreams(kinesis, options.endpoint(), shell), shell);
            Facts.showAll(
                    new Output(shell.out()),
                    result.format(),
                    List.of("NAME", "STATUS", "CREATED", "ARN"),
                    consumers.list().stream().map(ConsumersCommand::facts).toList());
        }
        return ExitCode.OK;
    }

    @Command(description = "Show a consumer of a stream.")
    int describe(
            @Parameters(paramLabel = "STREAM", description = "The stream's name.") String stream,
            @Parameters(paramLabel = "CONSUMER", description = "The consumer's name.") String name,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var consumers =
                    new StreamConsumers(stream, kinesis, new KinesisStreams(kinesis, options.endpoint(), shell), shell);
            facts(consumers.describe(name)).show(new Output(shell.out()), result.format());
        }
        return ExitCode.OK;
    }

    @Command(description = "Deregister a consumer: its subscriptions end.")
    int deregister(
            @Parameters(paramLabel = "STREAM", description = "The stream's name.") String stream,
            @Parameters(paramLabel = "CONSUMER", description = "The consumer's name.") String name,
            @Option(names = "--wait", description = "Return when the consumer is gone and its name is free.")
                    boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        try (var kinesis = opener.open(options.connection())) {
            var consumers =
                    new StreamConsumers(stream, kinesis, new KinesisStreams(kinesis, options.endpoint(), shell), shell);
            consumers.deregister(name);
            var out = new Output(shell.out());
            if (wait) {
                consumers.awaitGone(name);
                StreamView.showChange(
                        out, result.format(), name, "DELETED", "Consumer " + name + " of " + stream + " is gone.");
            } else {
                StreamView.showChange(
                        out,
                        result.format(),
                        name,
                        "DELETING",
                        "Consumer " + name + " of " + stream + " is being deregistered.");
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

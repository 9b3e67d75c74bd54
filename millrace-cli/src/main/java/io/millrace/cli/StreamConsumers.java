package io.millrace.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** The consumers with enhanced fan-out of one stream. */
final class StreamConsumers {
    private static final Backoff CHANGE_POLL = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

    private final String stream;
    private final String streamArn;
    private final KinesisClient kinesis;
    private final Shell shell;

    StreamConsumers(String stream, String streamArn, KinesisClient kinesis, Shell shell) {
        this.stream = stream;
        this.streamArn = streamArn;
        this.kinesis = kinesis;
        this.shell = shell;
    }

    /** @throws CommandFailure if there is one of that name */
    Consumer register(String name) {
        try {
            return kinesis.registerStreamConsumer(
                            request -> request.streamARN(streamArn).consumerName(name))
                    .consumer();
        } catch (ResourceInUseException e) {
            if (find(name).isEmpty()) {
                throw e;
            }
            throw new CommandFailure("Stream " + stream + " already has a consumer " + name + ".", e);
        }
    }

    List<Consumer> list() {
        var consumers = new ArrayList<Consumer>();
        var token = Optional.<String>empty();
        do {
            var from = token;
            var page = kinesis.listStreamConsumers(
                    request -> request.streamARN(streamArn).nextToken(from.orElse(null)));
            consumers.addAll(page.consumers());
            token = Optional.ofNullable(page.nextToken());
        } while (token.isPresent());
        return consumers;
    }

    /** @throws CommandFailure if there is none of that name */
    ConsumerDescription describe(String name) {
        return find(name).orElseThrow(() -> missing(name));
    }

    /** @throws CommandFailure if there is none of that name */
    void deregister(String name) {
        try {
            kinesis.deregisterStreamConsumer(
                    request -> request.streamARN(streamArn).consumerName(name));
        } catch (ResourceNotFoundException _) {
            throw missing(name);
        }
    }

    /** @throws CommandFailure if the consumer is not ACTIVE after {@link KinesisStreams#CHANGE_WAIT_MAX}, or is gone */
    ConsumerDescription awaitActive(String name) throws InterruptedException {
        var deadline = shell.clock().instant().plus(KinesisStreams.CHANGE_WAIT_MAX);
        for (int i = 0; ; i++) {
            var consumer = describe(name);
            if (consumer.consumerStatus() == ConsumerStatus.ACTIVE) {
                return consumer;
            }
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure("Consumer " + name + " is still " + consumer.consumerStatusAsString()
                        + " after " + KinesisStreams.CHANGE_WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(CHANGE_POLL.beforeRetry(i, shell.random()));
        }
    }

    /** @throws CommandFailure if the consumer is still there after {@link KinesisStreams#CHANGE_WAIT_MAX} */
    void awaitGone(String name) throws InterruptedException {
        var deadline = shell.clock().instant().plus(KinesisStreams.CHANGE_WAIT_MAX);
        for (int i = 0; find(name).isPresent(); i++) {
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure("Consumer " + name + " is still being deregistered after "
                        + KinesisStreams.CHANGE_WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(CHANGE_POLL.beforeRetry(i, shell.random()));
        }
    }

    private Optional<ConsumerDescription> find(String name) {
        try {
            return Optional.of(kinesis.describeStreamConsumer(
                            request -> request.streamARN(streamArn).consumerName(name))
                    .consumerDescription());
        } catch (ResourceNotFoundException _) {
            return Optional.empty();
        }
    }

    private CommandFailure missing(String name) {
        return new CommandFailure("Stream " + stream + " has no consumer " + name
                + ". Register it with: millrace consumers register " + stream + " " + name);
    }
}

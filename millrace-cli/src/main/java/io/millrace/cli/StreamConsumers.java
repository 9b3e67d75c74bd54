package io.millrace.cli;

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

    /** @throws CommandFailure if that takes too long, or the consumer is gone */
    ConsumerDescription awaitActive(String name) throws InterruptedException {
        return new Changes(shell)
                .await(
                        () -> describe(name),
                        consumer -> consumer.consumerStatus() == ConsumerStatus.ACTIVE,
                        consumer -> "Consumer " + name + " is still " + consumer.consumerStatusAsString());
    }

    /** @throws CommandFailure if that takes too long */
    void awaitGone(String name) throws InterruptedException {
        new Changes(shell)
                .await(() -> find(name), Optional::isEmpty, _ -> "Consumer " + name + " is still being deregistered");
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

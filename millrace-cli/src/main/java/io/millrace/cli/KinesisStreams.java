package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/** The streams of one endpoint: making, finding and removing them. */
final class KinesisStreams {
    static final Duration CHANGE_WAIT_MAX = Duration.ofMinutes(5);
    // A local server changes state in half a second, the real one in ten or more; it allows 20 calls a second in all.
    private static final Backoff CHANGE_POLL = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

    private final KinesisClient kinesis;
    private final Endpoint endpoint;
    private final Shell shell;

    KinesisStreams(KinesisClient kinesis, Endpoint endpoint, Shell shell) {
        this.kinesis = kinesis;
        this.endpoint = endpoint;
        this.shell = shell;
    }

    /**
     * Asks for a stream with so many shards, or an on-demand one if no number is given. Returns before it is usable.
     *
     * @throws CommandFailure if there is one of that name
     */
    void create(String name, OptionalInt shardCount) {
        try {
            if (shardCount.isPresent()) {
                kinesis.createStream(request -> request.streamName(name).shardCount(shardCount.getAsInt()));
            } else {
                kinesis.createStream(request -> request.streamName(name)
                        .streamModeDetails(details -> details.streamMode(StreamMode.ON_DEMAND)));
            }
        } catch (ResourceInUseException e) {
            throw new CommandFailure("Stream " + name + " already exists at " + endpoint + ".", e);
        }
    }

    /** @throws CommandFailure if there is none of that name */
    void delete(String name) {
        try {
            kinesis.deleteStream(request -> request.streamName(name));
        } catch (ResourceNotFoundException e) {
            throw missing(name, e);
        }
    }

    Optional<StreamDescriptionSummary> find(String name) {
        try {
            return Optional.of(kinesis.describeStreamSummary(request -> request.streamName(name))
                    .streamDescriptionSummary());
        } catch (ResourceNotFoundException _) {
            return Optional.empty();
        }
    }

    /** @throws CommandFailure if there is none of that name */
    StreamDescriptionSummary describe(String name) {
        return find(name).orElseThrow(() -> missing(name, null));
    }

    /**
     * Waits until the stream can be written and read.
     *
     * @throws CommandFailure if that takes longer than {@link #CHANGE_WAIT_MAX}, or the stream is gone
     */
    StreamDescriptionSummary awaitActive(String name) throws InterruptedException {
        var deadline = deadline();
        for (int i = 0; ; i++) {
            var stream = describe(name);
            if (stream.streamStatus() == StreamStatus.ACTIVE || stream.streamStatus() == StreamStatus.UPDATING) {
                return stream;
            }
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure("Stream " + name + " is still " + stream.streamStatusAsString() + " after "
                        + CHANGE_WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(CHANGE_POLL.beforeRetry(i, shell.random()));
        }
    }

    /** @throws CommandFailure if the stream is still there after {@link #CHANGE_WAIT_MAX} */
    void awaitGone(String name) throws InterruptedException {
        var deadline = deadline();
        for (int i = 0; find(name).isPresent(); i++) {
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure("Stream " + name + " is still being deleted after "
                        + CHANGE_WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(CHANGE_POLL.beforeRetry(i, shell.random()));
        }
    }

    /** All streams, by name. */
    List<StreamSummary> list() {
        var streams = new ArrayList<StreamSummary>();
        var request = ListStreamsRequest.builder().build();
        while (true) {
            var page = kinesis.listStreams(request);
            streams.addAll(
                    page.hasStreamSummaries()
                            ? page.streamSummaries()
                            // Older servers tell the names alone.
                            : page.streamNames().stream()
                                    .map(name -> StreamSummary.builder()
                                            .streamName(name)
                                            .build())
                                    .toList());
            if (!Boolean.TRUE.equals(page.hasMoreStreams())
                    || page.streamNames().isEmpty()) {
                return streams;
            }
            var last = page.streamNames().getLast();
            request =
                    ListStreamsRequest.builder().exclusiveStartStreamName(last).build();
        }
    }

    /**
     * Every shard that is still kept, open or closed, by index; none while the stream is being made.
     *
     * @throws CommandFailure if there is no stream of that name
     */
    List<Shard> shards(String name) {
        var shards = new ArrayList<Shard>();
        var request = ListShardsRequest.builder().streamName(name).build();
        try {
            while (true) {
                var page = kinesis.listShards(request);
                shards.addAll(page.shards());
                if (page.nextToken() == null) {
                    return shards;
                }
                request =
                        ListShardsRequest.builder().nextToken(page.nextToken()).build();
            }
        } catch (ResourceInUseException _) {
            return List.of();
        } catch (ResourceNotFoundException e) {
            throw missing(name, e);
        }
    }

    private CommandFailure missing(String name, @Nullable Throwable cause) {
        var sentence = "Stream " + name + " does not exist at " + endpoint
                + ". Create it with: millrace streams create " + name;
        return cause == null ? new CommandFailure(sentence) : new CommandFailure(sentence, cause);
    }

    private Instant deadline() {
        return shell.clock().instant().plus(CHANGE_WAIT_MAX);
    }
}

package io.millrace.streams;

import io.millrace.log.UnknownShardException;
import io.millrace.model.Caller;
import io.millrace.model.EventSource;
import io.millrace.model.ShardEvent;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import java.time.InstantSource;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/** SubscribeToShard: which consumer, which shard, and from where on. */
final class Subscribing {
    private final StreamDirectory streams;
    private final ConsumerDirectory consumers;
    private final StartingPositions positions;
    private final FanOut fanOut;
    private final InstantSource clock;

    Subscribing(
            StreamDirectory streams,
            ConsumerDirectory consumers,
            StartingPositions positions,
            FanOut fanOut,
            InstantSource clock) {
        this.streams = streams;
        this.consumers = consumers;
        this.positions = positions;
        this.fanOut = fanOut;
        this.clock = clock;
    }

    EventSource<ShardEvent> subscribe(Caller caller, SubscribeToShardRequest request) {
        var consumer = new NamedConsumer(request.consumerARN(), null, null)
                .find(caller, streams, consumers, "SubscribeToShard");
        var address = consumer.state().address();
        if (consumer.state().status() != ConsumerStatus.ACTIVE) {
            throw address.notActive();
        }
        int index = ShardId.parse(request.shardId())
                .orElseThrow(() -> address.stream().couldNotFindShard(request.shardId()));
        var stream = streams.find(address.stream()).orElseThrow(address::notFound);
        var shard = requireShard(stream.state(), index);
        var subscription = fanOut.open(consumer, stream, shard, offset(stream.state(), shard, request));
        if (consumer.state().status() != ConsumerStatus.ACTIVE) {
            // Deregistered in this moment, perhaps too late to be broken off with the others.
            subscription.breakOff(address.notFound());
        }
        consumer.meters().subscribed();
        return subscription;
    }

    private Shard requireShard(StreamState stream, int index) {
        return stream.shards()
                .find(index)
                .filter(shard -> stream.unexpired(shard, clock.millis()))
                .orElseThrow(() -> stream.address().shardDoesNotExist(ShardId.of(index)));
    }

    private long offset(StreamState stream, Shard shard, SubscribeToShardRequest request) {
        var wanted = request.startingPosition();
        try {
            return positions.offset(
                    stream,
                    shard,
                    new StartingPositions.Wanted(
                            StartingPositions.Asking.SUBSCRIBE_TO_SHARD,
                            wanted.type(),
                            wanted.sequenceNumber(),
                            wanted.timestamp()));
        } catch (UnknownShardException _) {
            throw stream.address().shardDoesNotExist(shard.id());
        }
    }
}

package io.millrace.streams;

import io.millrace.log.ReadLimits;
import io.millrace.log.UnknownShardException;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.Namespace;
import io.millrace.streams.ShardReading.Reading;
import io.millrace.streams.iterator.ShardIterators;
import io.millrace.streams.iterator.ShardPosition;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** GetShardIterator and GetRecords: reading a shard piece by piece. */
final class RecordReader {
    private final StreamDirectory directory;
    private final ShardReading reading;
    private final ShardIterators iterators;
    private final StartingPositions positions;
    private final InstantSource clock;

    RecordReader(
            StreamDirectory directory,
            ShardReading reading,
            ShardIterators iterators,
            StartingPositions positions,
            InstantSource clock) {
        this.directory = directory;
        this.reading = reading;
        this.iterators = iterators;
        this.positions = positions;
        this.clock = clock;
    }

    GetShardIteratorResponse iterator(Caller caller, GetShardIteratorRequest request) {
        var address = directory.address(caller, request.streamName(), request.streamARN(), "GetShardIterator");
        int index = ShardId.parse(request.shardId()).orElseThrow(() -> address.couldNotFindShard(request.shardId()));
        var stream = directory
                .find(caller, address)
                .map(LiveStream::state)
                .filter(state -> state.status() != StreamStatus.CREATING)
                .orElseThrow(() -> address.shardDoesNotExist(ShardId.of(index)));
        var shard = shard(stream, index).orElseThrow(() -> address.shardDoesNotExist(ShardId.of(index)));
        var wanted = new StartingPositions.Wanted(
                StartingPositions.Asking.GET_SHARD_ITERATOR,
                request.shardIteratorType(),
                request.startingSequenceNumber(),
                request.timestamp());
        try {
            long offset = positions.offset(stream, shard, wanted);
            var position = new ShardPosition(
                    stream.id(), address.namespace().account(), address.name(), shard.index(), offset);
            return GetShardIteratorResponse.builder()
                    .shardIterator(iterators.issue(position))
                    .build();
        } catch (UnknownShardException _) {
            throw address.shardDoesNotExist(shard.id());
        }
    }

    Optional<ShardPosition> positionOf(String shardIterator) {
        try {
            return Optional.of(iterators.redeem(shardIterator));
        } catch (AwsException _) {
            return Optional.empty();
        }
    }

    GetRecordsPage records(Caller caller, GetRecordsRequest request) {
        var position = iterators.redeem(request.shardIterator());
        var live = stream(caller, request, position);
        // The state first and the log second: a shard that is closed in this state has all of its records in the log.
        var stream = live.state();
        long startNanos = live.meters().startNanos();
        var shard = shard(stream, position.shardIndex()).orElseThrow(() -> gone(stream.address(), position));
        boolean limited = live.throughput().limitsReads();
        if (limited && !live.throughput().of(shard.index()).takesRead()) {
            live.meters().getRecordsThrottled(startNanos);
            live.meters().shards().readThrottled(shard.index());
            throw stream.address().rateExceeded(shard.id());
        }
        int limit = request.limit() == null ? StreamLimits.GET_RECORDS_MAX : request.limit();
        var read = reading.lend(
                stream, shard, position.offset(), new ReadLimits(limit, StreamLimits.GET_RECORDS_MAX_BYTES));
        try {
            live.meters().getRecords(startNanos, read.records().size(), read.bytes(), read.millisBehindLatest());
            live.meters()
                    .shards()
                    .outgoing(shard.index(), read.records().size(), read.bytes(), read.millisBehindLatest());
            if (limited) {
                live.throughput().of(shard.index()).gave(read.bytes());
            }
            return page(read, position);
        } catch (Throwable failure) {
            // No page will be closed by anybody.
            read.returning().run();
            throw failure;
        }
    }

    /** The very stream that the iterator is of; one that was made anew under the same name is another. */
    private LiveStream stream(Caller caller, GetRecordsRequest request, ShardPosition position) {
        var owner = new Namespace(position.account(), caller.namespace().region());
        var address = new StreamAddress(owner, position.streamName());
        directory.requireAllowed(caller, address, "GetRecords");
        if (request.streamARN() != null) {
            requireSameStream(directory.address(caller, null, request.streamARN(), "GetRecords"), request, address);
        }
        return directory
                .find(caller, address)
                .filter(live -> live.state().id() == position.streamId())
                .orElseThrow(() -> gone(address, position));
    }

    private static void requireSameStream(StreamAddress asked, GetRecordsRequest request, StreamAddress ofIterator) {
        if (asked.equals(ofIterator)) {
            return;
        }
        if (!asked.namespace().region().equals(ofIterator.namespace().region())) {
            throw asked.notFound();
        }
        throw new InvalidArgumentException("StreamARN " + request.streamARN()
                + " does not match the stream of the ShardIterator, " + ofIterator.name());
    }

    private static RuntimeException gone(StreamAddress address, ShardPosition position) {
        return address.shardDoesNotExist(ShardId.of(position.shardIndex()));
    }

    private Optional<Shard> shard(StreamState stream, int index) {
        return stream.shards().find(index).filter(shard -> stream.unexpired(shard, clock.millis()));
    }

    private GetRecordsPage page(Reading reading, ShardPosition position) {
        boolean ended = !reading.childShards().isEmpty();
        return new GetRecordsPage(
                reading.records(),
                ended ? null : iterators.issue(position.at(reading.nextOffset())),
                reading.millisBehindLatest(),
                reading.childShards(),
                reading.returning());
    }
}

package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.ReadLimits;
import io.millrace.log.RecordRun;
import io.millrace.log.RecordRun.StoredRecord;
import io.millrace.log.UnknownShardException;
import io.millrace.model.Caller;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.Namespace;
import io.millrace.streams.iterator.ShardIterators;
import io.millrace.streams.iterator.ShardPosition;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** GetShardIterator and GetRecords: the one way to read a shard, without locks and never past what is durable. */
final class RecordReader {
    private final StreamDirectory directory;
    private final Log log;
    private final ShardIterators iterators;
    private final StartingPositions positions;
    private final InstantSource clock;

    RecordReader(StreamDirectory directory, Log log, ShardIterators iterators, InstantSource clock) {
        this.directory = directory;
        this.log = log;
        this.iterators = iterators;
        this.positions = new StartingPositions(log, clock);
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
                request.shardIteratorType(), request.startingSequenceNumber(), request.timestamp());
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

    GetRecordsPage records(Caller caller, GetRecordsRequest request) {
        var position = iterators.redeem(request.shardIterator());
        var live = stream(caller, request, position);
        // The state first and the log second: a shard that is closed in this state has all of its records in the log.
        var stream = live.state();
        long startNanos = live.meters().startNanos();
        var shard = shard(stream, position.shardIndex()).orElseThrow(() -> gone(stream.address(), position));
        int limit = request.limit() == null ? StreamLimits.GET_RECORDS_MAX : request.limit();
        try {
            var run = read(stream, shard, position.offset(), new ReadLimits(limit, StreamLimits.GET_RECORDS_MAX_BYTES));
            var page = page(stream, shard, run, position);
            live.meters().getRecords(startNanos, page.records().size(), bytes(run), page.millisBehindLatest());
            return page;
        } catch (UnknownShardException _) {
            throw gone(stream.address(), position);
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
        boolean same = asked.name().equals(ofIterator.name())
                && asked.namespace().account().equals(ofIterator.namespace().account());
        if (!same) {
            throw new InvalidArgumentException("StreamARN " + request.streamARN()
                    + " does not match the stream of the ShardIterator, " + ofIterator.name());
        }
    }

    private static RuntimeException gone(StreamAddress address, ShardPosition position) {
        return address.shardDoesNotExist(ShardId.of(position.shardIndex()));
    }

    private Optional<Shard> shard(StreamState stream, int index) {
        return stream.shards().find(index).filter(shard -> stream.unexpired(shard, clock.millis()));
    }

    /** Reads from the offset or, if that has expired, from the oldest record that has not. */
    private RecordRun read(StreamState stream, Shard shard, long offset, ReadLimits limits) {
        var run = log.read(shard.logKey(), offset, limits);
        long horizon = stream.horizonMillis(clock.millis());
        // Arrival times only grow within a shard, so the first record tells for all.
        if (run.records().isEmpty() || run.records().getFirst().arrivalMillis() >= horizon) {
            return run;
        }
        return log.read(shard.logKey(), log.firstOffsetAtOrAfter(shard.logKey(), horizon), limits);
    }

    private GetRecordsPage page(StreamState stream, Shard shard, RecordRun run, ShardPosition position) {
        List<DeliveredRecord> records =
                run.records().stream().map(record -> delivered(shard, record)).toList();
        long behind = run.atTail()
                ? 0
                : Math.max(0, clock.millis() - run.records().getLast().arrivalMillis());
        if (shard.open() || !run.atTail()) {
            return new GetRecordsPage(records, iterators.issue(position.at(run.nextOffset())), behind, List.of());
        }
        var children = stream.shards().childrenOf(shard);
        if (children.isEmpty()) {
            throw gone(stream.address(), position);
        }
        return new GetRecordsPage(
                records,
                null,
                behind,
                children.stream().map(Descriptions::child).toList());
    }

    private static DeliveredRecord delivered(Shard shard, StoredRecord record) {
        var number = shard.numberOf(record.offset(), record.arrivalMillis());
        return new DeliveredRecord(number.toString(), record.arrivalMillis(), record.key(), record.data());
    }

    private static long bytes(RecordRun run) {
        long bytes = 0;
        for (var record : run.records()) {
            bytes += record.data().remaining();
        }
        return bytes;
    }
}

package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.ReadLimits;
import io.millrace.log.RecordRun;
import io.millrace.log.RecordRun.StoredRecord;
import io.millrace.log.ShardKey;
import io.millrace.log.UnknownShardException;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.streams.shard.Shard;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.ChildShard;

/** The one way to read a shard, without locks and never past what is durable; polling and fan-out share it. */
record ShardReading(Log log, InstantSource clock) {

    /**
     * What was read.
     *
     * @param nextOffset where to read on
     * @param bytes of data, keys not counted
     * @param childShards non-empty exactly when the shard is closed and this is the end of it
     * @param returning gives back the memory of what was lent
     */
    record Reading(
            List<DeliveredRecord> records,
            long nextOffset,
            long millisBehindLatest,
            long bytes,
            List<ChildShard> childShards,
            Runnable returning) {}

    /** Either way of the log's to read. */
    private interface Way {
        RecordRun read(ShardKey shard, long fromOffset, ReadLimits limits);
    }

    /**
     * Reads from the offset or, if that has expired, from the oldest record that has not.
     *
     * @param stream its state from before this call: a shard that is closed in it has all of its records in the log
     * @throws io.millrace.model.ResourceNotFoundException if the shard is gone with its stream
     */
    Reading read(StreamState stream, Shard shard, long offset, ReadLimits limits) {
        return read(log::read, stream, shard, offset, limits);
    }

    /** Like {@link #read}, in memory that is lent. */
    Reading lend(StreamState stream, Shard shard, long offset, ReadLimits limits) {
        return read(log::lend, stream, shard, offset, limits);
    }

    private Reading read(Way way, StreamState stream, Shard shard, long offset, ReadLimits limits) {
        RecordRun run;
        try {
            run = run(way, stream, shard, offset, limits);
        } catch (UnknownShardException _) {
            throw stream.address().shardDoesNotExist(shard.id());
        }
        try {
            return reading(stream, shard, run);
        } catch (Throwable failure) {
            run.close();
            throw failure;
        }
    }

    private Reading reading(StreamState stream, Shard shard, RecordRun run) {
        List<DeliveredRecord> records =
                run.records().stream().map(record -> delivered(shard, record)).toList();
        long behind = run.atTail()
                ? 0
                : Math.max(0, clock.millis() - run.records().getLast().arrivalMillis());
        return new Reading(
                records, run.nextOffset(), behind, bytes(run), children(stream, shard, run), run.returning());
    }

    private RecordRun run(Way way, StreamState stream, Shard shard, long offset, ReadLimits limits) {
        var run = way.read(shard.logKey(), offset, limits);
        long horizon = stream.horizonMillis(clock.millis());
        // Arrival times only grow within a shard, so the first record tells for all.
        if (run.records().isEmpty() || run.records().getFirst().arrivalMillis() >= horizon) {
            return run;
        }
        run.close();
        return way.read(shard.logKey(), log.firstOffsetAtOrAfter(shard.logKey(), horizon), limits);
    }

    private static List<ChildShard> children(StreamState stream, Shard shard, RecordRun run) {
        if (shard.open() || !run.atTail()) {
            return List.of();
        }
        var children = stream.shards().childrenOf(shard);
        if (children.isEmpty()) {
            throw stream.address().shardDoesNotExist(shard.id());
        }
        return children.stream().map(Descriptions::child).toList();
    }

    private static DeliveredRecord delivered(Shard shard, StoredRecord record) {
        var number = shard.numberOf(record.offset(), record.arrivalMillis());
        return new DeliveredRecord(
                number.toString(),
                record.arrivalMillis(),
                record.key(),
                record.data(),
                RecordFlags.encryptionType(record.flags()));
    }

    private static long bytes(RecordRun run) {
        long bytes = 0;
        for (var record : run.records()) {
            bytes += record.data().remaining();
        }
        return bytes;
    }
}

package io.millrace.streams;

import io.millrace.log.CorruptLogException;
import io.millrace.log.Log;
import io.millrace.log.ReadLimits;
import io.millrace.log.TailSignal;
import io.millrace.log.UnknownShardException;
import io.millrace.model.AwsException;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.Namespace;
import io.millrace.streams.shard.Shard;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The way to read streams for rooms above, by position: a consumer of its own that takes no quota and shares no cursor.
 * Reads wait for nothing but the disk. Safe for use by several threads.
 */
public final class StreamReader {
    private final StreamDirectory directory;
    private final ShardReading reading;
    private final Log log;

    StreamReader(StreamDirectory directory, ShardReading reading, Log log) {
        this.directory = directory;
        this.reading = reading;
        this.log = log;
    }

    /**
     * A stream as it is now.
     *
     * @param id its incarnation: a stream that was deleted and made again has another
     */
    public record SeenStream(long id, Namespace namespace, String name, String arn, List<SeenShard> shards) {}

    /** A shard of it; the parents may have expired meanwhile. */
    public record SeenShard(int index, String id, List<Integer> parents) {}

    /**
     * What one reading gave.
     *
     * @param nextOffset where to read on; the last record is the one before it, and none is left out in between
     * @param ended the shard is closed, and this was the end of it
     */
    public record ShardRun(List<DeliveredRecord> records, long nextOffset, long millisBehindLatest, boolean ended) {}

    /** The stream can't be read: it is gone, is not there yet, or the log fails. */
    public static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message, Throwable cause) {
            super(message, cause);
        }

        UnreadableException(String message) {
            super(message);
        }
    }

    /** The stream of that name, if records of it can be read. */
    public Optional<SeenStream> find(Namespace namespace, String name) {
        return directory
                .find(new StreamAddress(namespace, name))
                .map(LiveStream::state)
                .filter(StreamState::writable)
                .map(StreamReader::seen);
    }

    private static SeenStream seen(StreamState state) {
        var shards = state.shards().all().stream()
                .map(shard -> new SeenShard(shard.index(), shard.id(), shard.parents()))
                .toList();
        var address = state.address();
        return new SeenStream(state.id(), address.namespace(), address.name(), address.arn(), shards);
    }

    /** The offset of the first record that arrived at or after the instant, or that of the next one to come. */
    public long offsetAt(SeenStream stream, SeenShard shard, Instant instant) {
        return asking(() -> {
            var state = state(stream);
            return log.firstOffsetAtOrAfter(shard(state, shard).logKey(), instant.toEpochMilli());
        });
    }

    /** Reads from the offset or, if that has expired, from the oldest record that has not. */
    public ShardRun read(SeenStream stream, SeenShard shard, long fromOffset, int maxRecords, int maxBytes) {
        return asking(() -> {
            // The state first and the log second: a shard that is closed in this state has all of its records in the
            // log.
            var state = state(stream);
            var run = reading.read(state, shard(state, shard), fromOffset, new ReadLimits(maxRecords, maxBytes));
            return new ShardRun(
                    run.records(),
                    run.nextOffset(),
                    run.millisBehindLatest(),
                    !run.childShards().isEmpty());
        });
    }

    /** Wakes who waits for a shard's next record, or for its end. */
    public TailSignal tail(SeenStream stream, SeenShard shard) {
        return asking(() -> log.tail(shard(state(stream), shard).logKey()));
    }

    /** Whether the shard will never be read again: its stream was deleted, or all that it held has expired. */
    public boolean isGone(SeenStream stream, SeenShard shard) {
        return directory
                .find(new StreamAddress(stream.namespace(), stream.name()))
                .map(LiveStream::state)
                .filter(state -> state.id() == stream.id())
                .flatMap(state -> state.shards().find(shard.index()))
                .isEmpty();
    }

    private StreamState state(SeenStream stream) {
        return directory
                .find(new StreamAddress(stream.namespace(), stream.name()))
                .map(LiveStream::state)
                .filter(state -> state.id() == stream.id() && state.writable())
                .orElseThrow(() -> new UnreadableException("there is no stream " + stream.arn()));
    }

    private static Shard shard(StreamState state, SeenShard shard) {
        return state.shards()
                .find(shard.index())
                .orElseThrow(() -> new UnreadableException(shard.id() + " of " + state.address() + " has expired"));
    }

    private interface Question<T> {
        T ask();
    }

    private static <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (AwsException | UnknownShardException | CorruptLogException | UncheckedIOException e) {
            throw new UnreadableException(String.valueOf(e.getMessage()), e);
        }
    }
}

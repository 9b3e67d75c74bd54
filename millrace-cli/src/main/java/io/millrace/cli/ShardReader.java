package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/**
 * Reads one shard, a call at a time: remembers where it is and when it may ask again.
 *
 * <p>{@link #fetch} may run on any thread; what it found is taken in by {@link #advance} and its like on the thread that
 * owns the reader, before the next fetch.
 */
final class ShardReader {
    /** A shard answers five reads a second to all its readers together; an idle one leaves most of them to others. */
    static final Duration POLL_INTERVAL_MIN = Duration.ofMillis(200);

    static final Duration POLL_INTERVAL_MAX = Duration.ofSeconds(1);

    static final Backoff AFTER_FAILURE = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    /** What a call found. */
    sealed interface Fetched {
        record Page(GetRecordsResponse response) implements Fetched {}

        /** The service was busy or away; the same call may succeed later. */
        record Postponed(SdkException reason) implements Fetched {}

        /** The shard, perhaps its stream, is not there any more. */
        record Gone() implements Fetched {}
    }

    private final String shardId;
    private final Patience patience;
    private StartingPoint start;
    private @Nullable String iterator;
    private Instant nextFetchAt;
    private Duration pollInterval = POLL_INTERVAL_MIN;
    private int failuresInARow;
    private boolean caughtUp;

    /** @param patience this shard's own */
    ShardReader(String shardId, StartingPoint start, Patience patience, Instant now) {
        this.shardId = shardId;
        this.patience = patience;
        this.start = start;
        this.nextFetchAt = now;
    }

    String shardId() {
        return shardId;
    }

    Instant nextFetchAt() {
        return nextFetchAt;
    }

    /** Whether the last call said that there is nothing more at the moment. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    /** Asks for the next records, at most {@code recordsMaxCount} of them. */
    Fetched fetch(KinesisClient kinesis, String stream, int recordsMaxCount, Instant now) {
        try {
            try {
                return getRecords(kinesis, stream, recordsMaxCount, now);
            } catch (ExpiredIteratorException _) {
                // Iterators live five minutes, less than a machine may sleep. Where we are, we know ourselves.
                iterator = null;
                return getRecords(kinesis, stream, recordsMaxCount, now);
            }
        } catch (ResourceNotFoundException _) {
            return new Fetched.Gone();
        } catch (SdkException e) {
            if (!Complaint.isPassing(e)) {
                throw e;
            }
            return new Fetched.Postponed(e);
        }
    }

    private Fetched.Page getRecords(KinesisClient kinesis, String stream, int recordsMaxCount, Instant now) {
        var from = Optional.ofNullable(iterator).orElseGet(() -> newIterator(kinesis, stream, now));
        iterator = from;
        return new Fetched.Page(
                kinesis.getRecords(request -> request.shardIterator(from).limit(recordsMaxCount)));
    }

    private String newIterator(KinesisClient kinesis, String stream, Instant now) {
        var issued = kinesis.getShardIterator(request -> {
                    request.streamName(stream).shardId(shardId);
                    start.applyTo(request);
                })
                .shardIterator();
        if (start instanceof StartingPoint.Latest) {
            // Should this iterator expire before a record came, "latest" would then skip what came in between.
            start = new StartingPoint.AtTimestamp(now);
        }
        return issued;
    }

    /** Takes in a page, and returns whether the shard goes on after it. */
    boolean advance(GetRecordsResponse page, Instant fetchedAt) {
        patience.reward();
        failuresInARow = 0;
        iterator = page.nextShardIterator();
        boolean empty = page.records().isEmpty();
        if (!empty) {
            start = new StartingPoint.AfterRecord(page.records().getLast().sequenceNumber());
        }
        caughtUp = empty && isZeroOrAbsent(page.millisBehindLatest());
        pollInterval = caughtUp ? doubled(pollInterval) : POLL_INTERVAL_MIN;
        nextFetchAt = fetchedAt.plus(pollInterval);
        return iterator != null;
    }

    /**
     * Puts the next call off after one that failed.
     *
     * @throws CommandFailure if the shard has not answered for too long
     */
    void postpone(SdkException reason, Instant now, RandomGenerator random) {
        patience.tolerate(reason);
        caughtUp = false;
        nextFetchAt = now.plus(AFTER_FAILURE.beforeRetry(failuresInARow++, random));
    }

    private static boolean isZeroOrAbsent(@Nullable Long millis) {
        return millis == null || millis == 0;
    }

    private static Duration doubled(Duration interval) {
        var doubled = interval.multipliedBy(2);
        return doubled.compareTo(POLL_INTERVAL_MAX) > 0 ? POLL_INTERVAL_MAX : doubled;
    }
}

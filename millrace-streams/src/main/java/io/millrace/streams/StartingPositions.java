package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.model.InternalFailureException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.sequence.SequenceNumber;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Where a reader begins: turns what a request says into an offset of the shard's log, once and for all. */
record StartingPositions(Log log, InstantSource clock) {
    /** Who asks, and what the sequence number is called there; for refusals. */
    enum Asking {
        GET_SHARD_ITERATOR("GetShardIterator", "StartingSequenceNumber"),
        SUBSCRIBE_TO_SHARD("SubscribeToShard", "SequenceNumber");

        private final String operation;
        private final String numberMember;

        Asking(String operation, String numberMember) {
            this.operation = operation;
            this.numberMember = numberMember;
        }
    }

    /** What a request may say. */
    record Wanted(
            Asking asking,
            ShardIteratorType type,
            @Nullable String sequenceNumber,
            @Nullable Instant timestamp) {}

    long offset(StreamState stream, Shard shard, Wanted wanted) {
        refuseNumberThatDoesNotFit(wanted);
        return switch (wanted.type()) {
            case TRIM_HORIZON -> log.firstOffsetAtOrAfter(shard.logKey(), stream.horizonMillis(clock.millis()));
            case LATEST -> log.bounds(shard.logKey()).nextOffset();
            case AT_SEQUENCE_NUMBER ->
                within(shard, number(stream, shard, wanted).offsetAt());
            case AFTER_SEQUENCE_NUMBER ->
                within(shard, number(stream, shard, wanted).offsetAfter());
            case AT_TIMESTAMP -> log.firstOffsetAtOrAfter(shard.logKey(), requireMillis(wanted));
            case UNKNOWN_TO_SDK_VERSION -> throw new AssertionError("the model's enum was checked before");
        };
    }

    private static void refuseNumberThatDoesNotFit(Wanted wanted) {
        boolean given = wanted.sequenceNumber() != null;
        boolean refused = switch (wanted.type()) {
            case TRIM_HORIZON, LATEST -> given;
            case AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER -> !given;
            case AT_TIMESTAMP, UNKNOWN_TO_SDK_VERSION -> false;
        };
        if (refused) {
            var member = wanted.asking().numberMember;
            throw new InvalidArgumentException(
                    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
                            + member + " or (2) TRIM_HORIZON or LATEST and no " + member + ". Request specified "
                            + wanted.type() + " and " + (given ? "also a " : "no ") + member + ".");
        }
    }

    /** Ending numbers, and numbers yet to be given out, point behind everything there is. */
    private long within(Shard shard, long offset) {
        return Math.min(offset, log.bounds(shard.logKey()).nextOffset());
    }

    private static SequenceNumber number(StreamState stream, Shard shard, Wanted wanted) {
        var given = Objects.requireNonNull(wanted.sequenceNumber(), "checked before");
        var member = wanted.asking().numberMember;
        var used = member + " " + given + " used in " + wanted.asking().operation + " on shard " + shard.id() + " in "
                + stream.address() + " is invalid";
        var number = SequenceNumber.parse(given).orElseThrow(() -> new InvalidArgumentException(used + "."));
        if (number.shardIndex() != shard.index()) {
            throw new InvalidArgumentException("Invalid " + member + ". It encodes " + ShardId.of(number.shardIndex())
                    + ", while it was used in a call to a shard with " + shard.id());
        }
        if (number.version() == 0) {
            throw new InternalFailureException();
        }
        if (number.version() != SequenceNumber.CURRENT_VERSION
                || number.shardCreationSecond() != shard.creationSecond()) {
            throw new InvalidArgumentException(used + " because it did not come from this stream.");
        }
        return number;
    }

    private long requireMillis(Wanted wanted) {
        if (wanted.timestamp() == null) {
            throw new InvalidArgumentException("Must specify timestampInMillis parameter for iterator of type"
                    + " AT_TIMESTAMP. Current request has no timestamp parameter.");
        }
        long millis = Millis.of(wanted.timestamp());
        long now = clock.millis();
        if (millis > now) {
            throw new InvalidArgumentException("The timestampInMillis parameter cannot be greater than the"
                    + " currentTimestampInMillis. timestampInMillis: " + millis + ", currentTimestampInMillis: " + now);
        }
        return millis;
    }
}

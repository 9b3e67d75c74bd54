package io.millrace.streams.sequence;

import java.util.Optional;

/**
 * A record's place in its shard, as clients see it: a decimal number of 186 bits. Its 47 hex digits are
 *
 * <pre>
 *  1  always 2
 *  9  when the shard was created, in seconds since the epoch
 *  1  the low four bits of the shard's index
 * 16  counter: 0 for a shard's start, then one more than the record's offset in the shard, 7fff... for a shard's end
 *  2  always 00
 *  9  when the record arrived, in seconds since the epoch
 *  8  the shard's index, as 32 bits in two's complement
 *  1  version: 2
 * </pre>
 *
 * <p>AWS counts the records of five neighbouring shards with one counter. Ours counts each shard alone, so that a number
 * says where its record lies and nothing needs to be looked up to find it. Clients can't tell: they rely on the order
 * inside one shard only.
 *
 * <p>Numbers of the versions 0 and 1, which the service gave out in its first years, are understood but never made.
 *
 * @param recordSecond 0 for version 0, which has no such field
 */
public record SequenceNumber(long shardCreationSecond, long counter, long recordSecond, int shardIndex, int version) {
    /** The version of all numbers made here. */
    public static final int CURRENT_VERSION = 2;

    /** The counter of a closed shard's ending number, above every record's. */
    public static final long END_COUNTER = Long.MAX_VALUE;

    /** The number that a shard begins with, below all of its records'. */
    public static SequenceNumber starting(long shardCreationSecond, int shardIndex) {
        return new SequenceNumber(shardCreationSecond, 0, shardCreationSecond, shardIndex, CURRENT_VERSION);
    }

    /** The number that a closed shard ends with, above all of its records'. */
    public static SequenceNumber ending(long shardCreationSecond, long closingSecond, int shardIndex) {
        return new SequenceNumber(shardCreationSecond, END_COUNTER, closingSecond, shardIndex, CURRENT_VERSION);
    }

    /**
     * The number of a record.
     *
     * @param offset counts the shard's records from zero
     */
    public static SequenceNumber of(long shardCreationSecond, int shardIndex, long offset, long arrivalMillis) {
        // A clock that was set back must not make a record look older than its shard.
        long second = Math.max(Math.floorDiv(arrivalMillis, 1000L), shardCreationSecond);
        return new SequenceNumber(shardCreationSecond, offset + 1, second, shardIndex, CURRENT_VERSION);
    }

    /** Reads a number of any known version; empty if it is none that the service could have given out. */
    public static Optional<SequenceNumber> parse(String decimal) {
        return SequenceNumberParser.parse(decimal);
    }

    /** The offset of the record with this number, or of the first one after it if there is none. */
    public long offsetAt() {
        return Math.max(counter - 1, 0);
    }

    /** The offset of the first record with a greater number. */
    public long offsetAfter() {
        return counter;
    }

    /** The decimal digits; only for numbers of the current version. */
    @Override
    public String toString() {
        assert version == CURRENT_VERSION : version;
        return SequenceNumberDigits.render(shardCreationSecond, counter, recordSecond, shardIndex);
    }
}

package io.millrace.firehose.http;

import io.millrace.firehose.source.RecordPosition;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How far a batch is in a table: the offset token that rows carry, and that Snowflake gives back for the last it committed.
 *
 * @param offset the source offset of the last row's record
 * @param sub the place within that
 * @param check of all the batch's rows up to it, so that a batch that comes again with other rows is not taken for the same
 * @param errorsBefore how many rows Snowflake had refused on the channel when the batch began
 */
record SnowflakeOffset(UUID batch, long offset, int sub, int check, long errorsBefore) {
    private static final Pattern TEXT =
            Pattern.compile("([0-9a-f-]{36})\\.(\\d{1,19})\\.(\\d{1,10})\\.([0-9a-f]{8})\\.(\\d{1,18})");

    String text() {
        return batch + "." + offset + "." + sub + "." + String.format("%08x", check) + "." + errorsBefore;
    }

    /** Empty for what is not ours. */
    static Optional<SnowflakeOffset> parse(String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SnowflakeOffset(
                    UUID.fromString(parts.group(1)),
                    Long.parseLong(parts.group(2)),
                    Integer.parseInt(parts.group(3)),
                    Integer.parseUnsignedInt(parts.group(4), 16),
                    Long.parseLong(parts.group(5))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Whether a record of the batch is at the offset or before it. */
    boolean covers(RecordPosition position) {
        return position.offset() < offset || (position.offset() == offset && position.sub() <= sub);
    }
}

package io.millrace.streams.shard;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Shard ids as text: {@code shardId-000000000007} for the shard with index 7. */
public final class ShardId {
    /** AWS ignores whatever stands before the first dash, and takes a bare number too. */
    private static final Pattern LENIENT = Pattern.compile("(?:[^-]*-)?([0-9]+)", Pattern.DOTALL);

    private static final int DIGITS_MAX = 128;

    private ShardId() {}

    /** The id of an index; a negative one, from a made-up sequence number, is printed as AWS prints it. */
    public static String of(int index) {
        return String.format("shardId-%012d", index);
    }

    /** The index that an id stands for; empty if AWS could not make sense of it either. */
    public static OptionalInt parse(String id) {
        var matcher = LENIENT.matcher(id);
        if (!matcher.matches() || matcher.group(1).length() > DIGITS_MAX) {
            return OptionalInt.empty();
        }
        var digits = matcher.group(1).replaceFirst("^0+(?=.)", "");
        if (digits.length() > 10) {
            return OptionalInt.empty();
        }
        long index = Long.parseLong(digits);
        return index > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) index);
    }
}

package io.millrace.streams.shard;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Shard ids as text: {@code shardId-000000000007} for the shard with index 7. */
public final class ShardId {
    /** AWS ignores whatever stands before the first dash, and takes a bare number too. */
    private static final Pattern LENIENT = Pattern.compile("(?:[^-]*-)?([0-9]+)", Pattern.DOTALL);

    private static final int DIGITS_MAX = 128;
    private static final byte[] ZERO = "shardId-000000000000".getBytes(StandardCharsets.ISO_8859_1);

    private ShardId() {}

    /** The id of an index; a negative one, from a made-up sequence number, is printed as AWS prints it. */
    public static String of(int index) {
        return index < 0 ? String.format("shardId-%012d", index) : usual(index);
    }

    /** Spelled out for each record that is put, so it is not left to a formatter. */
    private static String usual(int index) {
        var id = ZERO.clone();
        int rest = index;
        for (int at = id.length - 1; rest > 0; at--) {
            int tenth = rest / 10;
            id[at] += (byte) (rest - tenth * 10);
            rest = tenth;
        }
        return new String(id, StandardCharsets.ISO_8859_1);
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

package io.millrace.bench.soak;

/** The place of a record, as a put's answer or a reader names it. */
record Where(String shardId, String sequenceNumber) {
    /** Decimal numbers without leading zeros: the longer is the greater. */
    static boolean rises(String before, String after) {
        return before.length() == after.length() ? before.compareTo(after) < 0 : before.length() < after.length();
    }
}

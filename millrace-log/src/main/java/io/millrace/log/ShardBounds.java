package io.millrace.log;

/**
 * What a shard holds: the offsets from {@code trimOffset} (the oldest kept) up to, not including, {@code nextOffset}.
 *
 * @param lastArrivalMillis when the newest record arrived, or 0 if there was none ever
 */
public record ShardBounds(long trimOffset, long nextOffset, long lastArrivalMillis, boolean sealed) {}

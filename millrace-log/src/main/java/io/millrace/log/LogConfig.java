package io.millrace.log;

import java.nio.file.Path;

/**
 * How the shard log lies on disk and in memory.
 *
 * @param directory where its files are; made if missing
 * @param durability when an append counts as safe
 * @param segmentMaxBytes a segment file is closed, and later recycled or regrouped, once the next batch would grow it
 *     past this; a single larger batch gets a segment of its own
 * @param regroupBytes how many bytes of segments are regrouped by shard in one pass
 * @param ringMaxBytes memory for the newest batches, from which readers at the tail are served
 * @param readCacheMaxBytes memory for what was read from disk and not yet used up by its reader
 * @param queueMaxAppends how many appends may wait for the disk; more are refused
 * @param queueMaxBytes how many bytes may wait for the disk; more are refused
 */
public record LogConfig(
        Path directory,
        Durability durability,
        int segmentMaxBytes,
        int regroupBytes,
        int ringMaxBytes,
        int readCacheMaxBytes,
        int queueMaxAppends,
        int queueMaxBytes) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public LogConfig {
        requireWithin("log.segment-max-bytes", segmentMaxBytes, 64 * KIB, 1024 * MIB);
        requireWithin("log.regroup-bytes", regroupBytes, segmentMaxBytes, 1024 * MIB);
        requireWithin("log.ring-max-bytes", ringMaxBytes, 256 * KIB, 1024 * MIB);
        requireWithin("log.read-cache-max-bytes", readCacheMaxBytes, 0, 1024 * MIB);
        requireWithin("log.queue-max-appends", queueMaxAppends, 1, 1_000_000);
        requireWithin("log.queue-max-bytes", queueMaxBytes, MIB, 2047 * MIB);
    }

    public static LogConfig defaults(Path directory) {
        return new LogConfig(directory, Durability.FSYNC, 256 * MIB, 1024 * MIB, 64 * MIB, 32 * MIB, 16_384, 256 * MIB);
    }

    /** Memory outside of the heap for what readers are lent and what is read ahead for them: as much as the ring. */
    int lentMaxBytes() {
        return ringMaxBytes;
    }

    /** How much of that may lie ready for readers that have not come back yet: the rest is for those that read. */
    int readAheadMaxBytes() {
        return lentMaxBytes() / 2;
    }

    private static void requireWithin(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be " + min + " to " + max + ", not " + value);
        }
    }
}

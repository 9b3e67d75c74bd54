package io.millrace.bench.logload;

import io.millrace.log.Log;
import io.millrace.log.ShardKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives up the oldest records so that the newest so many stay, as a stream's retention does by age, and watches what the
 * log's files do meanwhile. A thread of its own.
 */
final class Retention {
    private static final Duration LOOKS_EVERY = Duration.ofMillis(200);

    private final Log log;
    private final Path directory;
    private final int shards;
    private final long keptRecords;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("retention").unstarted(this::run);
    /** How far the shards had come at some moments, the oldest first. */
    private final Deque<Mark> marks = new ArrayDeque<>();

    private final Set<String> segments = new HashSet<>();
    private final Set<String> runs = new HashSet<>();
    private long bytesMax;
    private String failure = "";

    private static final class Mark {
        final long records;
        final long[] nextOffsets;

        Mark(long[] nextOffsets) {
            this.records = Arrays.stream(nextOffsets).sum();
            this.nextOffsets = nextOffsets;
        }
    }

    /**
     * What the files did.
     *
     * @param segments how many segment files there were in all; fewer than were filled, if they are recycled
     * @param runs how many files the regrouping began
     * @param bytesMax the most that all files took together
     * @param failure what ended this early; empty if nothing did
     */
    record Seen(int segments, int runs, long bytesMax, String failure) {}

    private Retention(Log log, Path directory, int shards, long keptRecords) {
        this.log = log;
        this.directory = directory;
        this.shards = shards;
        this.keptRecords = keptRecords;
    }

    static Retention start(Log log, Path directory, int shards, long keptRecords) {
        var retention = new Retention(log, directory, shards, keptRecords);
        retention.thread.start();
        return retention;
    }

    /** Ends it. */
    Seen end() throws IOException, InterruptedException {
        closing.countDown();
        thread.join();
        look();
        return new Seen(segments.size(), runs.size(), bytesMax, failure);
    }

    private void run() {
        try {
            while (!closing.await(LOOKS_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
                giveUpOldest();
            }
        } catch (IOException | RuntimeException | InterruptedException e) {
            failure = e.toString();
        }
    }

    private void giveUpOldest() {
        var newest = mark();
        marks.add(newest);
        Mark last = null;
        while (newest.records - marks.getFirst().records > keptRecords) {
            last = marks.remove();
        }
        for (int shard = 0; last != null && shard < shards && closing.getCount() > 0; shard++) {
            log.trim(new ShardKey(shard), last.nextOffsets[shard]);
        }
    }

    private Mark mark() {
        var nextOffsets = new long[shards];
        for (int shard = 0; shard < shards; shard++) {
            nextOffsets[shard] = log.bounds(new ShardKey(shard)).nextOffset();
        }
        return new Mark(nextOffsets);
    }

    private void look() throws IOException {
        long bytes = 0;
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith("segment-")) {
                    segments.add(name);
                } else if (name.startsWith("run-")) {
                    runs.add(name);
                }
                bytes += sizeOf(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        bytesMax = Math.max(bytesMax, bytes);
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            // Given up since it was listed.
            return 0;
        }
    }
}

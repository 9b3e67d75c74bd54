package io.millrace.bench.jmh;

import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import io.millrace.log.SegmentLog;
import io.millrace.log.ShardKey;
import io.millrace.log.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Random;

/** A log in a folder of its own, with the server's settings; the folder goes with it. */
final class TemporaryLog implements AutoCloseable {
    private static final Duration RETENTION = Duration.ofHours(24);

    private final Path directory;
    private final SegmentLog log;
    private final int shards;

    TemporaryLog(Durability durability, int shards) throws IOException {
        directory = Files.createTempDirectory("millrace-bench-log");
        var usual = LogConfig.defaults(directory);
        var config = new LogConfig(
                directory,
                durability,
                usual.segmentMaxBytes(),
                usual.regroupBytes(),
                usual.ringMaxBytes(),
                usual.readCacheMaxBytes(),
                usual.queueMaxAppends(),
                usual.queueMaxBytes());
        log = SegmentLog.open(config, new LocalDisk(), InstantSource.system(), new Random());
        this.shards = shards;
        for (int shard = 0; shard < shards; shard++) {
            log.open(new ShardKey(shard), RETENTION);
        }
    }

    SegmentLog log() {
        return log;
    }

    /** Gives up all records, so that a long run needs no more disk than a short one. */
    void trimAll() {
        for (int shard = 0; shard < shards; shard++) {
            var key = new ShardKey(shard);
            log.trim(key, log.bounds(key).nextOffset());
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

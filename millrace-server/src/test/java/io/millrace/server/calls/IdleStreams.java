package io.millrace.server.calls;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import io.millrace.log.SegmentLog;
import io.millrace.log.disk.LocalDisk;
import io.millrace.model.Caller;
import io.millrace.model.Namespace;
import io.millrace.streams.Streams;
import io.millrace.streams.StreamsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;

/** Data Streams on a catalog and a log of its own, in which nothing happens by itself: a stream stays in CREATING. */
public final class IdleStreams implements AutoCloseable {
    private static final int MIB = 1 << 20;

    private final SegmentLog log;
    private final SqliteCatalog catalog;
    private final Streams streams;

    public IdleStreams(Path directory, InstantSource clock) throws IOException {
        var random = new SplittableRandom(1);
        log = SegmentLog.open(
                new LogConfig(directory.resolve("log"), Durability.OS, MIB, MIB, MIB, MIB, 16, MIB),
                new LocalDisk(),
                clock,
                random);
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
        streams = new Streams(StreamsConfig.defaults(), log, catalog, clock, random, new SimpleMeterRegistry());
    }

    public CallTargets targets() {
        return new CallTargets(streams);
    }

    public void create(String name) {
        streams.createStream(
                caller("000000000000"),
                CreateStreamRequest.builder().streamName(name).shardCount(1).build());
    }

    public static Caller caller(String account) {
        return new Caller(new Namespace(account, "us-east-1"), "arn:aws:iam::" + account + ":root", "", "request");
    }

    @Override
    public void close() throws IOException {
        streams.close();
        catalog.close();
        log.close();
    }
}

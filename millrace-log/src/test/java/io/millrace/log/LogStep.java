package io.millrace.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Something done to a log in a test. */
sealed interface LogStep {
    record Open(ShardKey shard, Duration retention) implements LogStep {}

    record Append(List<Part> parts, Form form) implements LogStep {}

    /** How an append tells the log what each shard gets. */
    enum Form {
        LISTED,
        SPREAD
    }

    record Part(ShardKey shard, List<Records.Plain> records) {}

    record Trim(ShardKey shard, long beforeOffset) implements LogStep {}

    record Seal(ShardKey shard) implements LogStep {}

    record Delete(ShardKey shard) implements LogStep {}

    record KeepHouse() implements LogStep {}

    /** Any step that makes sense for a log which holds what the model says. */
    static LogStep any(SplittableRandom random, LogModel model, long freshKey) {
        int shardsWanted = 5;
        if (model.shardCount() < shardsWanted) {
            return new Open(new ShardKey(freshKey), anyRetention(random));
        }
        var key = model.anyKey(random);
        return switch (random.nextInt(20)) {
            case 0, 1 -> new Trim(key, random.nextLong(model.shard(key).records.size() + 10L));
            case 2 -> new Seal(key);
            case 3 -> new Delete(key);
            case 4 -> new Open(key, anyRetention(random));
            case 5, 6 -> new KeepHouse();
            default -> anyAppend(random, model);
        };
    }

    private static Duration anyRetention(SplittableRandom random) {
        return Duration.ofHours(24L * (1 + random.nextInt(2)));
    }

    private static Append anyAppend(SplittableRandom random, LogModel model) {
        var parts = new ArrayList<Part>();
        for (int part = 0; part <= random.nextInt(3); part++) {
            var records = new ArrayList<Records.Plain>();
            int dataMaxBytes = random.nextInt(8) == 0 ? 60_000 : 200;
            for (int record = 0; record <= random.nextInt(10); record++) {
                records.add(Records.any(random, dataMaxBytes));
            }
            parts.add(new Part(model.anyKey(random), records));
        }
        return new Append(parts, random.nextBoolean() ? Form.LISTED : Form.SPREAD);
    }

    private static List<ShardAppend> listed(List<Part> parts) {
        return parts.stream()
                .map(part -> new ShardAppend(part.shard(), Records.batch(part.records())))
                .toList();
    }

    private static SpreadAppend spread(List<Part> parts) {
        var shards = new long[parts.size()];
        var ends = new int[parts.size()];
        var all = new ArrayList<Records.Plain>();
        for (int part = 0; part < shards.length; part++) {
            shards[part] = parts.get(part).shard().id();
            all.addAll(parts.get(part).records());
            ends[part] = all.size();
        }
        return new SpreadAppend(shards, ends, shards.length, Records.batch(all));
    }

    /** Does it, and returns when it is durable or refused because a shard is sealed; fails with what the log fails with. */
    default void doTo(SegmentLog log) {
        switch (this) {
            case Open(var key, var retention) -> log.open(key, retention);
            case Append(var parts, var form) -> {
                try {
                    switch (form) {
                        case LISTED -> Records.append(log, listed(parts));
                        case SPREAD -> Records.append(log, spread(parts));
                    }
                } catch (ShardSealedException _) {
                    // The model knows that these are not taken.
                }
            }
            case Trim(var key, long before) -> log.trim(key, before);
            case Seal(var key) -> log.seal(key);
            case Delete(var key) -> log.delete(key);
            case KeepHouse() -> log.keepHouse();
        }
    }
}

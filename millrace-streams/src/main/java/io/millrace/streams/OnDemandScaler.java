package io.millrace.streams;

import io.millrace.catalog.Catalog;
import io.millrace.log.ShardKey;
import io.millrace.streams.ShardTraffic.Count;
import io.millrace.streams.shard.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * Watches the on-demand streams' loads and reshards those that have too few shards or far too many. What it watches
 * belongs to the one thread that samples.
 */
final class OnDemandScaler {
    private static final Logger LOGGER = LoggerFactory.getLogger(OnDemandScaler.class);

    /** A day's peak is noted anew only when it has grown by so much, so that a rising load is not written all the time. */
    private static final double PEAK_STEP = 1.1;

    private final Catalog catalog;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final ScalingTables tables;
    private final ShardQuota quota;
    private final AccountSettings accounts;
    private final Resharding resharding;
    private final Duration window;
    private final InstantSource clock;
    private final Map<Long, Watch> watches = new HashMap<>();

    /** What is known of one stream's load. */
    private static final class Watch {
        private final Duration window;
        private final PeakHistory peaks;
        private final Map<ShardKey, LoadWindow> ofShards = new HashMap<>();
        private LoadWindow ofStream;
        private long scaledMillis;

        Watch(Duration window, PeakHistory peaks, long nowMillis) {
            this.window = window;
            this.peaks = peaks;
            this.ofStream = new LoadWindow(window, nowMillis);
            this.scaledMillis = nowMillis;
        }

        void add(Map<ShardKey, Count> counts, long nowMillis) {
            ofStream.add(nowMillis, counts.values().stream().reduce(Count.NONE, Count::plus));
            ofShards.keySet().retainAll(counts.keySet());
            // A shard's window begins a sample after the shard itself.
            counts.forEach((shard, count) -> {
                var ofShard = ofShards.get(shard);
                if (ofShard == null) {
                    ofShards.put(shard, new LoadWindow(window, nowMillis));
                } else {
                    ofShard.add(nowMillis, count);
                }
            });
        }

        boolean isHot(Shard shard) {
            return Optional.ofNullable(ofShards.get(shard.logKey()))
                    .flatMap(LoadWindow::sustained)
                    .filter(OnDemandScaling::isHot)
                    .isPresent();
        }

        void scaled(long nowMillis) {
            ofStream = new LoadWindow(window, nowMillis);
            scaledMillis = nowMillis;
        }
    }

    OnDemandScaler(
            Catalog catalog,
            StreamDirectory directory,
            StreamRegister register,
            ScalingTables tables,
            ShardQuota quota,
            AccountSettings accounts,
            Resharding resharding,
            Duration window,
            InstantSource clock) {
        this.catalog = catalog;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.quota = quota;
        this.accounts = accounts;
        this.resharding = resharding;
        this.window = window;
        this.clock = clock;
    }

    /** Looks at every on-demand stream once. */
    void sample() {
        var seen = new HashSet<Long>();
        for (var stream : directory.all().toList()) {
            var state = stream.state();
            if (state.settings().mode() == StreamMode.ON_DEMAND && state.writable()) {
                seen.add(state.id());
                try {
                    sample(stream, state);
                } catch (RuntimeException e) {
                    LOGGER.error("{} could not be scaled; it will be tried again", state.address(), e);
                }
            }
        }
        watches.keySet().retainAll(seen);
    }

    private void sample(LiveStream stream, StreamState state) {
        long now = clock.millis();
        var counts = stream.traffic().take(state.shards().open());
        var watch = watches.get(state.id());
        if (watch == null) {
            // What was counted before began at an unknown moment, so it is no sample.
            watches.put(state.id(), new Watch(window, loadPeaks(state, now), now));
            return;
        }
        watch.add(counts, now);
        var sustained = watch.ofStream.sustained();
        if (sustained.isEmpty()) {
            return;
        }
        notePeak(stream, watch, sustained.get(), now);
        if (state.status() == StreamStatus.ACTIVE) {
            scale(stream, state, watch, sustained.get(), now);
        }
    }

    private PeakHistory loadPeaks(StreamState state, long now) {
        return catalog.read(connection -> new PeakHistory(tables.loadPeaks(connection, state.id(), oldestDay(now))));
    }

    private void notePeak(LiveStream stream, Watch watch, Throughput load, long now) {
        long today = epochDay(now);
        var before = watch.peaks.of(today);
        // Compared with what was noted last, so that many small steps add up.
        if (load.shards() > before.shards() * PEAK_STEP) {
            var peak = before.max(load);
            // In turn, for a stream that is gone meanwhile has no peaks any more.
            boolean noted = register.inTurn(() -> stream.state().writable()
                    && catalog.transact(connection -> putPeak(connection, stream.state(), peak, now)));
            if (noted) {
                watch.peaks.raise(today, peak);
            }
        }
    }

    private boolean putPeak(Connection connection, StreamState state, Throughput peak, long now) throws SQLException {
        tables.putPeak(connection, state.id(), epochDay(now), peak, oldestDay(now));
        return true;
    }

    private void scale(LiveStream stream, StreamState state, Watch watch, Throughput sustained, long now) {
        int open = state.shards().openCount();
        int target = OnDemandScaling.shardsFor(open, sustained, watch.peaks.highestUntil(epochDay(now)), least(state));
        if (target > open || (target < open && mayShrink(watch, now))) {
            inTurn(stream, state, () -> resize(stream, watch, target, now));
        } else if (target == open) {
            var tooHot = hotShards(state, watch);
            if (!tooHot.isEmpty()) {
                inTurn(stream, state, () -> split(tooHot, stream, watch, sustained, now));
            }
        }
    }

    /** Unless someone else has changed the stream meanwhile; then the next look shows what to do. */
    private void inTurn(LiveStream stream, StreamState seen, Runnable change) {
        register.inTurn(() -> {
            if (stream.state().equals(seen)) {
                change.run();
            }
            return stream.state();
        });
    }

    /** In turn, so that the room in the quota is still there when it is taken. */
    private void resize(LiveStream stream, Watch watch, int target, long now) {
        var state = stream.state();
        int open = state.shards().openCount();
        int allowed = Math.min(target, open + quota.room(state.address().namespace()));
        if (allowed < target) {
            LOGGER.warn("{} should have {} shards, but the quota allows only {}", state.address(), target, allowed);
        }
        if (allowed != open) {
            var plan = ReshardPlan.toCount(state.shards().open(), allowed, state.nextShardIndex());
            begin(stream, plan, Resharding.Also.NOTHING);
        }
        watch.scaled(now);
    }

    /** Splits shards alone, because the load is uneven; in turn like {@link #resize}. */
    private void split(List<Shard> tooHot, LiveStream stream, Watch watch, Throughput sustained, long now) {
        var state = stream.state();
        int open = state.shards().openCount();
        int room = Math.min(
                OnDemandScaling.hotSplitMax(sustained) - open,
                quota.room(state.address().namespace()));
        if (room <= 0) {
            return;
        }
        var split = tooHot.subList(0, Math.min(room, tooHot.size()));
        // The even load alone would let these shards be merged again; what the day has seen before stays its peak.
        var peak = OnDemandScaling.peakThatKeeps(open + split.size()).max(watch.peaks.of(epochDay(now)));
        var plan = ReshardPlan.splitEach(split, state.nextShardIndex());
        begin(stream, plan, connection -> putPeak(connection, state, peak, now));
        watch.peaks.raise(epochDay(now), peak);
        watch.scaled(now);
    }

    private void begin(LiveStream stream, ReshardPlan plan, Resharding.Also also) {
        var before = stream.state();
        var after = resharding.begin(stream, before.settings(), plan, also);
        LOGGER.info(
                "{} is resharded for its load, from {} to {} shards",
                before.address(),
                before.shards().openCount(),
                after.openShardsToCome());
    }

    /** How few shards the stream may have. One that was provisioned with fewer than on-demand streams have keeps them. */
    private int least(StreamState state) {
        return state.settings()
                .warmThroughputMib()
                .filter(_ -> accounts.committed(state.address().namespace()))
                .map(WarmThroughput::shardsFor)
                .orElse(Math.min(StreamLimits.ON_DEMAND_SHARDS, state.shards().openCount()));
    }

    private static List<Shard> hotShards(StreamState state, Watch watch) {
        return state.shards().open().stream()
                .filter(shard -> !shard.range().isPoint() && watch.isHot(shard))
                .toList();
    }

    private static boolean mayShrink(Watch watch, long now) {
        return now - watch.scaledMillis >= OnDemandScaling.SHRINK_INTERVAL.toMillis();
    }

    private static long epochDay(long millis) {
        return Duration.ofMillis(millis).toDays();
    }

    private static long oldestDay(long nowMillis) {
        return PeakHistory.oldest(epochDay(nowMillis));
    }
}

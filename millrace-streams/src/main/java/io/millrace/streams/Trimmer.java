package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.ShardKey;
import io.millrace.log.UnknownShardException;
import io.millrace.streams.shard.Shard;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives expired records back to the log, and forgets closed shards that have none left. Readers don't depend on it: they
 * never see past the horizon anyway.
 */
final class Trimmer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Trimmer.class);

    /** A reshard of a large stream leaves thousands; other changes must not wait for all of them. */
    private static final int FORGET_AT_ONCE_MAX = 500;

    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final Log log;
    private final ShardLogs logs;
    private final InstantSource clock;
    private volatile boolean stopping;

    Trimmer(StreamDirectory directory, StreamRegister register, StreamTables tables, Log log, InstantSource clock) {
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.log = log;
        this.logs = new ShardLogs(log);
        this.clock = clock;
    }

    /** Trims every stream once, or until told to stop. */
    void trim() {
        for (var stream : directory.all().toList()) {
            try {
                trim(stream);
            } catch (RuntimeException e) {
                LOGGER.error(
                        "{} could not be trimmed; it will be tried again",
                        stream.state().address(),
                        e);
            }
        }
    }

    /** Lets a round end with the shards it is at, for a round over thousands takes its time. The next start goes on. */
    void stop() {
        stopping = true;
    }

    private void trim(LiveStream stream) {
        var state = stream.state();
        if (stopping || !state.writable()) {
            return;
        }
        long horizon = state.horizonMillis(clock.millis());
        var shards = state.shards().all();
        var kept = shards.stream().filter(shard -> !forgettable(shard, horizon)).toList();
        ShardLogs.each(kept, key -> trim(key, horizon));
        var forgotten =
                shards.stream().filter(shard -> forgettable(shard, horizon)).toList();
        for (int from = 0; from < forgotten.size(); from += FORGET_AT_ONCE_MAX) {
            forget(stream, forgotten.subList(from, Math.min(forgotten.size(), from + FORGET_AT_ONCE_MAX)));
        }
    }

    /** Some time after it has expired: a listing that began before may still have pages to come. */
    private static boolean forgettable(Shard shard, long horizon) {
        return !shard.closedAfter(horizon - StreamLimits.PAGE_TOKEN_LIFETIME.toMillis());
    }

    private void trim(ShardKey key, long horizon) {
        if (stopping) {
            return;
        }
        try {
            var bounds = log.bounds(key);
            long keepFrom = log.firstOffsetAtOrAfter(key, horizon);
            if (keepFrom > bounds.trimOffset()) {
                log.trim(key, keepFrom);
            }
        } catch (UnknownShardException _) {
            // The stream was deleted meanwhile.
        }
    }

    private void forget(LiveStream stream, List<Shard> expired) {
        register.inTurn(() -> {
            var state = stream.state();
            if (stopping || !state.writable()) {
                return state;
            }
            // The log first: a crash in between leaves rows, which lead here again.
            logs.delete(expired);
            return register.change(stream, connection -> {
                tables.deleteShards(connection, state.id(), expired);
                return state.withShards(state.shards().without(expired));
            });
        });
    }
}

package io.millrace.log;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way: what was asked for, what of it goes into the batch, and what that changes once it is durable.
 * The committer's alone; one object serves all batches.
 */
final class Commit {
    private final ConcurrentMap<ShardKey, Shard> shards;

    private List<Request> requests = List.of();
    /** What each request completes with: a result, or the exception that refuses it. */
    private final List<Object> outcomes = new ArrayList<>();

    private final List<Change> changes = new ArrayList<>();
    private final Map<ShardKey, Shard> opened = new HashMap<>();
    /** The shards of the append that is being looked at: found once, because with thousands each look-up misses the cache. */
    private final List<Shard> admitting = new ArrayList<>();

    private final PlacedGroups placed = new PlacedGroups();
    private long arrivalMillis;
    private int bytes;

    /** What the batch says of one shard. */
    private sealed interface Change {
        Shard shard();

        record Records(Shard shard, RecordBatch batch, long firstOffset) implements Change {}

        record Step(Shard shard, GroupKind kind, long value) implements Change {}
    }

    Commit(ConcurrentMap<ShardKey, Shard> shards) {
        this.shards = shards;
    }

    /** Looks at each request in turn and decides whether it goes into the batch. */
    void begin(List<Request> requests, long arrivalMillis) {
        this.requests = requests;
        this.arrivalMillis = arrivalMillis;
        outcomes.clear();
        changes.clear();
        opened.clear();
        bytes = Format.BATCH_HEADER_BYTES;
        for (var request : requests) {
            outcomes.add(
                    switch (request) {
                        case Request.Append append -> admit(append);
                        case Request.Step step -> admit(step);
                        case Request.Stop _ -> throw new AssertionError("the committer keeps these");
                    });
        }
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    int paddedBytes() {
        return Format.padded(bytes, Format.BLOCK_BYTES);
    }

    private Object admit(Request.Append append) {
        admitting.clear();
        for (var part : append.appends()) {
            var shard = find(part.shard());
            if (shard == null) {
                return unknown(part.shard());
            }
            if (shard.draft().sealed) {
                return new ShardSealedException("shard " + part.shard().id() + " is sealed");
            }
            admitting.add(shard);
        }
        var results = new ArrayList<AppendResult>(append.appends().size());
        for (int part = 0; part < admitting.size(); part++) {
            var shard = admitting.get(part);
            var batch = append.appends().get(part).batch();
            var draft = shard.draft();
            results.add(new AppendResult(draft.nextOffset, arrivalMillis));
            changes.add(new Change.Records(shard, batch, draft.nextOffset));
            draft.nextOffset += batch.count();
        }
        bytes += append.encodedBytes();
        return results;
    }

    private Object admit(Request.Step step) {
        var shard = find(step.shard());
        if (shard == null) {
            return switch (step.kind()) {
                case OPEN -> {
                    var fresh = new Shard(step.shard(), step.value());
                    opened.put(step.shard(), fresh);
                    yield take(step, fresh, step.value());
                }
                case DELETE -> 0L;
                case SEAL, TRIM, RECORDS -> unknown(step.shard());
            };
        }
        var draft = shard.draft();
        return switch (step.kind()) {
            case OPEN -> {
                boolean already = draft.retentionMillis == step.value();
                draft.retentionMillis = step.value();
                yield already ? draft.nextOffset : take(step, shard, step.value());
            }
            case SEAL -> {
                boolean already = draft.sealed;
                draft.sealed = true;
                yield already ? draft.nextOffset : take(step, shard, draft.nextOffset);
            }
            case TRIM -> {
                long offset = Math.min(step.value(), draft.nextOffset);
                yield offset <= shard.trimOffset() ? draft.nextOffset : take(step, shard, offset);
            }
            case DELETE -> {
                draft.deleted = true;
                yield take(step, shard, draft.nextOffset);
            }
            case RECORDS -> throw new AssertionError(step);
        };
    }

    private Object take(Request.Step step, Shard shard, long value) {
        changes.add(new Change.Step(shard, step.kind(), value));
        bytes += step.encodedBytes();
        return shard.draft().nextOffset;
    }

    private @Nullable Shard find(ShardKey key) {
        var shard = shards.get(key);
        if (shard == null) {
            shard = opened.get(key);
        }
        return shard == null || shard.draft().deleted ? null : shard;
    }

    private static UnknownShardException unknown(ShardKey key) {
        return new UnknownShardException("the log holds no shard " + key.id());
    }

    /** Writes what was admitted. */
    void encode(BatchEncoder encoder) {
        placed.clear();
        for (var change : changes) {
            switch (change) {
                case Change.Records records -> encode(records, encoder);
                case Change.Step(var shard, var kind, long value) ->
                    encoder.step(kind, shard.key(), value, arrivalMillis);
            }
        }
        assert encoder.bytes() == bytes : encoder.bytes() + " bytes, not " + bytes;
    }

    private void encode(Change.Records records, BatchEncoder encoder) {
        var batch = records.batch;
        int record = 0;
        while (record < batch.count()) {
            int end = RecordGroups.groupEnd(batch, record);
            int at = encoder.bytes();
            encoder.records(records.shard.key(), records.firstOffset + record, arrivalMillis, batch, record, end);
            placed.add(records.firstOffset + end, at, encoder.bytes() - at);
            record = end;
        }
    }

    /** The batch is durable at this place: lets readers see it. */
    void show(Store segment, long position) {
        int group = 0;
        for (var change : changes) {
            var shard = change.shard();
            switch (change) {
                case Change.Records records -> group = show(records, group, segment, position);
                case Change.Step step -> show(shard, step.kind, step.value);
            }
        }
        // One fence for all shards: who waits has either been seen here, or sees how far the shard has come.
        VarHandle.fullFence();
        // Woken last, so that a reader finds all of the batch.
        for (var change : changes) {
            change.shard().wakeTail();
        }
    }

    private int show(Change.Records records, int firstGroup, Store segment, long position) {
        long offset = records.firstOffset;
        long end = offset + records.batch.count();
        int group = firstGroup;
        while (offset < end) {
            long next = placed.nextOffset(group);
            int at = Math.toIntExact(position + placed.position(group));
            segment.add(records.shard, offset, next, arrivalMillis, at, placed.bytes(group));
            offset = next;
            group++;
        }
        records.shard.advanceTo(end, arrivalMillis);
        return group;
    }

    private void show(Shard shard, GroupKind kind, long value) {
        switch (kind) {
            case OPEN -> {
                shard.retain(value);
                shards.put(shard.key(), shard);
            }
            case SEAL -> shard.seal();
            case TRIM -> shard.trimTo(value);
            case DELETE -> {
                shard.delete();
                shards.remove(shard.key());
            }
            case RECORDS -> throw new AssertionError(shard);
        }
    }

    /** Tells everybody who asked. */
    void acknowledge() {
        for (int index = 0; index < requests.size(); index++) {
            switch (outcomes.get(index)) {
                case RuntimeException refusal -> requests.get(index).done().completeExceptionally(refusal);
                case Object result -> complete(requests.get(index), result);
            }
        }
    }

    @SuppressWarnings("unchecked") // admit() made the outcome that the request's kind asks for
    private static void complete(Request request, Object outcome) {
        switch (request) {
            case Request.Append append -> append.done().complete((List<AppendResult>) outcome);
            case Request.Step step -> step.done().complete((Long) outcome);
            case Request.Stop _ -> throw new AssertionError(request);
        }
    }

    /**
     * Nothing became durable: all fail, and the shards are as before. What was to be given up is not shown any more all
     * the same, because a full disk has room again only when that can go; after a crash it may be back.
     */
    void fail(LogUnavailableException cause) {
        for (var change : changes) {
            change.shard().resetDraft();
            if (change instanceof Change.Step(var shard, var kind, long value)
                    && (kind == GroupKind.TRIM || kind == GroupKind.DELETE)) {
                shard.trimTo(Math.min(value, shard.nextOffset()));
            }
        }
        for (var request : requests) {
            request.done().completeExceptionally(cause);
        }
    }
}

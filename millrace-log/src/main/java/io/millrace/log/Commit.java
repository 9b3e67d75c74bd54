package io.millrace.log;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
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
    /** The same shards, those aside that this batch is to open. */
    private final ShardTable table = new ShardTable();

    private List<Request> requests = List.of();
    /** What each request completes with: a result, or the exception that refuses it. */
    private final List<Object> outcomes = new ArrayList<>();

    private final Answers answers = new Answers();

    private final List<Change> changes = new ArrayList<>();
    private final Map<ShardKey, Shard> opened = new HashMap<>();

    // Of all parts of all appends, one after another: the shard, found once because with thousands each look-up misses
    // the cache, the offset of the first record and that after the last one, and the piece that grows, if it is there.
    private Shard[] shardOfPart = new Shard[1024];
    private long[] offsetOfPart = new long[1024];
    private long[] endOfPart = new long[1024];
    private @Nullable OpenPiece[] pieceOfPart = new OpenPiece[1024];
    private int parts;

    private final PlacedGroups placed = new PlacedGroups();
    private long arrivalMillis;
    private int bytes;

    /** What one request changes. */
    private sealed interface Change {
        /** @param firstPart the place of the first part among those of all appends */
        record Records(AppendParts parts, int firstPart) implements Change {}

        record Step(Shard shard, GroupKind kind, long value) implements Change {}
    }

    Commit(ConcurrentMap<ShardKey, Shard> shards) {
        this.shards = shards;
        shards.values().forEach(table::put);
    }

    /** Looks at each request in turn and decides whether it goes into the batch. */
    void begin(List<Request> requests, long arrivalMillis) {
        this.requests = requests;
        this.arrivalMillis = arrivalMillis;
        outcomes.clear();
        changes.clear();
        opened.clear();
        parts = 0;
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
        var given = append.parts();
        int count = given.count();
        int first = parts;
        reserve(first + count);
        for (int part = 0; part < count; part++) {
            var shard = find(given.shard(part));
            if (shard == null) {
                return unknown(given.shard(part));
            }
            if (shard.draftSealed) {
                return new ShardSealedException("shard " + given.shard(part) + " is sealed");
            }
            shardOfPart[first + part] = shard;
        }
        if (count == 0) {
            return List.of();
        }
        var firstOffsets = new long[count];
        for (int part = 0; part < count; part++) {
            int records = given.to(part) - given.from(part);
            firstOffsets[part] = shardOfPart[first + part].draft(records);
            endOfPart[first + part] = firstOffsets[part] + records;
        }
        System.arraycopy(firstOffsets, 0, offsetOfPart, first, count);
        parts = first + count;
        changes.add(new Change.Records(given, first));
        bytes += append.encodedBytes();
        return new AppendResults(firstOffsets, arrivalMillis);
    }

    private void reserve(int count) {
        if (count > shardOfPart.length) {
            shardOfPart = Arrays.copyOf(shardOfPart, Math.max(count, 2 * shardOfPart.length));
            offsetOfPart = Arrays.copyOf(offsetOfPart, shardOfPart.length);
            endOfPart = Arrays.copyOf(endOfPart, shardOfPart.length);
            pieceOfPart = Arrays.copyOf(pieceOfPart, shardOfPart.length);
        }
    }

    private Object admit(Request.Step step) {
        var shard = find(step.shard().id());
        if (shard == null) {
            return switch (step.kind()) {
                case OPEN -> {
                    var fresh = new Shard(step.shard(), step.value());
                    opened.put(step.shard(), fresh);
                    yield take(step, fresh, step.value());
                }
                case DELETE -> 0L;
                case SEAL, TRIM, RECORDS -> unknown(step.shard().id());
            };
        }
        return switch (step.kind()) {
            case OPEN -> {
                boolean already = shard.draftRetentionMillis == step.value();
                shard.draftRetentionMillis = step.value();
                yield already ? shard.draftNextOffset : take(step, shard, step.value());
            }
            case SEAL -> {
                boolean already = shard.draftSealed;
                shard.draftSealed = true;
                yield already ? shard.draftNextOffset : take(step, shard, shard.draftNextOffset);
            }
            case TRIM -> {
                long offset = Math.min(step.value(), shard.draftNextOffset);
                yield offset <= shard.trimOffset() ? shard.draftNextOffset : take(step, shard, offset);
            }
            case DELETE -> {
                shard.draftDeleted = true;
                yield take(step, shard, shard.draftNextOffset);
            }
            case RECORDS -> throw new AssertionError(step);
        };
    }

    private Object take(Request.Step step, Shard shard, long value) {
        changes.add(new Change.Step(shard, step.kind(), value));
        bytes += step.encodedBytes();
        return shard.draftNextOffset;
    }

    private @Nullable Shard find(long id) {
        var shard = table.get(id);
        if (shard == null && !opened.isEmpty()) {
            shard = opened.get(new ShardKey(id));
        }
        return shard == null || shard.draftDeleted ? null : shard;
    }

    private static UnknownShardException unknown(long id) {
        return new UnknownShardException("the log holds no shard " + id);
    }

    /** Writes what was admitted. */
    void encode(BatchEncoder encoder) {
        placed.clear();
        for (var change : changes) {
            switch (change) {
                case Change.Records(var given, int firstPart) -> encode(given, firstPart, encoder);
                case Change.Step(var shard, var kind, long value) ->
                    encoder.step(kind, shard.key().id(), value, arrivalMillis);
            }
        }
        assert encoder.bytes() == bytes : encoder.bytes() + " bytes, not " + bytes;
    }

    private void encode(AppendParts given, int firstPart, BatchEncoder encoder) {
        int count = given.count();
        for (int part = 0; part < count; part++) {
            var batch = given.batch(part);
            int from = given.from(part);
            int to = given.to(part);
            long offset = offsetOfPart[firstPart + part];
            for (int record = from; record < to; ) {
                int end = RecordGroups.groupEnd(batch, record, to);
                int at = encoder.bytes();
                encoder.records(given.shard(part), offset, arrivalMillis, batch, record, end);
                offset += end - record;
                placed.add(offset, at, encoder.bytes() - at);
                record = end;
            }
        }
    }

    /** The batch is durable at this place: lets readers see it. */
    void show(Store segment, long position) {
        showRecords(segment, position);
        // Behind the records: who finds a shard sealed must find all that it will ever hold.
        for (var change : changes) {
            if (change instanceof Change.Step(var shard, var kind, long value)) {
                show(shard, kind, value);
            }
        }
        // One fence for all shards: who waits has either been seen here, or sees how far the shard has come.
        VarHandle.fullFence();
        // Woken last, so that a reader finds all of the batch.
        for (int part = 0; part < parts; part++) {
            shardOfPart[part].wakeTail();
        }
        for (var change : changes) {
            if (change instanceof Change.Step step) {
                step.shard.wakeTail();
            }
        }
    }

    /**
     * In three goes, each of which does little for a part. What a part needs lies in lines of memory that are in no cache
     * when there are thousands of shards, each line found by way of the one before; the less is done for a part at a time,
     * the more of them the processor waits for at once.
     */
    private void showRecords(Store segment, long position) {
        for (int part = 0; part < parts; part++) {
            pieceOfPart[part] = shardOfPart[part].openPieceIn(segment);
        }
        int group = 0;
        for (int part = 0; part < parts; part++) {
            group = write(part, group, segment, position);
        }
        for (int part = 0; part < parts; part++) {
            var piece = pieceOfPart[part];
            if (piece != null) {
                piece.show(endOfPart[part], arrivalMillis);
            }
            shardOfPart[part].advanceTo(endOfPart[part], arrivalMillis);
        }
        Arrays.fill(pieceOfPart, 0, parts, null);
    }

    /** Writes where the part's groups lie; returns the group after them. */
    private int write(int part, int firstGroup, Store segment, long position) {
        var piece = pieceOfPart[part];
        int group = firstGroup;
        for (long offset = offsetOfPart[part]; offset < endOfPart[part]; group++) {
            long next = placed.nextOffset(group);
            int at = Math.toIntExact(position + placed.position(group));
            if (piece == null) {
                segment.add(shardOfPart[part], offset, next, arrivalMillis, at, placed.bytes(group));
            } else {
                piece.write(offset, arrivalMillis, at, placed.bytes(group));
            }
            offset = next;
        }
        return group;
    }

    private void show(Shard shard, GroupKind kind, long value) {
        switch (kind) {
            case OPEN -> {
                shard.retain(value);
                shards.put(shard.key(), shard);
                table.put(shard);
            }
            case SEAL -> shard.seal();
            case TRIM -> shard.trimTo(value);
            case DELETE -> {
                shard.delete();
                shards.remove(shard.key());
                table.remove(shard.key().id());
            }
            case RECORDS -> throw new AssertionError(shard);
        }
    }

    /** Tells everybody who asked. */
    void acknowledge() {
        for (int index = 0; index < requests.size(); index++) {
            answers.add(requests.get(index), outcomes.get(index));
        }
        answers.tell();
    }

    /**
     * Nothing became durable: all fail, and the shards are as before. What was to be given up is not shown any more all
     * the same, because a full disk has room again only when that can go; after a crash it may be back.
     */
    void fail(LogUnavailableException cause) {
        for (int part = 0; part < parts; part++) {
            shardOfPart[part].resetDraft();
        }
        for (var change : changes) {
            if (change instanceof Change.Step(var shard, var kind, long value)) {
                shard.resetDraft();
                if (kind == GroupKind.TRIM || kind == GroupKind.DELETE) {
                    shard.trimTo(Math.min(value, shard.nextOffset()));
                }
            }
        }
        outcomes.replaceAll(_ -> cause);
        acknowledge();
    }
}

package io.millrace.streams;

import io.millrace.log.RecordBatch;
import io.millrace.log.SpreadAppend;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.streams.limits.ShardThroughput;
import io.millrace.streams.limits.StreamThroughput;
import io.millrace.streams.shard.BatchHasher;
import io.millrace.streams.shard.KeyHasher;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardMap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Groups a batch's records by the shard they belong to; each group keeps the request's order. The payloads stay where
 * they are, only the index is regrouped. Not safe for use from several threads; each has its own.
 */
final class BatchRouter {
    private static final int NO_GROUP = -1;

    /** Which records have taken up capacity of a shard before. */
    interface Paid {
        Paid NOTHING = (_, _) -> false;

        boolean includes(int record, Shard shard);
    }

    private final KeyHasher explicitKeys = new KeyHasher();
    private final BatchHasher hashes = new BatchHasher();
    // By position of the open shard: its group in the batch at hand, NO_GROUP between batches.
    private int[] groupOfShard = new int[0];

    /**
     * Refuses the whole call for the first explicit hash key outside of the hash space.
     *
     * @throws InvalidArgumentException as AWS words it
     */
    void requireHashKeys(PutRecordsBatch batch) {
        for (int record = 0; record < batch.count(); record++) {
            if (batch.hasExplicitHashKey(record) && !takeExplicit(batch, record)) {
                throw new InvalidArgumentException("Invalid ExplicitHashKey. ExplicitHashKey must be in the range:"
                        + " [0, 2^128-1]. Specified value was " + batch.explicitHashKey(record));
            }
        }
    }

    /** The shard that each record belongs to, in a batch whose hash keys were checked. */
    List<Shard> shardsOf(ShardMap shards, PutRecordsBatch batch) {
        hash(shards, batch);
        return IntStream.range(0, batch.count())
                .mapToObj(record -> shards.openAt(positionOf(shards, record)))
                .toList();
    }

    /** Routes a batch whose hash keys were checked; records that their shard has no capacity for are left out. */
    RoutedBatch route(StreamState stream, StreamThroughput throughput, PutRecordsBatch batch, Paid paid) {
        var shards = stream.shards();
        boolean limited = throughput.limitsWrites();
        var capacities = new ShardThroughput[limited ? Math.min(batch.count(), shards.openCount()) : 0];
        long refusedBytes = 0;
        var groups = new int[batch.count()];
        var places = new int[batch.count()];
        var counts = new int[Math.min(batch.count(), shards.openCount())];
        var positions = new int[counts.length];
        int groupCount = 0;
        reserve(shards.openCount());
        hash(shards, batch);
        for (int record = 0; record < groups.length; record++) {
            int position = positionOf(shards, record);
            int group = groupOfShard[position];
            if (group == NO_GROUP) {
                group = groupCount++;
                groupOfShard[position] = group;
                positions[group] = position;
                if (limited) {
                    capacities[group] = throughput.of(shards.openAt(position).index());
                }
            }
            groups[record] = group;
            if (limited
                    && !paid.includes(record, shards.openAt(position))
                    && !capacities[group].takesRecord(batch.bytes(record))) {
                places[record] = RoutedBatch.REFUSED;
                refusedBytes += batch.bytes(record);
            } else {
                places[record] = counts[group]++;
            }
        }
        for (int group = 0; group < groupCount; group++) {
            groupOfShard[positions[group]] = NO_GROUP;
        }
        short flags = RecordFlags.of(stream.settings());
        return new RoutedBatch(
                stream.address(),
                shards,
                positions,
                groupCount,
                append(batch, flags, shards, positions, groupCount, groups, places, counts),
                counts,
                groups,
                places,
                refusedBytes,
                RecordFlags.encryptionType(flags));
    }

    private void reserve(int openShards) {
        if (groupOfShard.length < openShards) {
            groupOfShard = new int[openShards];
            Arrays.fill(groupOfShard, NO_GROUP);
        }
    }

    /** Makes ready to tell each record's {@linkplain #positionOf position}. */
    private void hash(ShardMap shards, PutRecordsBatch batch) {
        if (shards.openCount() == 1) {
            return;
        }
        var bytes = batch.bytes();
        hashes.begin(batch.count());
        for (int record = 0; record < batch.count(); record++) {
            if (batch.hasExplicitHashKey(record)) {
                boolean valid = hashes.addExplicit(
                        bytes, batch.explicitHashKeyOffset(record), batch.explicitHashKeyBytes(record));
                assert valid : batch.explicitHashKey(record);
            } else {
                hashes.add(bytes, batch.partitionKeyOffset(record), batch.partitionKeyBytes(record));
            }
        }
        hashes.finish();
    }

    private int positionOf(ShardMap shards, int record) {
        return shards.openCount() == 1 ? 0 : shards.positionOf(hashes.high(record), hashes.low(record));
    }

    private boolean takeExplicit(PutRecordsBatch batch, int record) {
        return explicitKeys.takeExplicit(
                batch.bytes(), batch.explicitHashKeyOffset(record), batch.explicitHashKeyBytes(record));
    }

    /** What to append: a part for each group, but none where every record was refused. Nothing if all were. */
    private static Optional<SpreadAppend> append(
            PutRecordsBatch batch,
            short flags,
            ShardMap shards,
            int[] positions,
            int groupCount,
            int[] groups,
            int[] places,
            int[] counts) {
        var firsts = new int[groupCount];
        var logShards = new long[groupCount];
        var ends = new int[groupCount];
        int parts = 0;
        int appended = 0;
        for (int group = 0; group < groupCount; group++) {
            firsts[group] = appended;
            appended += counts[group];
            if (counts[group] > 0) {
                logShards[parts] = shards.logIdAt(positions[group]);
                ends[parts++] = appended;
            }
        }
        if (parts == 0) {
            return Optional.empty();
        }
        var index = new int[appended * RecordBatch.INTS_PER_RECORD];
        for (int record = 0; record < groups.length; record++) {
            if (places[record] != RoutedBatch.REFUSED) {
                batch.copyIndex(record, index, (firsts[groups[record]] + places[record]) * RecordBatch.INTS_PER_RECORD);
            }
        }
        return Optional.of(
                new SpreadAppend(logShards, ends, parts, new RecordBatch(batch.bytes(), index, appended, flags)));
    }
}

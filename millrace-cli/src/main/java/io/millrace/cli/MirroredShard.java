package io.millrace.cli;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Puts the records of one shard into another stream, each batch when the one before it was accepted whole. */
final class MirroredShard implements StreamCopy.Destination {
    private final String shardId;
    private final HashKeys hashKeys;
    private final CallOrder order;
    private final BatchSender sender;
    private final CopyProgress progress;
    private final BooleanSupplier stopped;
    private final RandomGenerator random;

    MirroredShard(
            Shard shard,
            CallOrder order,
            BatchSender sender,
            CopyProgress progress,
            BooleanSupplier stopped,
            RandomGenerator random) {
        this.shardId = shard.shardId();
        this.hashKeys = HashKeys.of(shard);
        this.order = order;
        this.sender = sender;
        this.progress = progress;
        this.stopped = stopped;
        this.random = random;
    }

    @Override
    public void take(List<Record> records) throws InterruptedException {
        int takenCount = 0;
        for (var batch : order.cut(records.stream().map(this::entry).toList())) {
            if (stopped.getAsBoolean()) {
                return;
            }
            sender.send(batch, random);
            if (sender.failure().isPresent()) {
                // Perhaps of another shard and after this batch was accepted; then it is sent again by the next run.
                throw sender.told();
            }
            takenCount += batch.size();
            progress.reach(shardId, records.get(takenCount - 1).sequenceNumber());
        }
    }

    private Batch.Entry entry(Record record) {
        return Batch.Entry.of(
                record.data().asByteArrayUnsafe(), record.partitionKey(), hashKeys.explicitFor(record.partitionKey()));
    }
}

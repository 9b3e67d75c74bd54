package io.millrace.firehose.source;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.streams.StreamReader;
import io.millrace.streams.StreamReader.SeenShard;
import io.millrace.streams.StreamReader.SeenStream;
import io.millrace.streams.StreamReader.ShardRun;
import io.millrace.streams.StreamReader.UnreadableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A shard of a stream, with what the Kinesis Producer Library aggregated taken apart. Each user record has a place of its own:
 * an offset here is the record's in the shard, times 2^22, plus the user record's number inside it.
 */
final class KinesisShard implements SourceShard {
    private static final int PART_BITS = 22;
    private static final int PARTS_MAX_COUNT = 1 << PART_BITS;
    private static final int READ_MAX_RECORDS = 10_000;

    private final StreamReader streams;
    private final SeenStream stream;
    private final SeenShard shard;
    private final String id;
    private final TailWait wait = new TailWait();

    KinesisShard(StreamReader streams, SeenStream stream, SeenShard shard) {
        this.streams = streams;
        this.stream = stream;
        this.shard = shard;
        this.id = idOf(stream, shard);
    }

    static String idOf(SeenStream stream, SeenShard shard) {
        return stream.id() + "/" + shard.id();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public long offsetAt(Instant instant) {
        return asking(() -> streams.offsetAt(stream, shard, instant)) << PART_BITS;
    }

    @Override
    public SourceChunk read(long fromOffset, int maxBytes, Duration patience) throws InterruptedException {
        long from = fromOffset >>> PART_BITS;
        var run = asking(() -> streams.read(stream, shard, from, READ_MAX_RECORDS, maxBytes));
        if (run.records().isEmpty() && !run.ended() && patience.isPositive()) {
            wait.await(asking(() -> streams.tail(stream, shard)), from, patience);
            run = asking(() -> streams.read(stream, shard, from, READ_MAX_RECORDS, maxBytes));
            if (run.records().isEmpty() && !run.ended()) {
                // A shard that is being closed wakes its readers at once, but its end is not told of before the stream
                // shows it.
                wait.rest();
            }
        }
        long first = run.nextOffset() - run.records().size();
        return new SourceChunk(
                        records(run, fromOffset),
                        Math.max(fromOffset, run.nextOffset() << PART_BITS),
                        Duration.ofMillis(run.millisBehindLatest()),
                        run.ended())
                .withLost(Math.max(0, first - from));
    }

    private List<SourceRecord> records(ShardRun run, long fromOffset) {
        var records = new ArrayList<SourceRecord>(run.records().size());
        long offset = run.nextOffset() - run.records().size();
        for (var delivered : run.records()) {
            add(delivered, offset << PART_BITS, fromOffset, records);
            offset++;
        }
        return records;
    }

    private void add(DeliveredRecord delivered, long firstOffset, long fromOffset, List<SourceRecord> records) {
        var data = bytes(delivered.data());
        var parts = AggregatedRecord.parts(data);
        if (parts.isEmpty() || parts.get().size() > PARTS_MAX_COUNT) {
            records.add(record(
                    delivered,
                    firstOffset,
                    0,
                    new String(bytes(delivered.partitionKeyUtf8()), StandardCharsets.UTF_8),
                    data));
            return;
        }
        int number = 0;
        for (var part : parts.get()) {
            long offset = firstOffset + number;
            if (offset >= fromOffset) {
                records.add(record(delivered, offset, number, part.partitionKey(), part.data()));
            }
            number++;
        }
    }

    private SourceRecord record(DeliveredRecord delivered, long offset, int number, String partitionKey, byte[] data) {
        return new SourceRecord(
                new RecordPosition(id, offset, 0),
                Instant.ofEpochMilli(delivered.arrivalMillis()),
                data,
                new Origin.KinesisStream(stream.arn(), shard.id(), delivered.sequenceNumber(), number, partitionKey));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private interface Question<T> {
        T ask();
    }

    private <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (UnreadableException e) {
            if (streams.isGone(stream, shard)) {
                throw new SourceGoneException(shard.id() + " of " + stream.arn() + " is gone", e);
            }
            throw new SourceUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void wake() {
        wait.wake();
    }

    @Override
    public Optional<SourceShard> again() {
        return Optional.of(new KinesisShard(streams, stream, shard));
    }

    @Override
    public void delivered(long beforeOffset) {
        // A stream keeps its records as long as its retention says.
    }

    @Override
    public void close() {
        wait.wake();
    }
}

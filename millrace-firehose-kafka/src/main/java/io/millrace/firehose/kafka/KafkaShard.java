package io.millrace.firehose.kafka;

import io.millrace.firehose.kafka.TopicConsumer.Wanted;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition. A record's value is its data, a tombstone's is empty. The reader's, one at a time; {@link #wake} and {@link
 * #delivered} alone may come from elsewhere.
 */
final class KafkaShard implements SourceShard {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaShard.class);

    private final String id;
    private final TopicPartition partition;
    private final InstantSource clock;
    private final TopicConsumer consumer;
    /** What was fetched and not given yet; the first one is at {@link #position} or behind a gap after it. */
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    private long position = -1;
    private long fetchedUpTo = -1;
    private OptionalLong lag = OptionalLong.empty();

    // Guarded by this.
    private @Nullable Wanted waiting;
    private boolean woken;

    /** @param incarnation tells a topic from one that had its name before: their offsets have nothing to do with each other */
    KafkaShard(TopicPartition partition, String incarnation, InstantSource clock, TopicConsumer consumer) {
        id = partition + "@" + incarnation;
        this.partition = partition;
        this.clock = clock;
        this.consumer = consumer;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public long offsetAt(Instant instant) {
        try {
            return consumer.ask(open -> {
                var first = open.offsetsForTimes(Map.of(partition, instant.toEpochMilli()))
                        .get(partition);
                return first != null ? first.offset() : bound(open.endOffsets(Set.of(partition)));
            });
        } catch (KafkaException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceUnavailableException("stopped while " + partition + " was asked for", e);
        }
    }

    private long bound(Map<TopicPartition, Long> bounds) {
        var bound = bounds.get(partition);
        if (bound == null) {
            throw new KafkaException("Kafka does not say where " + partition + " is");
        }
        return bound;
    }

    @Override
    public SourceChunk read(long fromOffset, int maxBytes, Duration patience) throws InterruptedException {
        try {
            if (fromOffset != position) {
                fetched.clear();
                position = fromOffset;
                fetchedUpTo = fromOffset;
            }
            if (fetched.isEmpty() && patience.isPositive()) {
                fetch(patience);
            }
            return take(maxBytes);
        } catch (OffsetOutOfRangeException _) {
            return skipWhatIsGone(fromOffset);
        } catch (KafkaException e) {
            position = -1;
            throw unavailable(e);
        }
    }

    private void fetch(Duration patience) throws InterruptedException {
        var want = new Wanted(partition, position);
        synchronized (this) {
            if (woken) {
                woken = false;
                return;
            }
            waiting = want;
        }
        try {
            var answer = consumer.fetch(want, patience);
            fetched.addAll(answer.records());
            fetchedUpTo = answer.nextOffset();
            lag = answer.lag();
        } finally {
            synchronized (this) {
                waiting = null;
                woken = false;
            }
        }
    }

    private SourceChunk take(int maxBytes) {
        var records = new ArrayList<SourceRecord>();
        long bytes = 0;
        while (!fetched.isEmpty() && bytes < maxBytes) {
            var record = fetched.remove();
            var value = record.value() == null ? new byte[0] : record.value();
            bytes += value.length;
            position = record.offset() + 1;
            records.add(new SourceRecord(
                    new RecordPosition(id, record.offset(), 0),
                    Instant.ofEpochMilli(record.timestamp()),
                    value,
                    new Origin.KafkaTopic(partition.topic(), partition.partition(), record.offset(), record.key())));
        }
        if (fetched.isEmpty()) {
            position = Math.max(position, fetchedUpTo);
        }
        return new SourceChunk(records, position, behindLatest(records), false, 0, lagAfter());
    }

    private OptionalLong lagAfter() {
        return lag.isPresent() ? OptionalLong.of(lag.getAsLong() + fetched.size()) : lag;
    }

    private Duration behindLatest(List<SourceRecord> records) {
        boolean atTail = fetched.isEmpty() && lag.orElse(0) == 0;
        if (atTail || records.isEmpty()) {
            return Duration.ZERO;
        }
        var age = Duration.between(records.getLast().arrival(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** Retention was faster than we: reading goes on with the oldest record there is. */
    private SourceChunk skipWhatIsGone(long fromOffset) throws InterruptedException {
        long from;
        try {
            from = consumer.ask(open -> bound(open.beginningOffsets(Set.of(partition))));
        } catch (KafkaException e) {
            position = -1;
            throw unavailable(e);
        }
        position = -1;
        if (from < fromOffset) {
            throw new SourceUnavailableException(
                    partition + " ends before offset " + fromOffset + ", which was read before");
        }
        LOG.warn("Offset {} of {} is gone from Kafka; reading goes on at {}", fromOffset, partition, from);
        return new SourceChunk(List.of(), from, Duration.ZERO, false).withLost(from - fromOffset);
    }

    private SourceUnavailableException unavailable(KafkaException cause) {
        return new SourceUnavailableException(partition + " can't be read: " + cause.getMessage(), cause);
    }

    /** Producers write whatever time they like. */
    @Override
    public boolean tellsArrival() {
        return false;
    }

    @Override
    public synchronized void wake() {
        woken = true;
        if (waiting != null) {
            waiting.letGo();
        }
    }

    @Override
    public void delivered(long beforeOffset) {
        consumer.delivered(partition, beforeOffset);
    }

    @Override
    public void close() {
        // The consumer is the source's.
    }
}

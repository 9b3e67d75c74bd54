package io.millrace.firehose.kafka;

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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition. A record's value is its data, a tombstone's is empty. The consumer is made with the first call and is the
 * reader's, one at a time: Kafka's refuses a second thread. {@link #wake} and {@link #delivered} alone may come from elsewhere.
 */
final class KafkaShard implements SourceShard {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaShard.class);
    private static final Duration CLOSE_WAIT_MAX = Duration.ofSeconds(5);
    private static final long TOLD = -1;

    private final String id;
    private final TopicPartition partition;
    private final InstantSource clock;
    private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
    /** What was fetched and not given yet; the first one is at {@link #position} or behind a gap after it. */
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    /** Noted by whoever knows, told to Kafka by the reader. */
    private final AtomicLong delivered = new AtomicLong(TOLD);

    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private long position = -1;

    /** @param incarnation tells a topic from one that had its name before: their offsets have nothing to do with each other */
    KafkaShard(
            TopicPartition partition,
            String incarnation,
            InstantSource clock,
            Supplier<KafkaConsumer<byte[], byte[]>> consumers) {
        id = partition + "@" + incarnation;
        this.partition = partition;
        this.clock = clock;
        this.consumers = consumers;
    }

    @Override
    public String id() {
        return id;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var open = consumer == null ? consumers.get() : consumer;
        consumer = open;
        return open;
    }

    @Override
    public long offsetAt(Instant instant) {
        try {
            var found = consumer().offsetsForTimes(Map.of(partition, instant.toEpochMilli()));
            var first = found.get(partition);
            return first != null ? first.offset() : end();
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    private long end() {
        return bound(consumer().endOffsets(Set.of(partition)));
    }

    private long bound(Map<TopicPartition, Long> bounds) {
        var bound = bounds.get(partition);
        if (bound == null) {
            throw new SourceUnavailableException("Kafka does not say where " + partition + " is");
        }
        return bound;
    }

    @Override
    public SourceChunk read(long fromOffset, int maxBytes, Duration patience) throws InterruptedException {
        try {
            tellDelivered();
            if (fromOffset != position) {
                fetched.clear();
                consumer().seek(partition, fromOffset);
                position = fromOffset;
            }
            if (fetched.isEmpty()) {
                consumer().poll(patience).forEach(fetched::add);
            }
            return take(maxBytes);
        } catch (OffsetOutOfRangeException _) {
            return skipWhatIsGone(fromOffset);
        } catch (WakeupException _) {
            return take(maxBytes);
        } catch (InterruptException e) {
            // Kafka sets the flag again; ours is the exception.
            Thread.interrupted();
            throw new InterruptedException(e.getMessage());
        } catch (KafkaException e) {
            position = -1;
            throw unavailable(e);
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
            // Transaction markers and aborted records take offsets that no record shows.
            position = Math.max(position, consumer().position(partition));
        }
        return new SourceChunk(records, position, behindLatest(records), false);
    }

    private Duration behindLatest(List<SourceRecord> records) {
        var lag = consumer().currentLag(partition);
        boolean atTail = fetched.isEmpty() && (lag.isEmpty() || lag.getAsLong() == 0);
        if (atTail || records.isEmpty()) {
            return Duration.ZERO;
        }
        var age = Duration.between(records.getLast().arrival(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** Retention was faster than we, or the topic was made anew: reading goes on with the oldest record there is. */
    private SourceChunk skipWhatIsGone(long fromOffset) {
        var from = bound(consumer().beginningOffsets(Set.of(partition)));
        LOG.warn("Offset {} of {} is gone from Kafka; reading goes on at {}", fromOffset, partition, from);
        consumer().seek(partition, from);
        position = from;
        return new SourceChunk(List.of(), from, Duration.ZERO, false);
    }

    private SourceUnavailableException unavailable(KafkaException cause) {
        return new SourceUnavailableException(partition + " can't be read: " + cause.getMessage(), cause);
    }

    @Override
    public void wake() {
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    @Override
    public void delivered(long beforeOffset) {
        delivered.set(beforeOffset);
    }

    /** Shows Kafka's tools how far we are. Nothing hangs on it, so nobody waits for it. */
    private void tellDelivered() {
        long beforeOffset = delivered.getAndSet(TOLD);
        if (beforeOffset == TOLD) {
            return;
        }
        consumer().commitAsync(Map.of(partition, new OffsetAndMetadata(beforeOffset)), (_, problem) -> {
            if (problem != null) {
                LOG.debug("The position {} of {} was not noted by Kafka", beforeOffset, partition, problem);
            }
        });
    }

    @Override
    public void close() {
        var open = consumer;
        if (open != null) {
            open.close(CloseOptions.timeout(CLOSE_WAIT_MAX));
        }
    }
}

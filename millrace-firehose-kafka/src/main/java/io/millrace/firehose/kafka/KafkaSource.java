package io.millrace.firehose.kafka;

import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Source;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/**
 * One topic; each partition is a shard. New partitions are found when the shards are asked for again. The consumer group is the
 * delivery stream's own, and partitions are assigned, not balanced: two delivery streams never share a position. All shards share
 * one consumer. Asked by one thread at a time; each shard then is its reader's. Closed by any thread, and for good.
 */
public final class KafkaSource implements Source {
    private static final Duration ANSWER_WAIT_MAX = Duration.ofSeconds(30);
    private static final int POLL_MAX_RECORDS = 10_000;
    private static final int FETCH_MAX_BYTES = 8 << 20;
    /** What all partitions together may have fetched and not handed on; a partition has one fetch at a time. */
    private static final int ALL_FETCHED_MAX_BYTES = 16 << 20;

    private static final int PARTITION_MAX_BYTES = 1 << 20;
    private static final int PARTITION_MIN_BYTES = 16 << 10;

    private final StreamIdentity stream;
    private final MSKSourceConfiguration topic;
    private final KafkaSourceConfig config;
    private final InstantSource clock;
    // Guarded by this.
    private @Nullable TopicConsumer consumer;
    private boolean closed;

    /** Connects to nothing yet. */
    public KafkaSource(
            StreamIdentity stream, MSKSourceConfiguration topic, KafkaSourceConfig config, InstantSource clock) {
        this.clock = clock;
        this.stream = stream;
        this.topic = topic;
        this.config = config;
    }

    @Override
    public Collection<SourceShard> shards(Set<String> finished) {
        var client = client();
        try {
            var shards = new ArrayList<SourceShard>();
            var description = describe(client);
            for (var partition : description.partitions()) {
                var place = new TopicPartition(topic.topicName(), partition.partition());
                var shard = new KafkaShard(
                        place,
                        description.topicId().toString(),
                        clock,
                        consumer(client, description.partitions().size()));
                if (!finished.contains(shard.id())) {
                    shards.add(shard);
                }
            }
            return shards;
        } catch (KafkaException e) {
            throw new SourceUnavailableException("Topic " + topic.topicName() + " can't be read: " + e.getMessage(), e);
        }
    }

    private TopicDescription describe(Map<String, Object> client) {
        try (var admin = Admin.create(client)) {
            return admin.describeTopics(List.of(topic.topicName()))
                    .allTopicNames()
                    .get(ANSWER_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .iterator()
                    .next();
        } catch (ExecutionException | TimeoutException e) {
            throw new SourceUnavailableException("Topic " + topic.topicName() + " can't be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceUnavailableException("Stopped while asking for topic " + topic.topicName(), e);
        }
    }

    private Map<String, Object> client() {
        var servers = config.bootstrapServers(topic.mskClusterARN())
                .orElseThrow(() -> new SourceUnavailableException("Cluster " + topic.mskClusterARN()
                        + " has no bootstrap servers in the settings: firehose.kafka-clusters"));
        var client = new HashMap<String, Object>(config.clientProperties());
        client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        client.put(AdminClientConfig.CLIENT_ID_CONFIG, "millrace-firehose-" + stream.name());
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_WAIT_MAX.toMillis());
        return client;
    }

    /** The one of all shards; what it may fetch is divided between as many partitions as there are when it is first needed. */
    private synchronized TopicConsumer consumer(Map<String, Object> client, int partitions) {
        if (closed) {
            // While the topic was asked for; nobody would close what is opened now.
            throw new SourceUnavailableException("Topic " + topic.topicName() + " is read no more");
        }
        var open = consumer;
        if (open == null) {
            open = new TopicConsumer("firehose-kafka " + stream.name(), () -> open(client, partitions));
            consumer = open;
        }
        return open;
    }

    private KafkaConsumer<byte[], byte[]> open(Map<String, Object> client, int partitions) {
        var properties = new HashMap<>(client);
        properties.put(
                ConsumerConfig.GROUP_ID_CONFIG,
                "millrace-firehose-" + stream.account() + "-" + stream.region() + "-" + stream.name());
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_MAX_RECORDS);
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_MAX_BYTES);
        properties.putIfAbsent(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Math.clamp(ALL_FETCHED_MAX_BYTES / Math.max(1, partitions), PARTITION_MIN_BYTES, PARTITION_MAX_BYTES));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A position that is gone is noticed, not passed over.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // What a transaction took back never happened.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        var bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(properties, bytes, bytes);
    }

    @Override
    public synchronized void close() {
        closed = true;
        var open = consumer;
        if (open != null) {
            open.close();
        }
    }
}

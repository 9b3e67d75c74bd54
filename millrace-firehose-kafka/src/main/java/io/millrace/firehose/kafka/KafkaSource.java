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
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/**
 * One topic; each partition is a shard. New partitions are found when the shards are asked for again. The consumer group is the
 * delivery stream's own, and partitions are assigned, not balanced: two delivery streams never share a position. Asked by one
 * thread at a time; each shard then is its reader's.
 */
public final class KafkaSource implements Source {
    private static final Duration ANSWER_WAIT_MAX = Duration.ofSeconds(30);

    private final StreamIdentity stream;
    private final MSKSourceConfiguration topic;
    private final KafkaSourceConfig config;
    private final InstantSource clock;

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
                shards.add(
                        new KafkaShard(place, description.topicId().toString(), clock, () -> consumer(client, place)));
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

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> client, TopicPartition partition) {
        var properties = new HashMap<>(client);
        properties.put(
                ConsumerConfig.GROUP_ID_CONFIG,
                "millrace-firehose-" + stream.account() + "-" + stream.region() + "-" + stream.name());
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-firehose-" + stream.name() + "-" + partition);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A position that is gone is noticed, not passed over.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // What a transaction took back never happened.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        var bytes = new ByteArrayDeserializer();
        var consumer = new KafkaConsumer<>(properties, bytes, bytes);
        consumer.assign(List.of(partition));
        return consumer;
    }

    /** The shards are closed by those who got them. */
    @Override
    public void close() {}
}

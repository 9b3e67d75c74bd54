package io.millrace.firehose.kafka;

import java.util.Map;
import java.util.Optional;

/**
 * Which Kafka clusters there are.
 *
 * @param clusters bootstrap servers by cluster ARN or by the cluster's name
 * @param clientProperties Kafka's own client settings for all of them, such as {@code security.protocol}; may hold secrets
 */
public record KafkaSourceConfig(Map<String, String> clusters, Map<String, String> clientProperties) {

    /** The bootstrap servers of a cluster; empty for one that nobody told us of. */
    Optional<String> bootstrapServers(String clusterArn) {
        var parts = clusterArn.split("/", 3);
        var name = parts.length > 1 ? parts[1] : clusterArn;
        return Optional.ofNullable(clusters.getOrDefault(clusterArn, clusters.get(name)));
    }

    /** Without the properties' values. */
    @Override
    public String toString() {
        return "KafkaSourceConfig[clusters=" + clusters + ", clientProperties=" + clientProperties.keySet() + "]";
    }
}

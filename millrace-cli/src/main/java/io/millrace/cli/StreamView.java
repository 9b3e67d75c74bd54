package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/** How streams and shards look. */
final class StreamView {
    private static final List<String> STREAM_HEADING = List.of("NAME", "STATUS", "MODE", "CREATED");
    private static final List<String> SHARD_HEADING =
            List.of("SHARD", "STATE", "PARENTS", "STARTING HASH KEY", "ENDING HASH KEY");

    private StreamView() {}

    static void showAll(Output out, Output.Format format, List<StreamSummary> streams) throws IOException {
        switch (format) {
            case table -> {
                var rows = new ArrayList<>(List.of(STREAM_HEADING));
                for (var stream : streams) {
                    rows.add(List.of(
                            stream.streamName(),
                            orDash(stream.streamStatusAsString()),
                            orDash(mode(stream.streamModeDetails())),
                            orDash(stream.streamCreationTimestamp())));
                }
                out.table(rows);
            }
            case json ->
                out.json(json -> {
                    json.writeStartArray();
                    for (var stream : streams) {
                        json.writeStartObject();
                        json.writeStringField("name", stream.streamName());
                        optional(json, "arn", stream.streamARN());
                        optional(json, "status", stream.streamStatusAsString());
                        optional(json, "mode", mode(stream.streamModeDetails()));
                        optional(json, "created", stream.streamCreationTimestamp());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
        }
    }

    static void showOne(Output out, Output.Format format, StreamDescriptionSummary stream, List<Shard> shards)
            throws IOException {
        switch (format) {
            case table -> {
                out.table(List.of(
                        List.of("Name", stream.streamName()),
                        List.of("ARN", orDash(stream.streamARN())),
                        List.of("Status", orDash(stream.streamStatusAsString())),
                        List.of("Mode", orDash(mode(stream.streamModeDetails()))),
                        List.of("Retention", stream.retentionPeriodHours() + " h"),
                        List.of("Created", orDash(stream.streamCreationTimestamp())),
                        List.of("Open shards", String.valueOf(openCount(shards))),
                        List.of("Consumers", orDash(stream.consumerCount())),
                        List.of("Record limit", recordLimit(stream)),
                        List.of("Encryption", encryption(stream)),
                        List.of("Shard metrics", orDash(String.join(", ", shardMetrics(stream))))));
                if (!shards.isEmpty()) {
                    out.line("");
                    out.table(Stream.concat(
                                    Stream.of(SHARD_HEADING), shards.stream().map(StreamView::row))
                            .toList());
                }
            }
            case json ->
                out.json(json -> {
                    json.writeStartObject();
                    json.writeStringField("name", stream.streamName());
                    optional(json, "arn", stream.streamARN());
                    optional(json, "status", stream.streamStatusAsString());
                    optional(json, "mode", mode(stream.streamModeDetails()));
                    json.writeNumberField("retentionHours", stream.retentionPeriodHours());
                    optional(json, "created", stream.streamCreationTimestamp());
                    json.writeNumberField("openShards", openCount(shards));
                    optionalNumber(json, "consumers", stream.consumerCount());
                    optionalNumber(json, "maxRecordKiB", stream.maxRecordSizeInKiB());
                    optional(json, "encryption", stream.encryptionTypeAsString());
                    optional(json, "key", stream.keyId());
                    json.writeArrayFieldStart("shardMetrics");
                    for (var metric : shardMetrics(stream)) {
                        json.writeString(metric);
                    }
                    json.writeEndArray();
                    json.writeArrayFieldStart("shards");
                    for (var shard : shards) {
                        json.writeStartObject();
                        json.writeStringField("id", shard.shardId());
                        json.writeStringField("state", state(shard));
                        json.writeArrayFieldStart("parents");
                        for (var parent : ShardFamily.parents(shard)) {
                            json.writeString(parent);
                        }
                        json.writeEndArray();
                        json.writeStringField(
                                "startingHashKey", shard.hashKeyRange().startingHashKey());
                        json.writeStringField(
                                "endingHashKey", shard.hashKeyRange().endingHashKey());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
        }
    }

    /** The metrics that are taken for each shard. */
    static List<String> shardMetrics(StreamDescriptionSummary stream) {
        return stream.enhancedMonitoring().stream()
                .flatMap(metrics -> metrics.shardLevelMetricsAsStrings().stream())
                .toList();
    }

    private static List<String> row(Shard shard) {
        var parents = String.join(", ", ShardFamily.parents(shard));
        return List.of(
                shard.shardId(),
                state(shard),
                parents.isEmpty() ? "-" : parents,
                shard.hashKeyRange().startingHashKey(),
                shard.hashKeyRange().endingHashKey());
    }

    private static long openCount(List<Shard> shards) {
        return shards.stream().filter(ShardFamily::isOpen).count();
    }

    private static String state(Shard shard) {
        return ShardFamily.isOpen(shard) ? "open" : "closed";
    }

    static @Nullable String mode(@Nullable StreamModeDetails details) {
        return details == null ? null : details.streamModeAsString();
    }

    private static String recordLimit(StreamDescriptionSummary stream) {
        return stream.maxRecordSizeInKiB() == null ? "-" : stream.maxRecordSizeInKiB() + " KiB";
    }

    private static String encryption(StreamDescriptionSummary stream) {
        var type = orDash(stream.encryptionTypeAsString());
        return stream.keyId() == null ? type : type + " with " + stream.keyId();
    }

    private static String orDash(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "-" : value.toString();
    }

    private static void optional(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    private static void optionalNumber(JsonGenerator json, String name, @Nullable Integer value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }
}

package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A shard as an export tells of it. */
record ExportedShard(String id, List<String> parents, HashKeys hashKeys, boolean isOpen) {
    static ExportedShard of(Shard shard) {
        return new ExportedShard(
                shard.shardId(), ShardFamily.parents(shard), HashKeys.of(shard), ShardFamily.isOpen(shard));
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeArrayFieldStart("parents");
        for (var parent : parents) {
            json.writeString(parent);
        }
        json.writeEndArray();
        json.writeStringField("startingHashKey", hashKeys.first().toString());
        json.writeStringField("endingHashKey", hashKeys.last().toString());
        json.writeBooleanField("open", isOpen);
        json.writeEndObject();
    }

    static ExportedShard read(JsonFields fields) {
        return new ExportedShard(
                fields.text("id"),
                fields.texts("parents"),
                new HashKeys(
                        new BigInteger(fields.text("startingHashKey")), new BigInteger(fields.text("endingHashKey"))),
                fields.truth("open"));
    }
}

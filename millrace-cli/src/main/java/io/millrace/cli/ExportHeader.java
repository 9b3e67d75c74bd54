package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * The first line of an export: of which stream, of when, and what the stream was like.
 *
 * @param begun when the export was begun; with the stream it tells this export from others
 */
record ExportHeader(String name, StreamIdentity stream, Instant begun, StreamShape shape, List<ExportedShard> shards) {
    static final String FORMAT = "millrace-export";
    static final int VERSION = 1;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    static ExportHeader of(StreamDescriptionSummary stream, List<Shard> shards, Instant begun) {
        return new ExportHeader(
                stream.streamName(),
                StreamIdentity.of(stream),
                begun,
                StreamShape.of(stream, shards),
                shards.stream().map(ExportedShard::of).toList());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("format", FORMAT);
        json.writeNumberField("version", VERSION);
        json.writeStringField("name", name);
        stream.write("stream", json);
        json.writeStringField("begun", begun.toString());
        shape.write(json);
        json.writeArrayFieldStart("shards");
        for (var shard : shards) {
            shard.write(json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static ExportHeader read(JsonFields fields) {
        if (!fields.optionalText("format").filter(FORMAT::equals).isPresent()) {
            throw new IllegalArgumentException("it is not the first line of an export");
        }
        if (fields.number("version") != VERSION) {
            throw new IllegalArgumentException("the export has version " + fields.number("version")
                    + ", and this millrace reads version " + VERSION);
        }
        var name = fields.text("name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("its member 'name' is no name of a stream");
        }
        var shards = fields.objects("shards").stream().map(ExportedShard::read).toList();
        var layout = ShardLayout.of(shards.stream()
                .filter(ExportedShard::isOpen)
                .map(ExportedShard::hashKeys)
                .toList());
        return new ExportHeader(
                name,
                StreamIdentity.read(fields.object("stream")),
                fields.time("begun"),
                StreamShape.read(fields, layout),
                shards);
    }
}

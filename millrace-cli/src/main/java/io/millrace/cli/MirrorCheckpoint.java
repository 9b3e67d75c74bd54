package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a mirror remembers from one run to the next: which stream it copies to which, where it began, and after which
 * record of each shard it goes on. A JSON file that people can read.
 *
 * @param start where the first run was asked to begin, which is where shards begin that it did not know
 * @param begun when that was, the meaning of "from now on" for a later run
 */
record MirrorCheckpoint(
        StreamIdentity source,
        StreamIdentity target,
        StartingPoint start,
        Instant begun,
        Map<String, CopyProgress.Mark> shards) {
    private static final String FORMAT = "millrace-mirror";
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    byte[] write() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            source.write("source", json);
            target.write("target", json);
            json.writeStringField("begun", begun.toString());
            json.writeObjectFieldStart("start");
            write(start, json);
            json.writeEndObject();
            json.writeObjectFieldStart("shards");
            for (var shard : shards.entrySet()) {
                json.writeObjectFieldStart(shard.getKey());
                switch (shard.getValue()) {
                    case CopyProgress.Mark.From(var point) -> write(point, json);
                    case CopyProgress.Mark.Finished _ -> json.writeBooleanField("finished", true);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void write(StartingPoint point, JsonGenerator json) throws IOException {
        switch (point) {
            case StartingPoint.TrimHorizon _ -> json.writeStringField("from", "trim-horizon");
            case StartingPoint.Latest _ -> json.writeStringField("from", "latest");
            case StartingPoint.AtTimestamp(var timestamp) -> json.writeStringField("timestamp", timestamp.toString());
            case StartingPoint.AfterRecord(var sequenceNumber) -> json.writeStringField("after", sequenceNumber);
        }
    }

    /** @throws IllegalArgumentException if this is no checkpoint; the message is the end of a sentence */
    static MirrorCheckpoint read(byte[] file) {
        var fields = JsonFields.parse(file);
        if (!fields.text("format").equals(FORMAT)) {
            throw new IllegalArgumentException("it is no checkpoint of a mirror");
        }
        if (fields.number("version") != VERSION) {
            throw new IllegalArgumentException(
                    "its version is " + fields.number("version") + ", and this millrace reads version " + VERSION);
        }
        var shards = new HashMap<String, CopyProgress.Mark>();
        var marks = fields.object("shards");
        for (var shardId : marks.names()) {
            shards.put(shardId, mark(marks.object(shardId)));
        }
        return new MirrorCheckpoint(
                StreamIdentity.read(fields.object("source")),
                StreamIdentity.read(fields.object("target")),
                point(fields.object("start")),
                fields.time("begun"),
                shards);
    }

    private static CopyProgress.Mark mark(JsonFields fields) {
        return fields.has("finished") ? new CopyProgress.Mark.Finished() : new CopyProgress.Mark.From(point(fields));
    }

    private static StartingPoint point(JsonFields fields) {
        if (fields.has("after")) {
            return new StartingPoint.AfterRecord(fields.text("after"));
        }
        if (fields.has("timestamp")) {
            return new StartingPoint.AtTimestamp(fields.time("timestamp"));
        }
        return switch (fields.text("from")) {
            case "trim-horizon" -> new StartingPoint.TrimHorizon();
            case "latest" -> new StartingPoint.Latest();
            default -> throw new IllegalArgumentException("'" + fields.text("from") + "' is no place to begin");
        };
    }
}

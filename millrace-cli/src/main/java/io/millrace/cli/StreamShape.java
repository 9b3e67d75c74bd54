package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/** What a copy of a stream must have so that all of the stream's records fit and lie where they lay. */
record StreamShape(ShardLayout layout, StreamMode mode, int retentionHours, int recordMaxKiB) {
    private static final int DEFAULT_RECORD_MAX_KIB = 1024;

    static StreamShape of(StreamDescriptionSummary stream, List<Shard> shards) {
        var mode = stream.streamModeDetails();
        return new StreamShape(
                ShardLayout.of(shards.stream()
                        .filter(ShardFamily::isOpen)
                        .map(HashKeys::of)
                        .toList()),
                mode == null ? StreamMode.PROVISIONED : mode.streamMode(),
                stream.retentionPeriodHours(),
                stream.maxRecordSizeInKiB() == null ? DEFAULT_RECORD_MAX_KIB : stream.maxRecordSizeInKiB());
    }

    /** Makes a stream of this shape, and returns when all of it is there. */
    StreamDescriptionSummary make(KinesisStreams streams, String name) throws InterruptedException {
        // Other implementations may not know the limit, so it is named only where it matters.
        layout.make(
                streams,
                name,
                recordMaxKiB == DEFAULT_RECORD_MAX_KIB ? OptionalInt.empty() : OptionalInt.of(recordMaxKiB));
        streams.keepFor(name, retentionHours);
        streams.awaitSettled(name);
        if (mode == StreamMode.ON_DEMAND) {
            streams.setMode(name, mode);
        }
        return streams.awaitSettled(name);
    }

    /** Everything but the layout. */
    void write(JsonGenerator json) throws IOException {
        json.writeStringField("mode", mode.toString());
        json.writeNumberField("retentionHours", retentionHours);
        json.writeNumberField("maxRecordKiB", recordMaxKiB);
    }

    static StreamShape read(JsonFields fields, ShardLayout layout) {
        var mode = StreamMode.fromValue(fields.text("mode"));
        if (mode == StreamMode.UNKNOWN_TO_SDK_VERSION) {
            throw new IllegalArgumentException("there is no mode " + fields.text("mode"));
        }
        return new StreamShape(
                layout,
                mode,
                Math.toIntExact(fields.number("retentionHours")),
                Math.toIntExact(fields.number("maxRecordKiB")));
    }
}

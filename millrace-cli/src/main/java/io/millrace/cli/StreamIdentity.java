package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * Which stream, and which one of that name: a stream that was deleted and made again is another. The address it was
 * reached at is not part of it, as that may change.
 */
record StreamIdentity(String arn, Instant created) {
    static StreamIdentity of(StreamDescriptionSummary stream) {
        return new StreamIdentity(stream.streamARN(), stream.streamCreationTimestamp());
    }

    static StreamIdentity read(JsonFields fields) {
        return new StreamIdentity(fields.text("arn"), fields.time("created"));
    }

    void write(String name, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("arn", arn);
        json.writeStringField("created", created.toString());
        json.writeEndObject();
    }

    @Override
    public String toString() {
        return arn + " of " + created;
    }
}

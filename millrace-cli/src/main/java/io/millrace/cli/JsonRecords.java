package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import software.amazon.awssdk.services.kinesis.model.Record;

/** One JSON object a line; data that is not UTF-8 text comes as base64 in a member of another name. */
final class JsonRecords implements RecordWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    JsonRecords(OutputStream out) throws IOException {
        json = JSON.createGenerator(new BufferedOutputStream(out)).setPrettyPrinter(new MinimalPrettyPrinter(""));
    }

    @Override
    public void write(String shardId, Record record) throws IOException {
        json.writeStartObject();
        json.writeStringField("shardId", shardId);
        json.writeStringField("sequenceNumber", record.sequenceNumber());
        var arrival = record.approximateArrivalTimestamp();
        if (arrival != null) {
            json.writeStringField("approximateArrivalTimestamp", arrival.toString());
        }
        json.writeStringField("partitionKey", record.partitionKey());
        var bytes = record.data().asByteArrayUnsafe();
        var text = RecordText.decode(bytes);
        if (text.isPresent()) {
            json.writeStringField("data", text.get());
        } else {
            json.writeBinaryField("dataBase64", bytes);
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    @Override
    public void flush() throws IOException {
        json.flush();
    }
}

package io.millrace.firehose.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.SnowflakeDataLoadingOption;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;

/** Makes rows of records: lines of JSON whose members are columns. */
final class SnowflakeRows {
    /** No row may be larger: the interface's own bound of 4 MB is a request's. */
    static final int ROW_MAX_BYTES = 4_000_000;

    private static final JsonFactory JSON = new JsonFactory();

    private final StreamIdentity stream;
    private final SnowflakeDestinationConfiguration configuration;

    SnowflakeRows(StreamIdentity stream, SnowflakeDestinationConfiguration configuration) {
        this.stream = stream;
        this.configuration = configuration;
    }

    /** The record's row, where it makes one. */
    Optional<byte[]> find(DeliveryRecord record) {
        try {
            return Optional.of(of(record));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /**
     * The record's row with the line's end.
     *
     * @throws IOException if the record is not one JSON object, or too large; its message says how
     */
    byte[] of(DeliveryRecord record) throws IOException {
        requireOneObject(record.data());
        var row = row(record);
        if (row.length > ROW_MAX_BYTES) {
            throw new IOException("The row is larger than " + ROW_MAX_BYTES + " bytes, which Snowflake does not take");
        }
        return row;
    }

    private byte[] row(DeliveryRecord record) {
        var option = configuration.dataLoadingOption();
        if (option == null || option == SnowflakeDataLoadingOption.JSON_MAPPING) {
            return line(record.data());
        }
        var row = new ByteArrayOutputStream(record.data().length + 256);
        row.write('{');
        write(row, Json.text(configuration.contentColumnName()));
        row.write(':');
        row.writeBytes(withoutBreaks(record.data()));
        if (option == SnowflakeDataLoadingOption.VARIANT_CONTENT_AND_METADATA_MAPPING) {
            row.write(',');
            write(row, Json.text(configuration.metaDataColumnName()));
            row.write(':');
            write(row, Json.text(metadata(record)));
        }
        row.write('}');
        row.write('\n');
        return row.toByteArray();
    }

    /** As Firehose's own documentation has them for puts and for Kinesis streams; Kafka's are ours. */
    private Map<String, Object> metadata(DeliveryRecord record) {
        var metadata = new LinkedHashMap<String, Object>();
        switch (record.origin()) {
            case Origin.DirectPut _ -> metadata.put("firehoseDeliveryStreamName", stream.name());
            case Origin.KinesisStream(var arn, var shard, var sequence, var subsequence, var key) -> {
                metadata.put("kinesisStreamName", arn.substring(arn.lastIndexOf('/') + 1));
                metadata.put("kinesisShardId", shard);
                metadata.put("kinesisPartitionKey", key);
                metadata.put("kinesisSequenceNumber", sequence);
                metadata.put("subsequenceNumber", Long.toString(subsequence));
            }
            case Origin.KafkaTopic topic -> {
                metadata.put("kafkaTopic", topic.topic());
                metadata.put("kafkaPartition", topic.partition());
                metadata.put("kafkaOffset", topic.offset());
            }
        }
        metadata.put("IngestionTime", record.arrival().toString());
        return metadata;
    }

    private static void requireOneObject(byte[] data) throws IOException {
        for (byte each : data) {
            if (each == 0) {
                // The parser would take it for another encoding than the one Snowflake reads.
                throw new IOException("The record holds the byte 0, which no JSON in UTF-8 does");
            }
        }
        if (data.length > 0 && data[0] == (byte) 0xEF) {
            throw new IOException("The record begins with a byte order mark");
        }
        try (var parser = JSON.createParser(data)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("The record is not a JSON object");
            }
            parser.skipChildren();
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("The record's JSON object does not end");
            }
            if (parser.nextToken() != null) {
                throw new IOException("There is more in the record than one JSON object");
            }
        }
    }

    private static byte[] line(byte[] object) {
        var line = Arrays.copyOf(object, object.length + 1);
        replaceBreaks(line);
        line[object.length] = '\n';
        return line;
    }

    private static byte[] withoutBreaks(byte[] object) {
        var line = object.clone();
        replaceBreaks(line);
        return line;
    }

    /** Outside of strings they mean nothing in JSON, and inside there are none. */
    private static void replaceBreaks(byte[] object) {
        for (int at = 0; at < object.length; at++) {
            if (object[at] == '\n' || object[at] == '\r') {
                object[at] = ' ';
            }
        }
    }

    private static void write(ByteArrayOutputStream row, String text) {
        row.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}

package io.millrace.firehose.processing;

import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Origin;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The event that a function gets, member for member as the service writes it. Records are encoded as they are added, so
 * that the event's size is known before one is too many.
 */
final class FunctionEvent {
    private static final int RECORD_ID_DIGITS = 49;
    private static final int SUB_DIGITS = 6;
    private static final byte[] END = {']', '}'};
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final int maxBytes;
    private final ByteArrayOutputStream json;
    private final List<String> recordIds = new ArrayList<>();

    /**
     * @param first the first record that will be added: it tells where all of them come from
     * @param maxBytes how large the event may become
     */
    FunctionEvent(UUID invocationId, StreamIdentity stream, Fragment first, int sizeHint, int maxBytes) {
        this.maxBytes = maxBytes;
        this.json = new ByteArrayOutputStream(Math.min(maxBytes, sizeHint));
        var head =
                new StringBuilder("{\"invocationId\":\"").append(invocationId).append('"');
        sourceArn(first.source().origin()).ifPresent(arn -> member(head.append(','), "sourceKinesisStreamArn", arn));
        member(head.append(','), "deliveryStreamArn", stream.arn());
        member(head.append(','), "region", stream.region());
        head.append(",\"records\":[");
        json.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> sourceArn(Origin origin) {
        return switch (origin) {
            case Origin.KinesisStream kinesis -> Optional.of(kinesis.streamArn());
            case Origin.DirectPut _, Origin.KafkaTopic _ -> Optional.empty();
        };
    }

    /** Whether the record could be added without the event becoming too large. */
    boolean add(Fragment fragment) {
        var id = recordId(fragment);
        var before = head(fragment, id);
        var after = tail(fragment, id);
        long data = (fragment.data().length + 2L) / 3 * 4;
        if (json.size() + 1L + before.length + data + after.length + END.length > maxBytes) {
            return false;
        }
        if (!recordIds.isEmpty()) {
            json.write(',');
        }
        json.writeBytes(before);
        json.writeBytes(BASE64.encode(fragment.data()));
        json.writeBytes(after);
        recordIds.add(id);
        return true;
    }

    List<String> recordIds() {
        return recordIds;
    }

    byte[] bytes() {
        json.writeBytes(END);
        return json.toByteArray();
    }

    /** The same at each processing of the record, and unique among the records of a source shard. */
    private static String recordId(Fragment fragment) {
        var id = new StringBuilder(RECORD_ID_DIGITS + SUB_DIGITS);
        switch (fragment.source().origin()) {
            case Origin.KinesisStream kinesis -> {
                id.append(kinesis.sequenceNumber());
                // User records of one aggregate share the sequence number.
                padded(id, kinesis.subsequenceNumber(), SUB_DIGITS);
            }
            case Origin.DirectPut _, Origin.KafkaTopic _ -> {
                id.append("49");
                padded(id, fragment.source().position().offset(), RECORD_ID_DIGITS - 2);
            }
        }
        padded(id, fragment.sub(), SUB_DIGITS);
        return id.toString();
    }

    private static void padded(StringBuilder text, long number, int digits) {
        var decimal = Long.toString(number);
        text.repeat('0', Math.max(0, digits - decimal.length())).append(decimal);
    }

    private static byte[] head(Fragment fragment, String id) {
        var head = new StringBuilder("{\"recordId\":\"")
                .append(id)
                .append("\",\"approximateArrivalTimestamp\":")
                .append(fragment.source().arrival().toEpochMilli());
        switch (fragment.source().origin()) {
            case Origin.KafkaTopic kafka -> {
                if (kafka.key() != null) {
                    member(head.append(','), "kafkaRecordKey", BASE64.encodeToString(kafka.key()));
                }
                head.append(",\"kafkaRecordValue\":\"");
            }
            case Origin.DirectPut _, Origin.KinesisStream _ -> head.append(",\"data\":\"");
        }
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Functions expect the metadata of a Kinesis record on every record, whatever its source is. */
    private static byte[] tail(Fragment fragment, String id) {
        var tail = new StringBuilder("\",");
        long arrival = fragment.source().arrival().toEpochMilli();
        switch (fragment.source().origin()) {
            case Origin.DirectPut _ -> kinesisMetadata(tail, id, "0", id, "shardId-000000000000", arrival);
            case Origin.KinesisStream kinesis ->
                kinesisMetadata(
                        tail,
                        kinesis.sequenceNumber(),
                        Long.toString(kinesis.subsequenceNumber()),
                        kinesis.partitionKey(),
                        kinesis.shardId(),
                        arrival);
            case Origin.KafkaTopic kafka -> {
                tail.append("\"mskRecordMetadata\":{");
                member(tail, "offset", Long.toString(kafka.offset()));
                member(tail.append(','), "partitionId", Integer.toString(kafka.partition()));
                tail.append(",\"approximateArrivalTimestamp\":").append(arrival).append('}');
            }
        }
        return tail.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void kinesisMetadata(
            StringBuilder tail,
            String sequenceNumber,
            String subsequenceNumber,
            String partitionKey,
            String shardId,
            long arrival) {
        tail.append("\"kinesisRecordMetadata\":{");
        member(tail, "sequenceNumber", sequenceNumber);
        member(tail.append(','), "subsequenceNumber", subsequenceNumber);
        member(tail.append(','), "partitionKey", partitionKey);
        member(tail.append(','), "shardId", shardId);
        tail.append(",\"approximateArrivalTimestamp\":").append(arrival).append('}');
    }

    private static void member(StringBuilder json, String name, String value) {
        json.append('"').append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                // Surrogates as escapes: a lone one has no UTF-8.
                json.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit(c >> 8 & 15, 16));
                json.append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}

package io.millrace.bench.jmh;

import io.millrace.wire.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** Records and requests that the benchmarks share, the same in every run. */
final class Requests {
    static final int BATCH_RECORDS = 500;
    static final int RECORD_BYTES = 1024;

    private Requests() {}

    static String key(int number) {
        return "record-" + number;
    }

    static byte[] payload(int number) {
        var payload = new byte[RECORD_BYTES];
        new Random(number).nextBytes(payload);
        return payload;
    }

    /** As long as a real one: 56 digits. */
    static String sequenceNumber(int number) {
        return String.format("49%054d", number);
    }

    /** A PutRecords request as the AWS SDK for Java writes it: maps and lists of indefinite length in CBOR. */
    static byte[] putRecords(Protocol protocol) {
        return switch (protocol) {
            case JSON -> putRecordsInJson();
            case CBOR -> putRecordsInCbor();
        };
    }

    private static byte[] putRecordsInJson() {
        var body = new StringBuilder("{\"Records\":[");
        for (int i = 0; i < BATCH_RECORDS; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"Data\":\"")
                    .append(Base64.getEncoder().encodeToString(payload(i)))
                    .append("\",\"PartitionKey\":\"")
                    .append(key(i))
                    .append("\"}");
        }
        return body.append("],\"StreamName\":\"orders\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] putRecordsInCbor() {
        var body = new ByteArrayOutputStream();
        body.write(0xbf);
        text(body, "Records");
        body.write(0x9f);
        for (int i = 0; i < BATCH_RECORDS; i++) {
            body.write(0xbf);
            text(body, "Data");
            body.write(0x59);
            body.writeBytes(ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) RECORD_BYTES)
                    .array());
            body.writeBytes(payload(i));
            text(body, "PartitionKey");
            text(body, key(i));
            body.write(0xff);
        }
        body.write(0xff);
        text(body, "StreamName");
        text(body, "orders");
        body.write(0xff);
        return body.toByteArray();
    }

    private static void text(ByteArrayOutputStream body, String shorterThan24) {
        body.write(0x60 | shorterThan24.length());
        body.writeBytes(shorterThan24.getBytes(StandardCharsets.US_ASCII));
    }
}

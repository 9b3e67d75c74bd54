package io.millrace.clients.support;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Several user records in one Kinesis record, laid out as the Kinesis producer library does it, for readers that have to take
 * them apart again.
 *
 * <p>Layout: {@code F3 89 9A C2}, a protobuf message, the 16-byte MD5 of that message. The message: 1 partition keys, 3 records;
 * a record: 1 index of its partition key, 3 data.
 */
public final class Aggregate {
    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int PARTITION_KEYS = 1;
    private static final int RECORDS = 3;
    private static final int RECORD_PARTITION_KEY_INDEX = 1;
    private static final int RECORD_DATA = 3;

    private Aggregate() {}

    /** The records {@code first} to {@code first + count - 1}, each under its number as partition key. */
    public static byte[] ofNumbers(int first, int count) {
        var message = new ByteArrayOutputStream();
        for (int number = first; number < first + count; number++) {
            writeBytes(message, PARTITION_KEYS, text(number));
        }
        for (int index = 0; index < count; index++) {
            var record = new ByteArrayOutputStream();
            writeVarint(record, RECORD_PARTITION_KEY_INDEX << 3 | VARINT);
            writeVarint(record, index);
            writeBytes(record, RECORD_DATA, text(first + index));
            writeBytes(message, RECORDS, record.toByteArray());
        }
        var aggregate = new ByteArrayOutputStream();
        aggregate.writeBytes(MAGIC);
        aggregate.writeBytes(message.toByteArray());
        aggregate.writeBytes(md5(message.toByteArray()));
        return aggregate.toByteArray();
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static void writeBytes(ByteArrayOutputStream out, int field, byte[] bytes) {
        writeVarint(out, field << 3 | LENGTH_DELIMITED);
        writeVarint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void writeVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}

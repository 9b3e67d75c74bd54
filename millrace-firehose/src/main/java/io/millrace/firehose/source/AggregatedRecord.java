package io.millrace.firehose.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the Kinesis Producer Library makes of many small records: four bytes of magic, a protobuf message, and the message's
 * MD5. Anything that is not exactly that is a record like any other.
 *
 * <pre>
 * message AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2;
 *                            repeated Record records = 3; }
 * message Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
 *                  required bytes data = 3; repeated Tag tags = 4; }
 * </pre>
 */
final class AggregatedRecord {
    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int DIGEST_BYTES = 16;

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    /** One of the records inside. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Part(String partitionKey, byte[] data) {}

    private AggregatedRecord() {}

    /** The records in it; empty if it is none. */
    static Optional<List<Part>> parts(byte[] data) {
        if (data.length < MAGIC.length + DIGEST_BYTES || !Arrays.equals(MAGIC, 0, 4, data, 0, 4)) {
            return Optional.empty();
        }
        int end = data.length - DIGEST_BYTES;
        if (!Arrays.equals(digest(data, MAGIC.length, end), Arrays.copyOfRange(data, end, data.length))) {
            return Optional.empty();
        }
        try {
            return Optional.of(records(new Message(data, MAGIC.length, end)));
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private static byte[] digest(byte[] data, int from, int to) {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            md5.update(data, from, to - from);
            return md5.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }

    private static List<Part> records(Message message) throws MalformedException {
        var keys = new ArrayList<String>();
        var records = new ArrayList<Part>();
        while (message.next()) {
            if (message.wireType == BYTES && message.field == 1) {
                keys.add(new String(message.bytes, message.from, message.to - message.from, StandardCharsets.UTF_8));
            } else if (message.wireType == BYTES && message.field == 3) {
                records.add(part(new Message(message.bytes, message.from, message.to), keys));
            }
        }
        return records;
    }

    /** The tables stand before the records, as every producer writes them. */
    private static Part part(Message record, List<String> keys) throws MalformedException {
        byte[] data = {};
        long key = 0;
        while (record.next()) {
            if (record.field == 1 && record.wireType == VARINT) {
                key = record.value;
            } else if (record.field == 3 && record.wireType == BYTES) {
                data = Arrays.copyOfRange(record.bytes, record.from, record.to);
            }
        }
        if (key < 0 || key >= keys.size()) {
            throw new MalformedException();
        }
        return new Part(keys.get((int) key), data);
    }

    /** Not the message it seemed to be. */
    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** Goes through a protobuf message field by field. */
    private static final class Message {
        private final byte[] bytes;
        private final int end;
        private int at;
        private int field;
        private int wireType;
        private long value;
        // Where the present field's bytes are, if it has any.
        private int from;
        private int to;

        Message(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.end = to;
        }

        boolean next() throws MalformedException {
            if (at == end) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            wireType = (int) tag & 7;
            switch (wireType) {
                case VARINT -> value = varint();
                case FIXED_64 -> skip(Long.BYTES);
                case FIXED_32 -> skip(Integer.BYTES);
                case BYTES -> {
                    long length = varint();
                    from = at;
                    skip(length);
                    to = at;
                }
                default -> throw new MalformedException();
            }
            return true;
        }

        private void skip(long count) throws MalformedException {
            if (count < 0 || count > end - at) {
                throw new MalformedException();
            }
            at += (int) count;
        }

        private long varint() throws MalformedException {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                if (at == end) {
                    throw new MalformedException();
                }
                byte next = bytes[at++];
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new MalformedException();
        }
    }
}

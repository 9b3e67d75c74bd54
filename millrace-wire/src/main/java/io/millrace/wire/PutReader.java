package io.millrace.wire;

import io.millrace.model.PutRecordsBatch;
import io.millrace.wire.Tokens.Token;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usual PutRecord or PutRecords request as a batch whose values stay where they are, in the body: what is in
 * base64 is decoded in its place, after all else has turned out to be usual. Whatever is unusual (members that are unknown,
 * null, twice there or of the wrong type, escapes, values that might break a constraint) makes it give up and leave the body
 * as it was; then {@link RequestReader} reads it again and finds the right words. So nothing here knows an error, and a
 * limit here need not be the model's, only not beyond it.
 */
final class PutReader {
    private static final int RECORDS_MAX = 500;
    private static final int DATA_MAX_BYTES = 10 * 1024 * 1024;
    private static final int PARTITION_KEY_MAX_CHARS = 256;
    private static final int HASH_KEY_MAX_DIGITS = 39;
    private static final int SEQUENCE_NUMBER_MAX_DIGITS = 129;
    private static final int NAME_MAX_CHARS = 128;

    /** What a batch has room for from the beginning: with two steps of growth the largest fits just so. */
    private static final int RECORDS_EXPECTED = 32;

    /** The members that are usual; none is as long as another, so that the length alone tells which one it may be. */
    private enum Member {
        DATA("Data", 1),
        RECORDS("Records", 1 << 1),
        STREAM_ARN("StreamARN", 1 << 2),
        STREAM_NAME("StreamName", 1 << 3),
        PARTITION_KEY("PartitionKey", 1 << 4),
        EXPLICIT_HASH_KEY("ExplicitHashKey", 1 << 5),
        SEQUENCE_NUMBER_FOR_ORDERING("SequenceNumberForOrdering", 1 << 6);

        private static final int NAME_MAX_CHARS = 25;
        private static final @Nullable Member[] BY_LENGTH = new Member[NAME_MAX_CHARS + 1];

        static {
            for (var member : values()) {
                BY_LENGTH[member.wireName.length()] = member;
            }
        }

        private final String wireName;
        private final int bit;

        Member(String wireName, int bit) {
            this.wireName = wireName;
            this.bit = bit;
        }

        static @Nullable Member named(byte[] bytes, int from, int to) {
            var member = to - from > NAME_MAX_CHARS ? null : BY_LENGTH[to - from];
            return member == null || !member.isNamed(bytes, from) ? null : member;
        }

        private boolean isNamed(byte[] bytes, int from) {
            for (int i = 0; i < wireName.length(); i++) {
                if (bytes[from + i] != wireName.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final int RECORD_NEEDS = Member.DATA.bit | Member.PARTITION_KEY.bit;

    private final byte[] body;
    private final Tokens tokens;
    private final BatchIndex index;
    private @Nullable String streamName;
    private @Nullable String streamArn;
    private @Nullable String sequenceNumberForOrdering;

    private PutReader(Protocol protocol, byte[] body, int offset, int length, int expectedRecords) {
        this.body = body;
        tokens = GenericCodec.tokens(protocol, body, offset, length);
        index = new BatchIndex(expectedRecords);
    }

    /** The request as a batch, unless something about it is unusual. */
    static Optional<PutRecordsBatch> putRecords(Protocol protocol, byte[] body, int offset, int length) {
        return new PutReader(protocol, body, offset, length, RECORDS_EXPECTED).readPutRecords();
    }

    /** The request as a batch of one record, unless something about it is unusual. */
    static Optional<PutRecordsBatch> putRecord(Protocol protocol, byte[] body, int offset, int length) {
        return new PutReader(protocol, body, offset, length, 1).readPutRecord();
    }

    private Optional<PutRecordsBatch> readPutRecords() {
        if (tokens.next() != Token.OBJECT) {
            return Optional.empty();
        }
        int seen = 0;
        while (tokens.next() == Token.NAME) {
            var member = member();
            if (member == null || (seen & member.bit) != 0) {
                return Optional.empty();
            }
            boolean usual = switch (member) {
                case RECORDS -> tokens.next() == Token.ARRAY && readRecords();
                case STREAM_NAME -> readStreamName();
                case STREAM_ARN -> readStreamArn();
                case DATA, PARTITION_KEY, EXPLICIT_HASH_KEY, SEQUENCE_NUMBER_FOR_ORDERING -> false;
            };
            if (!usual) {
                return Optional.empty();
            }
            seen |= member.bit;
        }
        return finish();
    }

    private boolean readRecords() {
        for (var token = tokens.next(); token != Token.END_ARRAY; token = tokens.next()) {
            if (token != Token.OBJECT || index.records() == RECORDS_MAX || !readRecord()) {
                return false;
            }
        }
        return index.records() > 0;
    }

    private boolean readRecord() {
        index.beginRecord();
        int seen = 0;
        while (tokens.next() == Token.NAME) {
            var member = member();
            if (member == null || (seen & member.bit) != 0) {
                return false;
            }
            boolean usual = switch (member) {
                case DATA -> readData();
                case PARTITION_KEY -> readPartitionKey();
                case EXPLICIT_HASH_KEY -> readExplicitHashKey();
                case RECORDS, STREAM_NAME, STREAM_ARN, SEQUENCE_NUMBER_FOR_ORDERING -> false;
            };
            if (!usual) {
                return false;
            }
            seen |= member.bit;
        }
        return (seen & RECORD_NEEDS) == RECORD_NEEDS;
    }

    private Optional<PutRecordsBatch> readPutRecord() {
        if (tokens.next() != Token.OBJECT) {
            return Optional.empty();
        }
        index.beginRecord();
        int seen = 0;
        while (tokens.next() == Token.NAME) {
            var member = member();
            if (member == null || (seen & member.bit) != 0) {
                return Optional.empty();
            }
            boolean usual = switch (member) {
                case DATA -> readData();
                case PARTITION_KEY -> readPartitionKey();
                case EXPLICIT_HASH_KEY -> readExplicitHashKey();
                case STREAM_NAME -> readStreamName();
                case STREAM_ARN -> readStreamArn();
                case SEQUENCE_NUMBER_FOR_ORDERING -> readSequenceNumber();
                case RECORDS -> false;
            };
            if (!usual) {
                return Optional.empty();
            }
            seen |= member.bit;
        }
        return (seen & RECORD_NEEDS) == RECORD_NEEDS ? finish() : Optional.empty();
    }

    private Optional<PutRecordsBatch> finish() {
        if (index.records() == 0
                || (streamName == null && streamArn == null)
                || tokens.next() != Token.END
                || !decodeData()) {
            return Optional.empty();
        }
        return Optional.of(index.batch(body, streamName, streamArn, sequenceNumberForOrdering));
    }

    /** Puts the data's bytes in the place of what stands for them; if one is not in order, none. */
    private boolean decodeData() {
        for (int record = 0; record < index.records(); record++) {
            int from = index.offset(record, BatchIndex.DATA);
            int count = tokens.decodeBlob(from, from + index.bytes(record, BatchIndex.DATA));
            if (count < 0) {
                encodeData(record);
                return false;
            }
            index.put(record, BatchIndex.DATA, from, count);
        }
        return true;
    }

    /** Undoes the decoding of the records before that one: there is but one way to write bytes. */
    private void encodeData(int records) {
        for (int record = 0; record < records; record++) {
            tokens.encodeBlob(index.offset(record, BatchIndex.DATA), index.bytes(record, BatchIndex.DATA));
        }
    }

    private @Nullable Member member() {
        return tokens.plain() ? Member.named(body, tokens.from(), tokens.to()) : null;
    }

    /** Whether the next token is a string whose bytes can be taken from the body. */
    private boolean plainString() {
        return tokens.next() == Token.STRING && tokens.plain();
    }

    private boolean readData() {
        var token = tokens.next();
        int bytes = token == Token.STRING || token == Token.BYTES ? tokens.blobBytes() : -1;
        if (bytes < 0 || bytes > DATA_MAX_BYTES) {
            return false;
        }
        note(BatchIndex.DATA);
        return true;
    }

    /** Notes that the present string is that value of the present record. */
    private void note(int value) {
        index.put(value, tokens.from(), tokens.to() - tokens.from());
    }

    private boolean readPartitionKey() {
        if (!plainString() || !isPartitionKey(tokens.from(), tokens.to())) {
            return false;
        }
        note(BatchIndex.PARTITION_KEY);
        return true;
    }

    private boolean readExplicitHashKey() {
        if (!plainString() || !isNumber(tokens.from(), tokens.to(), HASH_KEY_MAX_DIGITS)) {
            return false;
        }
        note(BatchIndex.EXPLICIT_HASH_KEY);
        return true;
    }

    private boolean readStreamName() {
        if (!plainString() || !isName(tokens.from(), tokens.to())) {
            return false;
        }
        streamName = ascii();
        return true;
    }

    private boolean readStreamArn() {
        if (!plainString() || !StreamArn.isUsual(body, tokens.from(), tokens.to())) {
            return false;
        }
        streamArn = ascii();
        return true;
    }

    private boolean readSequenceNumber() {
        if (!plainString() || !isNumber(tokens.from(), tokens.to(), SEQUENCE_NUMBER_MAX_DIGITS)) {
            return false;
        }
        sequenceNumberForOrdering = ascii();
        return true;
    }

    private String ascii() {
        return new String(body, tokens.from(), tokens.to() - tokens.from(), StandardCharsets.US_ASCII);
    }

    private boolean isPartitionKey(int from, int to) {
        if (to - from <= PARTITION_KEY_MAX_CHARS) {
            return to > from;
        }
        int chars = 0;
        for (int i = from; i < to; i++) {
            // Every character has one byte that does not continue another one.
            chars += (body[i] & 0xC0) == 0x80 ? 0 : 1;
        }
        return chars <= PARTITION_KEY_MAX_CHARS;
    }

    /** Whether it is a decimal number without leading zeros. */
    private boolean isNumber(int from, int to, int digitsMax) {
        if (from == to || to - from > digitsMax || (body[from] == '0' && to - from > 1)) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (body[i] < '0' || body[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private boolean isName(int from, int to) {
        return to > from && to - from <= NAME_MAX_CHARS && StreamArn.isNameText(body, from, to);
    }
}

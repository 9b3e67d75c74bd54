package io.millrace.wire;

import io.millrace.model.PutRecordsBatch;
import io.millrace.wire.Tokens.Token;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usual PutRecord or PutRecords request straight into a batch: each value goes from the body to its place at
 * once, and nothing is allocated per record. Whatever is unusual (members that are unknown, null, twice there or of the
 * wrong type, escapes, values that might break a constraint) makes it give up; then {@link RequestReader} reads the body
 * again and finds the right words. So nothing here knows an error, and a limit here need not be the model's, only not
 * beyond it.
 */
final class PutReader {
    private static final int RECORDS_MAX = 500;
    private static final int DATA_MAX_BYTES = 10 * 1024 * 1024;
    private static final int PARTITION_KEY_MAX_CHARS = 256;
    private static final int HASH_KEY_MAX_DIGITS = 39;
    private static final int SEQUENCE_NUMBER_MAX_DIGITS = 129;
    private static final int NAME_MAX_CHARS = 128;

    /** JSON's quarter of base64 overhead and the members' names leave ample room for the keys. */
    private static final int ROOM_MIN_BYTES = 64;

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
    private final BatchBuilder batch;
    private @Nullable String streamName;
    private @Nullable String streamArn;
    private @Nullable String sequenceNumberForOrdering;

    private PutReader(Protocol protocol, byte[] body, int offset, int length) {
        this.body = body;
        tokens = GenericCodec.tokens(protocol, body, offset, length);
        batch = new BatchBuilder(protocol == Protocol.JSON ? length / 4 * 3 + ROOM_MIN_BYTES : length);
    }

    /** The request as a batch, unless something about it is unusual. */
    static Optional<PutRecordsBatch> putRecords(Protocol protocol, byte[] body, int offset, int length) {
        return new PutReader(protocol, body, offset, length).readPutRecords();
    }

    /** The request as a batch of one record, unless something about it is unusual. */
    static Optional<PutRecordsBatch> putRecord(Protocol protocol, byte[] body, int offset, int length) {
        return new PutReader(protocol, body, offset, length).readPutRecord();
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
            if (token != Token.OBJECT || batch.records() == RECORDS_MAX || !readRecord()) {
                return false;
            }
        }
        return batch.records() > 0;
    }

    private boolean readRecord() {
        batch.beginRecord();
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
        batch.beginRecord();
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
        if (batch.records() == 0 || (streamName == null && streamArn == null) || tokens.next() != Token.END) {
            return Optional.empty();
        }
        return Optional.of(batch.finish(streamName, streamArn, sequenceNumberForOrdering));
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
        if (token != Token.STRING && token != Token.BYTES) {
            return false;
        }
        int offset = batch.bytes().length();
        if (!tokens.appendBlob(batch.bytes()) || batch.bytes().length() - offset > DATA_MAX_BYTES) {
            return false;
        }
        batch.end(BatchBuilder.DATA, offset);
        return true;
    }

    private boolean readPartitionKey() {
        if (!plainString() || !isPartitionKey(tokens.from(), tokens.to())) {
            return false;
        }
        batch.add(BatchBuilder.PARTITION_KEY, body, tokens.from(), tokens.to());
        return true;
    }

    private boolean readExplicitHashKey() {
        if (!plainString() || !isNumber(tokens.from(), tokens.to(), HASH_KEY_MAX_DIGITS)) {
            return false;
        }
        batch.add(BatchBuilder.EXPLICIT_HASH_KEY, body, tokens.from(), tokens.to());
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

package io.millrace.wire;

import io.millrace.model.Firehose;
import io.millrace.wire.Tokens.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.Record;

/**
 * Firehose's hot operation. The usual request is read on the fast way, which knows no errors: whatever is unusual about a
 * body (members that are unknown, null or twice there, escapes, values that might break a constraint) sends it to the
 * generic one.
 */
final class PutRecordBatchCodec implements OperationCodec<PutRecordBatchRequest, PutRecordBatchResponse> {
    private static final int RECORDS_MAX = 500;
    private static final int DATA_MAX_BYTES = 1_024_000;
    private static final int NAME_MAX_CHARS = 64;
    private static final int ENTRY_BYTES = 52;

    private static final byte[] NAME = ascii("DeliveryStreamName");
    private static final byte[] RECORDS = ascii("Records");
    private static final byte[] DATA = ascii("Data");
    private static final byte[] RECORD_ID = ascii("RecordId");

    private final OperationCodec<PutRecordBatchRequest, PutRecordBatchResponse> generic =
            new GenericCodec<>(Firehose.PUT_RECORD_BATCH);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public PutRecordBatchRequest decode(Protocol protocol, byte[] body, int offset, int length) {
        return new Reader(protocol, body, offset, length)
                .read()
                .orElseGet(() -> generic.decode(protocol, body, offset, length));
    }

    @Override
    public void encode(Protocol protocol, PutRecordBatchResponse output, BodyWriter body) {
        boolean allStored = output.failedPutCount() == 0;
        if (!allStored) {
            generic.encode(protocol, output, body);
            return;
        }
        body.reserve(output.requestResponses().size() * ENTRY_BYTES);
        var out = Notation.of(protocol, body);
        out.beginObject();
        out.name("FailedPutCount");
        out.number(0);
        out.name("Encrypted");
        out.bool(Boolean.TRUE.equals(output.encrypted()));
        out.name("RequestResponses");
        out.beginArray(output.requestResponses().size());
        for (var entry : output.requestResponses()) {
            out.beginObject();
            out.plainName(RECORD_ID);
            out.text(entry.recordId());
            out.endObject();
        }
        out.endArray();
        out.endObject();
    }

    /** Goes through one body. */
    private static final class Reader {
        private final byte[] body;
        private final Tokens tokens;
        private final BodyWriter data;
        private final ArrayList<Record> records = new ArrayList<>();
        private @Nullable String name;

        Reader(Protocol protocol, byte[] body, int offset, int length) {
            this.body = body;
            tokens = GenericCodec.tokens(protocol, body, offset, length);
            data = new BodyWriter(length);
        }

        Optional<PutRecordBatchRequest> read() {
            if (tokens.next() != Token.OBJECT) {
                return Optional.empty();
            }
            while (tokens.next() == Token.NAME) {
                boolean usual =
                        is(NAME) ? name == null && readName() : is(RECORDS) && records.isEmpty() && readRecords();
                if (!usual) {
                    return Optional.empty();
                }
            }
            if (name == null || records.isEmpty() || tokens.next() != Token.END) {
                return Optional.empty();
            }
            return Optional.of(PutRecordBatchRequest.builder()
                    .deliveryStreamName(name)
                    .records(records)
                    .build());
        }

        /** Whether the present name is this one. */
        private boolean is(byte[] wanted) {
            return tokens.plain() && Arrays.equals(body, tokens.from(), tokens.to(), wanted, 0, wanted.length);
        }

        private boolean readName() {
            if (tokens.next() != Token.STRING || !tokens.plain()) {
                return false;
            }
            int chars = tokens.to() - tokens.from();
            if (chars == 0 || chars > NAME_MAX_CHARS || !StreamArn.isNameText(body, tokens.from(), tokens.to())) {
                return false;
            }
            name = new String(body, tokens.from(), chars, StandardCharsets.US_ASCII);
            return true;
        }

        private boolean readRecords() {
            if (tokens.next() != Token.ARRAY) {
                return false;
            }
            for (var token = tokens.next(); token != Token.END_ARRAY; token = tokens.next()) {
                if (token != Token.OBJECT || records.size() == RECORDS_MAX || !readRecord()) {
                    return false;
                }
            }
            return true;
        }

        private boolean readRecord() {
            if (tokens.next() != Token.NAME || !is(DATA)) {
                return false;
            }
            var token = tokens.next();
            if (token != Token.STRING && token != Token.BYTES) {
                return false;
            }
            int from = data.length();
            if (!tokens.appendBlob(data)
                    || data.length() - from > DATA_MAX_BYTES
                    || tokens.next() != Token.END_OBJECT) {
                return false;
            }
            var bytes = Arrays.copyOfRange(data.array(), from, data.length());
            records.add(
                    Record.builder().data(SdkBytes.fromByteArrayUnsafe(bytes)).build());
            return true;
        }
    }
}

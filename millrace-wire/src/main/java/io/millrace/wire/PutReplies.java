package io.millrace.wire;

import io.millrace.model.PutRecordsOutcome;
import java.nio.charset.StandardCharsets;

/** What PutRecord and PutRecords answer. */
final class PutReplies {
    private static final byte[] SEQUENCE_NUMBER = "SequenceNumber".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHARD_ID = "ShardId".getBytes(StandardCharsets.US_ASCII);

    private PutReplies() {}

    static void write(PutRecordsOutcome.Stored stored, Notation out) {
        out.beginObject();
        out.plainName(SHARD_ID);
        out.plainText(stored.shardId());
        out.plainName(SEQUENCE_NUMBER);
        out.plainText(stored.sequenceNumber());
        EncryptionMember.write(stored.encryptionType(), out);
        out.endObject();
    }

    static void write(PutRecordsOutcome outcome, Notation out) {
        var records = outcome.records();
        out.beginObject();
        out.name("FailedRecordCount");
        out.number(outcome.failed());
        out.name("Records");
        out.beginArray(records.size());
        for (int record = 0; record < records.size(); record++) {
            switch (records.get(record)) {
                case PutRecordsOutcome.Stored stored -> writeEntry(stored, out);
                case PutRecordsOutcome.Failed failure -> writeEntry(failure, out);
            }
        }
        out.endArray();
        EncryptionMember.write(outcome.encryptionType(), out);
        out.endObject();
    }

    private static void writeEntry(PutRecordsOutcome.Stored stored, Notation out) {
        out.beginObject();
        out.plainName(SEQUENCE_NUMBER);
        out.plainText(stored.sequenceNumber());
        out.plainName(SHARD_ID);
        out.plainText(stored.shardId());
        out.endObject();
    }

    private static void writeEntry(PutRecordsOutcome.Failed failure, Notation out) {
        out.beginObject();
        out.name("ErrorCode");
        out.text(failure.errorCode());
        out.name("ErrorMessage");
        out.text(failure.errorMessage());
        out.endObject();
    }
}

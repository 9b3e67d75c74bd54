package io.millrace.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Checks the records of one shard as they are read: each is one of ours, whole, and sequence numbers rise. */
final class RecordCheck {
    private static final int SEQUENCE_NUMBER_MAX_BYTES = 128;
    private static final byte[] SEQUENCE_NUMBER = "SequenceNumber".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARTITION_KEY = "PartitionKey".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "Data".getBytes(StandardCharsets.US_ASCII);

    private final Corpus corpus;
    private final String shardId;
    private final long[] seen;
    private byte[] last = new byte[SEQUENCE_NUMBER_MAX_BYTES];
    private byte[] current = new byte[SEQUENCE_NUMBER_MAX_BYTES];
    private int lastBytes;
    private int currentBytes;
    private int record;

    RecordCheck(Corpus corpus, String shardId) {
        this.corpus = corpus;
        this.shardId = shardId;
        seen = new long[corpus.count()];
    }

    /** How often each record of the corpus was read. */
    long[] seen() {
        return seen;
    }

    /** Passes one record, to which the cursor was stepped. */
    void pass(Cursor cursor, ByteBuffer body) {
        record = -1;
        currentBytes = 0;
        int dataStart = 0;
        int dataEnd = 0;
        cursor.enterMap();
        while (cursor.nextMember()) {
            if (cursor.nameIs(DATA)) {
                cursor.span(corpus.wireBytes());
                dataStart = cursor.spanStart();
                dataEnd = cursor.spanEnd();
            } else if (cursor.nameIs(PARTITION_KEY)) {
                cursor.span(-1);
                record = corpus.numberOf(body, cursor.spanStart(), cursor.spanEnd());
            } else if (cursor.nameIs(SEQUENCE_NUMBER)) {
                cursor.span(lastBytes);
                takeSequenceNumber(body, cursor.spanStart(), cursor.spanEnd());
            } else {
                cursor.skip();
            }
        }
        if (record < 0 || !corpus.holds(record, body, dataStart, dataEnd)) {
            throw new WrongAnswerException(shardId + " returned a record that was not put");
        }
        checkRises();
        seen[record]++;
    }

    private void takeSequenceNumber(ByteBuffer body, int start, int end) {
        currentBytes = end - start;
        if (currentBytes > SEQUENCE_NUMBER_MAX_BYTES) {
            throw new WrongAnswerException(shardId + " returned a sequence number of " + currentBytes + " digits");
        }
        body.get(start, current, 0, currentBytes);
    }

    /** Decimal numbers without leading zeros: the longer is the greater. */
    private void checkRises() {
        boolean rises = currentBytes == lastBytes
                ? Arrays.compareUnsigned(last, 0, lastBytes, current, 0, currentBytes) < 0
                : lastBytes < currentBytes;
        if (!rises) {
            throw new WrongAnswerException("the sequence numbers of " + shardId + " do not rise");
        }
        var spare = last;
        last = current;
        lastBytes = currentBytes;
        current = spare;
    }
}

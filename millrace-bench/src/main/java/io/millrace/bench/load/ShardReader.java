package io.millrace.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads one shard from TRIM_HORIZON, page by page, and checks every record. */
final class ShardReader {
    private static final int LIMIT_RECORDS = 10_000;
    private static final int OK = 200;
    private static final byte[] SHARD_ITERATOR = "ShardIterator".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT_SHARD_ITERATOR = "NextShardIterator".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MILLIS_BEHIND_LATEST = "MillisBehindLatest".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RECORDS = "Records".getBytes(StandardCharsets.US_ASCII);

    private final Calls calls;
    private final String shardId;
    private final RecordCheck check;
    private String iterator = "";
    private boolean awaitsIterator;

    /** What a reply held. */
    sealed interface Page {
        record Iterator() implements Page {}

        /** @param atTail whether the shard held no more when it was read */
        record Records(int count, boolean atTail) implements Page {}

        record Refused(String message) implements Page {}
    }

    ShardReader(Calls calls, Corpus corpus, String shardId) {
        this.calls = calls;
        this.shardId = shardId;
        check = new RecordCheck(corpus, shardId);
    }

    /** How often each record of the corpus was read. */
    long[] seen() {
        return check.seen();
    }

    HttpCall nextCall() {
        awaitsIterator = iterator.isEmpty();
        return awaitsIterator ? calls.shardIteratorAtTrimHorizon(shardId) : calls.getRecords(iterator, LIMIT_RECORDS);
    }

    Page answered(HttpReply reply) {
        if (reply.status() != OK) {
            return new Page.Refused("a read was answered " + reply.status() + ": " + reply.bodyText());
        }
        var cursor = calls.encoding().cursor(reply.body());
        cursor.enterMap();
        return awaitsIterator ? readIterator(cursor) : readPage(cursor, reply.body());
    }

    private Page readIterator(Cursor cursor) {
        while (cursor.nextMember()) {
            if (cursor.nameIs(SHARD_ITERATOR)) {
                iterator = cursor.text();
            } else {
                cursor.skip();
            }
        }
        return new Page.Iterator();
    }

    private Page readPage(Cursor cursor, ByteBuffer body) {
        int count = 0;
        long millisBehind = 0;
        iterator = "";
        while (cursor.nextMember()) {
            if (cursor.nameIs(RECORDS)) {
                count = readRecords(cursor, body);
            } else if (cursor.nameIs(NEXT_SHARD_ITERATOR)) {
                iterator = cursor.text();
            } else if (cursor.nameIs(MILLIS_BEHIND_LATEST)) {
                millisBehind = cursor.number();
            } else {
                cursor.skip();
            }
        }
        if (iterator.isEmpty()) {
            throw new WrongAnswerException("a reply of " + shardId + ", which is open, has no NextShardIterator");
        }
        return new Page.Records(count, count == 0 && millisBehind == 0);
    }

    private int readRecords(Cursor cursor, ByteBuffer body) {
        int count = 0;
        cursor.enterList();
        while (cursor.nextElement()) {
            check.pass(cursor, body);
            count++;
        }
        return count;
    }
}

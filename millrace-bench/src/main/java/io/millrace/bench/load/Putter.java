package io.millrace.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts the same prepared requests again and again, and remembers how often each was acknowledged. */
final class Putter implements Errand {
    private static final byte[] FAILED_RECORD_COUNT = "FailedRecordCount".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FAILED_PUT_COUNT = "FailedPutCount".getBytes(StandardCharsets.US_ASCII);
    private static final int OK = 200;

    private final List<Step> calls;
    private final Encoding encoding;
    private final int recordsEach;
    private final int payloadBytesEach;
    private final Progress progress;
    private final Tally tally;
    private final long[] acknowledged;
    private int current;

    /**
     * @param first which call to begin with, so that connections do not march in step
     * @param progress what all putters together have done and may still do
     */
    Putter(List<HttpCall> calls, Encoding encoding, Corpus corpus, int first, Progress progress, Tally tally) {
        this.calls = calls.stream().<Step>map(Step.Send::new).toList();
        this.encoding = encoding;
        recordsEach = corpus.count() / calls.size();
        payloadBytesEach = recordsEach * corpus.payloadBytes();
        current = first % calls.size();
        this.progress = progress;
        this.tally = tally;
        acknowledged = new long[calls.size()];
    }

    @Override
    public Step next(long now) {
        if (tally.window().isOver(now) || !progress.takeCall()) {
            progress.putterDone();
            return new Step.Done();
        }
        current = current + 1 == acknowledged.length ? 0 : current + 1;
        return calls.get(current);
    }

    @Override
    public void answered(HttpReply reply, long sentAt, long now) {
        if (reply.status() != OK) {
            tally.failed("a put was answered " + reply.status() + ": " + reply.bodyText());
            return;
        }
        long failed = recordsEach == 1 ? 0 : failedRecordCount(reply);
        if (failed != 0) {
            tally.failed(failed + " records of a batch were refused");
            return;
        }
        acknowledged[current]++;
        progress.acknowledged(recordsEach);
        tally.answered(sentAt, now, recordsEach, payloadBytesEach);
    }

    /** Adds how often each record of the corpus was acknowledged. */
    void addAcknowledged(long[] timesByRecord) {
        for (int call = 0; call < acknowledged.length; call++) {
            for (int i = 0; i < recordsEach; i++) {
                timesByRecord[call * recordsEach + i] += acknowledged[call];
            }
        }
    }

    private long failedRecordCount(HttpReply reply) {
        var cursor = encoding.cursor(reply.body());
        cursor.enterMap();
        while (cursor.nextMember()) {
            if (cursor.nameIs(FAILED_RECORD_COUNT) || cursor.nameIs(FAILED_PUT_COUNT)) {
                return cursor.number();
            }
            cursor.skip();
        }
        throw new WrongAnswerException("a reply to a batch does not say how many records failed");
    }
}

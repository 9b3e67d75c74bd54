package io.millrace.bench.soak;

/** Takes what one reader of a stream reads, in the order in which it was read. */
interface RecordSink {
    void take(int key, long number, Where where);

    /** Whether everything has been read that will ever be in the stream. */
    boolean isComplete();
}

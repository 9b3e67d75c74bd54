package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A batch's records with a look at the next one, so that a request can end before what does not fit. */
final class PeekedRecords implements AutoCloseable {
    private final Batch.Records records;
    private final Deque<DeliveryRecord> next = new ArrayDeque<>();

    PeekedRecords(Batch.Records records) {
        this.records = records;
    }

    boolean hasNext() {
        return !next.isEmpty() || records.hasNext();
    }

    DeliveryRecord peek() {
        if (next.isEmpty()) {
            next.add(records.next());
        }
        return next.getFirst();
    }

    DeliveryRecord next() {
        peek();
        return next.removeFirst();
    }

    /** Makes the last ones that were taken the next again. */
    void putBack(List<DeliveryRecord> taken) {
        taken.reversed().forEach(next::addFirst);
    }

    @Override
    public void close() {
        records.close();
    }
}

package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import org.jspecify.annotations.Nullable;

/** A batch's records with a look at the next one, so that a request can end before what does not fit. */
final class PeekedRecords implements AutoCloseable {
    private final Batch.Records records;
    private @Nullable DeliveryRecord next;

    PeekedRecords(Batch.Records records) {
        this.records = records;
    }

    boolean hasNext() {
        return next != null || records.hasNext();
    }

    DeliveryRecord peek() {
        var peeked = next == null ? records.next() : next;
        next = peeked;
        return peeked;
    }

    DeliveryRecord next() {
        var taken = peek();
        next = null;
        return taken;
    }

    @Override
    public void close() {
        records.close();
    }
}

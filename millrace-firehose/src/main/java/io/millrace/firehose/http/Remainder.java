package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Failure;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Function;

/** The end of an attempt that took several requests, when one of them failed: what went before it stays delivered. */
final class Remainder {
    private Remainder() {}

    /** @param delivered how many records, from the batch's first on, the destination has */
    static Attempt refused(
            Batch batch, int delivered, Failure failure, Function<DeliveryRecord, Map<String, String>> details) {
        if (delivered == 0) {
            return new Attempt.Refused(failure);
        }
        var undelivered = new ArrayList<Attempt.Undelivered>();
        try (var records = batch.records()) {
            for (int index = 0; records.hasNext(); index++) {
                var record = records.next();
                if (index >= delivered) {
                    undelivered.add(new Attempt.Undelivered(record, failure, details.apply(record)));
                }
            }
        }
        return new Attempt.Partly(undelivered);
    }
}

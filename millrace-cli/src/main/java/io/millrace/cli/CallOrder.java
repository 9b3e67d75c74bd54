package io.millrace.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which records may share a PutRecords call. The service may accept some of a call and refuse others before them. */
enum CallOrder {
    /** No two of one partition key, so that none can overtake another, whatever is refused. */
    STRICT,
    /** Any: fewer calls, and the order of a key holds as long as the service refuses none of a call. */
    RELAXED;

    /** Cuts records into batches, in the order they have. */
    List<List<Batch.Entry>> cut(List<Batch.Entry> entries) {
        var batches = new ArrayList<List<Batch.Entry>>();
        var batch = new Batch(Instant.MIN, this);
        for (var entry : entries) {
            if (!batch.fits(entry)) {
                batches.add(batch.entries());
                batch = new Batch(Instant.MIN, this);
            }
            batch.add(entry);
        }
        if (!batch.entries().isEmpty()) {
            batches.add(batch.entries());
        }
        return batches;
    }
}

package io.millrace.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
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
        var keys = new HashSet<String>();
        var batch = new Batch(Instant.MIN);
        for (var entry : entries) {
            boolean isNewKey = keys.add(entry.record().partitionKey());
            if (!batch.fits(entry) || (this == STRICT && !isNewKey)) {
                batches.add(batch.entries());
                batch = new Batch(Instant.MIN);
                keys.clear();
                keys.add(entry.record().partitionKey());
            }
            batch.add(entry);
        }
        if (!batch.entries().isEmpty()) {
            batches.add(batch.entries());
        }
        return batches;
    }
}

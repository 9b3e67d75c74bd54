package io.millrace.bench.jmh;

import io.millrace.log.RecordBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Batches as the log takes them. */
final class Batches {
    private static final int NO_HASH_KEY = -1;

    private Batches() {}

    static RecordBatch of(int records, int recordBytes) {
        var bytes = new ByteArrayOutputStream();
        var index = new int[records * RecordBatch.INTS_PER_RECORD];
        int at = 0;
        for (int record = 0; record < records; record++) {
            var key = Requests.key(record).getBytes(StandardCharsets.UTF_8);
            index[at++] = bytes.size();
            index[at++] = key.length;
            bytes.writeBytes(key);
            index[at++] = 0;
            index[at++] = NO_HASH_KEY;
            index[at++] = bytes.size();
            index[at++] = recordBytes;
            bytes.write(Requests.payload(record), 0, recordBytes);
        }
        return new RecordBatch(bytes.toByteArray(), index, records);
    }
}

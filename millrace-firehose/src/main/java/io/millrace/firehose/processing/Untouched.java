package io.millrace.firehose.processing;

import io.millrace.firehose.source.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pipeline of delivery streams that process nothing. */
final class Untouched implements Pipeline {
    private static final ChunkHints CHUNKS = new ChunkHints(1 << 20, Duration.ZERO, 1);

    @Override
    public ChunkHints chunks() {
        return CHUNKS;
    }

    @Override
    public List<Processed> process(List<SourceRecord> chunk) {
        var processed = new ArrayList<Processed>(chunk.size());
        for (var record : chunk) {
            processed.add(
                    Fragment.of(record, record.position().sub(), record.data()).ready(record.data(), Map.of()));
        }
        return processed;
    }

    @Override
    public void close() {
        // nothing is open
    }
}

package io.millrace.firehose.processing;

import io.millrace.firehose.source.SourceRecord;
import java.time.Duration;
import java.util.List;

/**
 * All processing of one version of a delivery stream, in the order the service has. Chunks may be processed by several
 * threads at once; the caller keeps their order.
 */
public interface Pipeline extends AutoCloseable {

    /** How the caller forms chunks. */
    ChunkHints chunks();

    /**
     * Processes a chunk, waiting for a function's answer where there is one. Gives what became of each source record, in
     * their order; a record that was taken apart gives several, side by side. Nothing about a record throws: what can't be
     * processed is {@link Processed.Failed}.
     */
    List<Processed> process(List<SourceRecord> chunk) throws InterruptedException;

    @Override
    void close();

    /**
     * When a chunk is large or old enough to be processed.
     *
     * @param bytes sum of data
     * @param age since its first record was read; zero to take what is there
     * @param parallel how many may be in work at once, from one source shard
     */
    record ChunkHints(int bytes, Duration age, int parallel) {}
}

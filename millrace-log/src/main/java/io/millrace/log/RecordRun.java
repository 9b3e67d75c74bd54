package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of one shard, in order and without gaps.
 *
 * @param nextOffset where to read on
 * @param atTail whether nothing durable was left behind this run when it was read
 */
public record RecordRun(List<StoredRecord> records, long nextOffset, boolean atTail) {

    /**
     * One record; the buffers are read-only views that stay valid as long as they are held.
     *
     * @param flags those of the batch it came with
     */
    public record StoredRecord(
            long offset,
            long arrivalMillis,
            short flags,
            ByteBuffer key,
            @Nullable ByteBuffer hashKey,
            ByteBuffer data) {}
}

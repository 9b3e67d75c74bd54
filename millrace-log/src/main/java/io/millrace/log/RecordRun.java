package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of one shard, in order and without gaps. Those that were {@linkplain Log#lend lent} are gone once it is closed;
 * of others it need not be.
 *
 * @param nextOffset where to read on
 * @param atTail whether nothing durable was left behind this run when it was read
 * @param returning gives the memory back
 */
public record RecordRun(List<StoredRecord> records, long nextOffset, boolean atTail, Runnable returning)
        implements AutoCloseable {
    /** Records that stay as long as they are held. */
    public RecordRun(List<StoredRecord> records, long nextOffset, boolean atTail) {
        this(records, nextOffset, atTail, () -> {});
    }

    /** Nobody looks at the records any more. Once only. */
    @Override
    public void close() {
        returning.run();
    }

    /**
     * One record; the buffers are read-only views, valid until the run is closed.
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

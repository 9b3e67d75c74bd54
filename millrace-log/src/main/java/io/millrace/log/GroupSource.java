package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where one read of a shard gets its groups: from what was read ahead for it, from memory, or from the disk and then not
 * without looking at their checksums. Owned by the thread that reads.
 */
final class GroupSource implements AutoCloseable {
    private final StoreReader stores;
    private final ShardKey shard;
    private final ReadMemory memory;
    private ReadAhead.@Nullable Span span;
    private int bytesFromAfar;

    GroupSource(StoreReader stores, ShardKey shard, ReadMemory memory) {
        this.stores = stores;
        this.shard = shard;
        this.memory = memory;
    }

    ShardKey shard() {
        return shard;
    }

    /** Takes over what was read ahead, if anything was. */
    void use(ReadAhead.@Nullable Span ahead) {
        span = ahead;
        if (ahead != null && memory instanceof Loan loan) {
            loan.takeOver(ahead.loan());
        }
    }

    ReadAhead.@Nullable Span span() {
        return span;
    }

    /** Where the read had better end, because the rest is being read ahead: the reader may come again for it. */
    long endOffset() {
        return span == null ? Long.MAX_VALUE : span.endOffset();
    }

    /** The groups of one extent, read-only. */
    ByteBuffer groups(Store store, int position, int bytes) throws IOException {
        var known = span == null ? null : span.groups(store, position);
        if (known != null) {
            bytesFromAfar += bytes;
            return memory instanceof Loan ? known : copy(known);
        }
        var atHand = stores.atHand(store, position, bytes, memory);
        if (atHand != null) {
            return atHand;
        }
        bytesFromAfar += bytes;
        return StoreReader.readVerified(new DiskRead(store, position, bytes), shard, memory);
    }

    private ByteBuffer copy(ByteBuffer known) {
        var copy = memory.take(known.limit());
        copy.put(0, known, 0, known.limit());
        return copy.asReadOnlyBuffer();
    }

    /** How much was not in memory when it was asked for, or would not have been. */
    int bytesFromAfar() {
        return bytesFromAfar;
    }

    boolean isShort() {
        return memory.isShort();
    }

    @Override
    public void close() {
        if (span != null) {
            // Empty if the loan has taken over its blocks.
            span.loan().close();
        }
    }
}

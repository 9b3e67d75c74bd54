package io.millrace.log;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that one read has, until it is closed: then what lies in them is gone. Owned by one thread at a time. One that
 * is forgotten gives them back when it is garbage, which is late but not never.
 */
final class Loan implements ReadMemory, AutoCloseable {
    private static final Cleaner FORGOTTEN = Cleaner.create();

    /** What is shorter is the heap's: the single record at the tail is not worth a block. */
    private static final int BLOCK_WORTH_MIN_BYTES = 4 * 1024;

    private final Blocks blocks;
    private final int maxBlocks;
    private @Nullable ByteBuffer newest;
    private Cleaner.@Nullable Cleanable giveBack;
    private boolean isShort;

    /** What has to go back. Apart from the loan, which could not become garbage otherwise. */
    private static final class Blocks implements Runnable {
        private final ReadBlocks home;
        private final List<ByteBuffer> lent = new ArrayList<>();

        Blocks(ReadBlocks home) {
            this.home = home;
        }

        @Override
        public void run() {
            lent.forEach(home::giveBack);
            lent.clear();
        }
    }

    Loan(ReadBlocks home) {
        this(home, Integer.MAX_VALUE);
    }

    /** @param maxBlocks what it takes at most, but for what it takes over */
    Loan(ReadBlocks home, int maxBlocks) {
        this.blocks = new Blocks(home);
        this.maxBlocks = maxBlocks;
    }

    @Override
    public ByteBuffer take(int bytes) {
        var room = bytes < BLOCK_WORTH_MIN_BYTES ? null : takeLent(bytes);
        return room == null ? ByteBuffer.allocate(bytes) : room;
    }

    /** Room in a block, or null if none is that large or there is none left. */
    @Nullable ByteBuffer takeLent(int bytes) {
        if (bytes > blocks.home.blockBytes()) {
            return null;
        }
        var block = newest;
        // Whole blocks of the file lie as direct reads want them.
        int alignment = bytes % Format.BLOCK_BYTES == 0 ? Format.BLOCK_BYTES : Format.GROUP_ALIGNMENT_BYTES;
        int at = block == null ? 0 : Format.padded(block.position(), alignment);
        if (block == null || block.capacity() - at < bytes) {
            at = 0;
            block = blocks.lent.size() < maxBlocks ? blocks.home.take() : null;
            if (block == null) {
                isShort = true;
                return null;
            }
            if (giveBack == null) {
                giveBack = FORGOTTEN.register(this, blocks);
            }
            blocks.lent.add(block);
            newest = block.clear();
        }
        block.position(at + bytes);
        return block.slice(at, bytes);
    }

    /** Takes over another loan's blocks: they go back with these. */
    void takeOver(Loan other) {
        if (other.blocks.lent.isEmpty()) {
            return;
        }
        if (giveBack == null) {
            giveBack = FORGOTTEN.register(this, blocks);
        }
        blocks.lent.addAll(other.blocks.lent);
        other.blocks.lent.clear();
        other.close();
    }

    @Override
    public boolean isShort() {
        return isShort;
    }

    @Override
    public void close() {
        newest = null;
        if (giveBack != null) {
            giveBack.clean();
        }
    }
}

package io.millrace.log;

import java.nio.ByteBuffer;

/** Where a read puts what it copies from memory or gets from the disk. */
sealed interface ReadMemory permits ReadMemory.Heap, Loan {

    /** Room of just this size. */
    ByteBuffer take(int bytes);

    /** Whether the read had better end where it is. */
    boolean isShort();

    /** Memory that is nobody else's, for as long as it is held. */
    record Heap() implements ReadMemory {
        @Override
        public ByteBuffer take(int bytes) {
            return ByteBuffer.allocate(bytes);
        }

        @Override
        public boolean isShort() {
            return false;
        }
    }
}

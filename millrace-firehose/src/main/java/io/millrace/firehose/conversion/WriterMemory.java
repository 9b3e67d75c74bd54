package io.millrace.firehose.conversion;

import java.util.concurrent.Semaphore;

/** Bounds what all files together hold in memory: so many are written at once, each with an equal share. */
final class WriterMemory {
    private static final int FILES_MAX_COUNT = 4;

    private final Semaphore files = new Semaphore(FILES_MAX_COUNT, true);
    private final int shareBytes;

    WriterMemory(int memoryMaxBytes) {
        shareBytes = memoryMaxBytes / FILES_MAX_COUNT;
    }

    /** Waits for a share; whoever has one gives it back by closing it. */
    Share take() throws InterruptedException {
        files.acquire();
        return new Share();
    }

    /** The right to hold {@link #bytes} in memory. */
    final class Share implements AutoCloseable {
        int bytes() {
            return shareBytes;
        }

        @Override
        public void close() {
            files.release();
        }
    }
}

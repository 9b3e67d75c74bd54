package io.millrace.firehose.source;

import io.millrace.log.TailSignal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A reader's wait at the tail of a shard that others can end. They do so by interrupting the reader, which is harmless while
 * it waits and at no other time: an interrupt in the midst of reading a file would close the file.
 */
final class TailWait {
    private static final Duration REST = Duration.ofMillis(10);

    // Guarded by this.
    private @Nullable Thread waiting;
    private boolean woken;

    /** Waits for the record at the offset, a wake, or the end of the patience. */
    void await(TailSignal tail, long offset, Duration patience) throws InterruptedException {
        synchronized (this) {
            if (woken) {
                woken = false;
                return;
            }
            waiting = Thread.currentThread();
        }
        try {
            tail.await(offset, patience);
        } catch (InterruptedException e) {
            if (!wasWoken()) {
                throw e;
            }
        } finally {
            end();
        }
    }

    /** Waits a moment, where there is no tail to wait for. */
    void rest() throws InterruptedException {
        await(
                (_, time) -> {
                    Thread.sleep(time);
                    return false;
                },
                0,
                REST);
    }

    private synchronized boolean wasWoken() {
        return woken;
    }

    private synchronized void end() {
        waiting = null;
        if (woken) {
            woken = false;
            // The wake may have come when the wait was over already.
            Thread.interrupted();
        }
    }

    synchronized void wake() {
        woken = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }
}

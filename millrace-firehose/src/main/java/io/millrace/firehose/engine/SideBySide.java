package io.millrace.firehose.engine;

import java.util.List;

/** Does things at the same time, as long as they are not too many; a test does them one after another. */
interface SideBySide {
    /** Something that takes its time. */
    interface Work {
        void run() throws InterruptedException;
    }

    /**
     * Returns when all is done.
     *
     * @throws StoppedException if any of it was stopped, when all the rest has ended too
     */
    void all(List<Work> works) throws InterruptedException;
}

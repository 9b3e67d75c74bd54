package io.millrace.streams;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the steps that reach a disk and, when told so, ends the process's life at one of them. */
final class PowerCut {
    /** Nothing that the process would have done after this is done. */
    static final class Cut extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final AtomicInteger stepsLeft;

    private PowerCut(int steps) {
        this.stepsLeft = new AtomicInteger(steps);
    }

    static PowerCut never() {
        return new PowerCut(Integer.MAX_VALUE);
    }

    static PowerCut afterSteps(int steps) {
        return new PowerCut(steps);
    }

    void step() {
        if (stepsLeft.getAndUpdate(left -> Math.max(left - 1, 0)) == 0) {
            throw new Cut();
        }
    }
}

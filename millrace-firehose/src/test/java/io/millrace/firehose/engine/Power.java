package io.millrace.firehose.engine;

/** Goes after so many steps; each step that outlives a crash asks before and after. */
final class Power {
    private int stepsLeft = Integer.MAX_VALUE;

    void goesAfter(int steps) {
        stepsLeft = steps;
    }

    void staysOn() {
        stepsLeft = Integer.MAX_VALUE;
    }

    void step() {
        if (stepsLeft-- <= 0) {
            throw new CrashException();
        }
    }
}

package io.millrace.firehose.processing;

import java.time.Duration;

/** How to wait a while: {@code Thread::sleep} in a server, and nothing that takes time in a test. */
@FunctionalInterface
public interface Pauses {
    void pause(Duration duration) throws InterruptedException;
}

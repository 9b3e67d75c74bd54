package io.millrace.firehose.http;

import java.time.Duration;

/** Lets time pass; the test's clock moves instead. */
@FunctionalInterface
interface Pause {
    void take(Duration length) throws InterruptedException;
}

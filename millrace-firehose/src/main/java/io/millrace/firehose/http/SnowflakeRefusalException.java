package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Failure;

/** A step of a delivery that Snowflake did not take, or did not answer. */
final class SnowflakeRefusalException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    SnowflakeRefusalException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}

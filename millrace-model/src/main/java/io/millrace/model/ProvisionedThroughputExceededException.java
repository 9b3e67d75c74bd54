package io.millrace.model;

/** More was asked of a shard than it has capacity for; clients back off and try again. */
public final class ProvisionedThroughputExceededException extends AwsException {
    public static final String CODE = "ProvisionedThroughputExceededException";

    private static final long serialVersionUID = 1L;

    public ProvisionedThroughputExceededException(String message) {
        super(CODE, 400, message);
    }
}

package io.millrace.model;

/** A shard is asked for more than it may give. */
public final class ProvisionedThroughputExceededException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ProvisionedThroughputExceededException(String message) {
        super("ProvisionedThroughputExceededException", 400, message);
    }
}

package io.millrace.model;

/** A service of the family, by the names it goes by on the wire. */
public enum Service {
    KINESIS("kinesis", "Kinesis_20131202"),
    GLUE("glue", "AWSGlue");

    private final String signingName;
    private final String targetPrefix;

    Service(String signingName, String targetPrefix) {
        this.signingName = signingName;
        this.targetPrefix = targetPrefix;
    }

    /** The service's name in a SigV4 credential scope and in ARNs. */
    public String signingName() {
        return signingName;
    }

    /** What stands before the dot in {@code X-Amz-Target}. */
    public String targetPrefix() {
        return targetPrefix;
    }
}

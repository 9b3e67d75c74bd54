package io.millrace.model;

/** A service of the family, by the names it goes by on the wire. */
public enum Service {
    KINESIS("kinesis", "Kinesis_20131202", EmptyReply.NOTHING),
    FIREHOSE("firehose", "Firehose_20150804", EmptyReply.OBJECT);

    private final String signingName;
    private final String targetPrefix;

    private final EmptyReply emptyReply;

    /** What operations without output answer. */
    public enum EmptyReply {
        NOTHING,
        OBJECT
    }

    Service(String signingName, String targetPrefix, EmptyReply emptyReply) {
        this.signingName = signingName;
        this.targetPrefix = targetPrefix;
        this.emptyReply = emptyReply;
    }

    public EmptyReply emptyReply() {
        return emptyReply;
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

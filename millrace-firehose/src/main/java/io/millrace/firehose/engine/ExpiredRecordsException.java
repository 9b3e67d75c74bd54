package io.millrace.firehose.engine;

/** The destination has been away for so long that records before the offset are given up: a run ends and another begins after them. */
final class ExpiredRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long upTo;

    ExpiredRecordsException(long upTo) {
        super("records before " + upTo + " have expired", null, false, false);
        this.upTo = upTo;
    }

    long upTo() {
        return upTo;
    }
}

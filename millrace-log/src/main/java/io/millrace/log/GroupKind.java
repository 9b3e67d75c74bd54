package io.millrace.log;

/** What a group in a batch says. The codes are on disk. */
enum GroupKind {
    RECORDS(1),
    OPEN(2),
    SEAL(3),
    TRIM(4),
    DELETE(5);

    private static final GroupKind[] BY_CODE = {null, RECORDS, OPEN, SEAL, TRIM, DELETE};

    private final byte code;

    GroupKind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static boolean isKnown(byte code) {
        return code > 0 && code < BY_CODE.length;
    }

    static GroupKind of(byte code) {
        return BY_CODE[code];
    }
}

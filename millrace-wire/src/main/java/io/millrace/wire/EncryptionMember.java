package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/** The member that tells how records are stored. As on AWS it is there only if they are encrypted. */
final class EncryptionMember {
    /** What it takes, punctuation included. */
    static final int BYTES = 24;

    private static final byte[] NAME = "EncryptionType".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KMS = "KMS".getBytes(StandardCharsets.US_ASCII);

    private EncryptionMember() {}

    static void write(EncryptionType type, Notation out) {
        if (type == EncryptionType.KMS) {
            out.plainName(NAME);
            out.text(KMS, 0, KMS.length);
        }
    }
}

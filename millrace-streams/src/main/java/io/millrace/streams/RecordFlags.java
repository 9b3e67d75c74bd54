package io.millrace.streams;

import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * What the log keeps with each record for us. It is decided once, when a record is appended, so that the answer to its put
 * and every later read of it agree, whatever becomes of its stream.
 */
final class RecordFlags {
    static final short NONE = 0;
    static final short ENCRYPTED = 1;

    private RecordFlags() {}

    /** Those of a record that is put now. */
    static short of(StreamSettings settings) {
        return settings.encryptionKeyId().isPresent() ? ENCRYPTED : NONE;
    }

    static EncryptionType encryptionType(short flags) {
        return (flags & ENCRYPTED) == 0 ? EncryptionType.NONE : EncryptionType.KMS;
    }
}

package io.millrace.objects;

import java.util.Optional;

/**
 * What is said of an object beside its bytes. A store that speaks S3 keeps it; plain files have no place for it, so a folder
 * keeps none of it.
 *
 * @param contentType for example {@code application/octet-stream}
 * @param contentEncoding for example {@code gzip}; empty for none
 * @param kmsKeyId the KMS key that the store is to encrypt the object with; empty for the bucket's own way
 */
public record ObjectAttributes(String contentType, Optional<String> contentEncoding, Optional<String> kmsKeyId) {
    /** Bytes of any kind. */
    public static final ObjectAttributes BYTES =
            new ObjectAttributes("application/octet-stream", Optional.empty(), Optional.empty());

    public ObjectAttributes withContentEncoding(String encoding) {
        return new ObjectAttributes(contentType, Optional.of(encoding), kmsKeyId);
    }

    public ObjectAttributes withKmsKeyId(String keyId) {
        return new ObjectAttributes(contentType, contentEncoding, Optional.of(keyId));
    }
}

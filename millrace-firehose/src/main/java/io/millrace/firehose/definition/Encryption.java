package io.millrace.firehose.definition;

import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.KeyType;

/**
 * Server-side encryption as it was asked for, at creation or later.
 *
 * @param keyArn the customer's key, where there is one
 * @param enabled false once it was stopped
 */
public record Encryption(KeyType keyType, Optional<String> keyArn, boolean enabled) {
    public Encryption stopped() {
        return new Encryption(keyType, keyArn, false);
    }
}

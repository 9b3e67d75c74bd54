package io.millrace.firehose.rules;

import io.millrace.model.InvalidArgumentException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.SecretsManagerConfiguration;

/** Credentials that are kept elsewhere. */
final class SecretRules {
    private static final int ARN_PARTS = 6;
    private static final int ARN_REGION = 3;

    private SecretRules() {}

    /** Whether credentials come from a secret; refuses one that can't be used. */
    static boolean isUsed(@Nullable SecretsManagerConfiguration secrets, String region) {
        if (secrets == null || !Boolean.TRUE.equals(secrets.enabled())) {
            return false;
        }
        if (secrets.secretARN() == null) {
            throw new InvalidArgumentException("Invalid secret ARN: null");
        }
        if (!secrets.secretARN().split(":", ARN_PARTS)[ARN_REGION].equals(region)) {
            throw new InvalidArgumentException(
                    "Cross-region secrets are not allowed. Please provide a secret in the same"
                            + " region as firehose");
        }
        return true;
    }
}

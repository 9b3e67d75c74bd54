package io.millrace.firehose.delivery;

import java.util.Optional;

/** Where the secrets are that configurations name by an ARN instead of holding them. */
@FunctionalInterface
public interface Secrets {

    /** The secret's text as it is now, JSON by convention; empty when nobody knows the ARN. */
    Optional<String> value(String secretArn);
}

package io.millrace.firehose.http;

import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.Secrets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.SecretsManagerConfiguration;

/** A key or token that stands in the configuration, or in a secret that it names; a secret is asked for anew each time. */
sealed interface SecretValue {

    /** The value as it is now; empty where the configuration has none. */
    Optional<String> now() throws MissingSecretException;

    /** @param member of the secret's JSON that holds the value */
    static SecretValue of(
            @Nullable String configured,
            @Nullable SecretsManagerConfiguration manager,
            String member,
            Secrets secrets) {
        return manager != null && Boolean.TRUE.equals(manager.enabled())
                ? new Managed(manager.secretARN(), member, secrets)
                : new Configured(Optional.ofNullable(configured).filter(value -> !value.isEmpty()));
    }

    record Configured(Optional<String> now) implements SecretValue {}

    record Managed(String arn, String member, Secrets secrets) implements SecretValue {
        @Override
        public Optional<String> now() throws MissingSecretException {
            return Optional.of(secrets.member(arn, member));
        }
    }
}

package io.millrace.firehose.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** Where the secrets are that configurations name by an ARN instead of holding them. */
@FunctionalInterface
public interface Secrets {

    /** The secret's text as it is now, JSON by convention; empty when nobody knows the ARN. */
    Optional<String> value(String secretArn);

    /**
     * A member of the JSON object that a secret is.
     *
     * @throws MissingSecretException if there is no such secret, or no such member in it
     */
    default String member(String secretArn, String name) throws MissingSecretException {
        try {
            var text = value(secretArn).orElse("{}");
            var member = new JsonMapper().readTree(text).path(name).asText("");
            if (!member.isEmpty()) {
                return member;
            }
        } catch (JsonProcessingException _) {
            // Told below, without the parser's words, which may quote the secret.
        }
        throw new MissingSecretException("No secret " + secretArn + " with a member " + name + " is known");
    }
}

package io.millrace.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.firehose.delivery.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets in a file, in the place of Secrets Manager: a JSON object with a member for each ARN, whose value is the secret,
 * as an object or as a text. Read with each question, so that a changed secret is taken up; while the file is of no use nobody
 * has a secret, and deliveries that need one are tried again as long as they may be.
 */
record SecretsFile(Optional<Path> file) implements Secrets {
    private static final Logger LOG = LoggerFactory.getLogger(SecretsFile.class);

    @Override
    public Optional<String> value(String secretArn) {
        return file.flatMap(path -> read(path, secretArn));
    }

    private static Optional<String> read(Path path, String arn) {
        try {
            var secret = Json.MAPPER.readTree(Files.readAllBytes(path)).path(arn);
            return secret.isMissingNode() || secret.isNull()
                    ? Optional.empty()
                    : Optional.of(secret.isTextual() ? secret.textValue() : secret.toString());
        } catch (JsonProcessingException e) {
            // The parser's own words may quote the file.
            LOG.warn(
                    "firehose.secrets-file ({}) is not a JSON object, line {}",
                    path,
                    e.getLocation().getLineNr());
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("firehose.secrets-file ({}) can't be read", path, e);
            return Optional.empty();
        }
    }

    /** Loaded with the first secret, because a start has no time for it. */
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.builder().build();
    }
}

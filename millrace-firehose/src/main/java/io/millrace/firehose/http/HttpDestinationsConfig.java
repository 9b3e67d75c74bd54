package io.millrace.firehose.http;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What HTTP destinations need beside a delivery stream's own configuration.
 *
 * @param scratchFolder where large request bodies wait while they are sent; emptied by its owner at start
 * @param searchEndpoints base URLs of OpenSearch and Elasticsearch domains by domain ARN or by the domain's name
 * @param searchCredentials for OpenSearch and Elasticsearch; without them requests carry none
 */
public record HttpDestinationsConfig(
        Path scratchFolder, Map<String, String> searchEndpoints, Optional<Credentials> searchCredentials) {

    /** A user and a password, for basic authentication. Never shown. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }
}

package io.millrace.firehose.http;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What HTTP destinations need beside a delivery stream's own configuration.
 *
 * @param scratchFolder where large request bodies wait while they are sent; emptied by its owner at start
 * @param searchEndpoints base URLs of OpenSearch and Elasticsearch domains by domain ARN or by the domain's name
 * @param search who we are to OpenSearch and Elasticsearch
 * @param snowflakeEndpoints base URLs of Snowflake accounts that are elsewhere, by their hosts or the first words of these
 */
public record HttpDestinationsConfig(
        Path scratchFolder,
        Map<String, String> searchEndpoints,
        SearchLogin search,
        Map<String, String> snowflakeEndpoints) {

    /** Nobody anywhere. */
    public static HttpDestinationsConfig anonymous(Path scratchFolder) {
        return new HttpDestinationsConfig(scratchFolder, Map.of(), SearchLogin.anonymous(), Map.of());
    }

    /**
     * What requests to search services carry: a signature where they are to be signed, else the password; nothing where that
     * is absent.
     */
    public record SearchLogin(Optional<Credentials> password, Optional<AccessKey> accessKey, Signed signed) {
        public static SearchLogin anonymous() {
            return new SearchLogin(Optional.empty(), Optional.empty(), Signed.AWS_HOSTS);
        }
    }

    /** Which hosts get signed requests, if there is an access key. */
    public enum Signed {
        AWS_HOSTS,
        ALL_HOSTS
    }

    /** A user and a password, for basic authentication. Never shown. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }

    /** AWS's credentials; the session's token is absent for long-lived ones. The secret is never shown. */
    public record AccessKey(String id, String secret, Optional<String> sessionToken) {
        @Override
        public String toString() {
            return "AccessKey[id=" + id + "]";
        }
    }
}

package io.millrace.objects.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a store is and how it is spoken to.
 *
 * @param endpoint for example {@code http://minio:9000} or {@code https://s3.eu-west-1.amazonaws.com}
 * @param region what requests are signed for; stores other than AWS's mostly take any
 * @param pathStyle whether the bucket stands in the path rather than before the host
 * @param keys what requests are signed with; empty for what the machine has: environment, profile, instance role
 * @param attemptMax how long one try of a request may take, which moves at most one part
 */
public record S3Config(URI endpoint, String region, boolean pathStyle, Optional<Keys> keys, Duration attemptMax) {
    /** A part at 70 KiB/s; slower is as good as down. */
    private static final Duration ATTEMPT_MAX = Duration.ofMinutes(2);

    /** A pair of keys; shows only the half that is no secret. */
    public record Keys(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return accessKey;
        }
    }

    public S3Config {
        if (!("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
                || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "objects.endpoint must be a URL such as http://minio:9000, not " + endpoint);
        }
        if (region.isEmpty()) {
            throw new IllegalArgumentException("objects.region must not be empty");
        }
    }

    /** With the usual patience. */
    public static S3Config of(URI endpoint, String region, boolean pathStyle, Optional<Keys> keys) {
        return new S3Config(endpoint, region, pathStyle, keys, ATTEMPT_MAX);
    }
}

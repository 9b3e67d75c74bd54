package io.millrace.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a command sends its requests.
 *
 * @param url the address given or found; absent for the real service, whose address the SDK knows for each region
 * @param region the region of the credential scope
 */
record Endpoint(Optional<URI> url, String region) {
    private static final String DEFAULT_URL = "http://127.0.0.1:4567";
    private static final String DEFAULT_REGION = "us-east-1";
    private static final String THE_REAL_SERVICE = "aws";
    private static final List<String> URL_VARIABLES =
            List.of("MILLRACE_ENDPOINT", "AWS_ENDPOINT_URL_KINESIS", "AWS_ENDPOINT_URL");
    private static final List<String> REGION_VARIABLES = List.of("AWS_REGION", "AWS_DEFAULT_REGION");
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "[::1]", "[0:0:0:0:0:0:0:1]");

    /**
     * Decides by the options, then the environment, then the default of a local Millrace.
     *
     * @throws IllegalArgumentException if the address is not a URL with http or https and a host
     */
    static Endpoint choose(Optional<String> urlOption, Optional<String> regionOption, Map<String, String> environment) {
        var address = urlOption.or(() -> firstSet(URL_VARIABLES, environment)).orElse(DEFAULT_URL);
        var region =
                regionOption.or(() -> firstSet(REGION_VARIABLES, environment)).orElse(DEFAULT_REGION);
        return address.equals(THE_REAL_SERVICE)
                ? new Endpoint(Optional.empty(), region)
                : new Endpoint(Optional.of(parse(address)), region);
    }

    private static Optional<String> firstSet(List<String> variables, Map<String, String> environment) {
        return variables.stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    private static URI parse(String address) {
        try {
            var url = new URI(address);
            var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            if (url.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Refused below, with the same words.
        }
        throw new IllegalArgumentException(
                "'" + address
                        + "' is not an endpoint. Give a URL such as http://127.0.0.1:4567, or the word aws for the real service.");
    }

    /** Whether the address names this machine. */
    boolean isLoopback() {
        return url.map(URI::getHost)
                .map(host -> host.toLowerCase(Locale.ROOT))
                .filter(host -> LOOPBACK_HOSTS.contains(host) || host.endsWith(".localhost") || host.startsWith("127."))
                .isPresent();
    }

    /** Whether the address is one of AWS's own, where only real credentials can succeed. */
    boolean isAws() {
        return url.map(URI::getHost)
                .map(host -> host.toLowerCase(Locale.ROOT))
                .map(host -> host.endsWith(".amazonaws.com")
                        || host.endsWith(".amazonaws.com.cn")
                        || host.endsWith(".api.aws"))
                .orElse(true);
    }

    /** The address in a sentence. */
    @Override
    public String toString() {
        return url.map(URI::toString).orElse("AWS in " + region);
    }
}

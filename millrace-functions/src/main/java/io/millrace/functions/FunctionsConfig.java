package io.millrace.functions;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where functions are.
 *
 * @param defaultEndpoint speaks the Lambda API for every function that has no endpoint of its own
 * @param endpoints by function name or ARN, with or without a qualifier
 * @param credentials what requests to the Lambda API are signed with; unsigned without
 * @param region of functions that are named without one; part of signatures
 */
public record FunctionsConfig(
        Optional<URI> defaultEndpoint,
        Map<String, Endpoint> endpoints,
        Optional<Credentials> credentials,
        String region) {

    private static final String EMULATOR = "emulator:";
    private static final String BRIDGE = "bridge:";

    public FunctionsConfig {
        endpoints = Map.copyOf(endpoints);
    }

    /** How an endpoint is spoken to. */
    public enum Form {
        /** As the Lambda API: the function's name is in the path, failures of the function are in a header. */
        LAMBDA,
        /** As a runtime interface emulator: one function, one call at a time, failures are in the body alone. */
        EMULATOR,
        /** As a plain web server: the event is posted to the URL, any status but 2xx is a failure of the function. */
        BRIDGE
    }

    /** One endpoint. */
    public record Endpoint(Form form, URI uri) {}

    /** An access key; the session's token is absent for long-lived ones. */
    public record Credentials(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
        /** The secret stays out of logs. */
        @Override
        public String toString() {
            return "Credentials[" + accessKeyId + "]";
        }
    }

    /** No functions anywhere. */
    public static FunctionsConfig none() {
        return new FunctionsConfig(Optional.empty(), Map.of(), Optional.empty(), "us-east-1");
    }

    /**
     * Reads what the settings say.
     *
     * @param endpoint a base URL, or empty
     * @param endpoints {@code name=url} or {@code arn=url}, where {@code emulator:} or {@code bridge:} may stand before a
     *     URL
     * @throws IllegalArgumentException naming the setting, if one of them makes no sense
     */
    public static FunctionsConfig of(
            String endpoint, List<String> endpoints, String accessKeyId, String secretAccessKey, String region) {
        if (accessKeyId.isEmpty() != secretAccessKey.isEmpty()) {
            throw new IllegalArgumentException("functions.access-key-id and functions.secret-access-key go together");
        }
        Optional<URI> defaultEndpoint =
                endpoint.isEmpty() ? Optional.empty() : Optional.of(url("functions.endpoint", endpoint));
        var byName = new HashMap<String, Endpoint>();
        for (var binding : endpoints) {
            int equals = binding.indexOf('=');
            var name = equals < 0 ? "" : binding.substring(0, equals).strip();
            if (FunctionName.parse(name).isEmpty()) {
                throw new IllegalArgumentException("functions.endpoints (" + binding
                        + ") must be the name or the ARN of a function, then =, then a URL");
            }
            if (byName.put(name, endpoint(binding.substring(equals + 1).strip())) != null) {
                throw new IllegalArgumentException("functions.endpoints names the function " + name + " twice");
            }
        }
        Optional<Credentials> credentials = accessKeyId.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credentials(accessKeyId, secretAccessKey, Optional.empty()));
        return new FunctionsConfig(defaultEndpoint, byName, credentials, region);
    }

    private static Endpoint endpoint(String text) {
        if (text.startsWith(EMULATOR)) {
            return new Endpoint(Form.EMULATOR, url("functions.endpoints", text.substring(EMULATOR.length())));
        }
        if (text.startsWith(BRIDGE)) {
            return new Endpoint(Form.BRIDGE, url("functions.endpoints", text.substring(BRIDGE.length())));
        }
        return new Endpoint(Form.LAMBDA, url("functions.endpoints", text));
    }

    private static URI url(String setting, String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + " (" + text + ") is not a URL", e);
        }
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw new IllegalArgumentException(setting + " (" + text + ") must be an http:// or https:// URL");
        }
        return uri;
    }

    /** The endpoint of a function: the most exact binding that there is, or else the default. */
    Optional<Endpoint> endpointOf(FunctionName function) {
        var unqualified = function.unqualified();
        var shortName = new FunctionName(
                Optional.empty(), Optional.empty(), Optional.empty(), function.name(), function.qualifier());
        for (var name : List.of(function, unqualified, shortName, shortName.unqualified())) {
            var endpoint = endpoints.get(name.toString());
            if (endpoint != null) {
                return Optional.of(endpoint);
            }
        }
        return defaultEndpoint.map(uri -> new Endpoint(Form.LAMBDA, uri));
    }
}

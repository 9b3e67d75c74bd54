package io.millrace.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service that takes Firehose's HTTP deliveries publishes about them.
 *
 * @param key what its access key is; empty if it wants none
 * @param sites URLs by name, the default first; a word in braces is a parameter
 * @param params by name; those that no URL has go along with each request
 * @param encoding what the service recommends, as are the next two; empty for Firehose's own defaults
 */
record HttpPreset(
        String name,
        String partner,
        Optional<String> key,
        Map<String, String> sites,
        Map<String, Param> params,
        Optional<String> encoding,
        Optional<Buffer> buffer,
        Optional<Integer> retrySeconds) {
    private static final Pattern PLACE = Pattern.compile("\\{([^}]+)}");

    record Param(boolean required, String meaning) {}

    record Buffer(int sizeMib, int intervalSeconds) {}

    /** A delivery's address, and what goes along with each request. */
    record Address(String url, Map<String, String> attributes) {}

    /**
     * Where to deliver to.
     *
     * @param site one of ours; the default if empty
     * @throws UsageError if there is no such site, or if something is missing
     */
    Address address(Optional<String> site, Map<String, String> given) {
        var chosen = site.orElseGet(() -> sites.keySet().iterator().next());
        var url = sites.get(chosen);
        if (url == null) {
            throw new UsageError("The preset " + name + " has no site " + chosen + ". It has "
                    + String.join(", ", sites.keySet()) + ".");
        }
        params.forEach((param, about) -> {
            if (about.required() && !given.containsKey(param)) {
                throw new UsageError(
                        "The preset " + name + " needs --param " + param + "=...: " + about.meaning() + ".");
            }
        });
        var attributes = new LinkedHashMap<>(given);
        var filled = PLACE.matcher(url).replaceAll(place -> {
            var value = attributes.remove(place.group(1));
            assert value != null : "a parameter in a URL is a required one";
            return Matcher.quoteReplacement(value);
        });
        return new Address(filled, attributes);
    }

    List<String> requiredParams() {
        return params.entrySet().stream()
                .filter(param -> param.getValue().required())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The names that a URL has in braces. */
    static List<String> places(String url) {
        return PLACE.matcher(url).results().map(place -> place.group(1)).toList();
    }
}

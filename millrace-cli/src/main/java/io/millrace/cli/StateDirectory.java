package io.millrace.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where commands keep what they must remember: the user's state directory, or one that was named. */
final class StateDirectory {
    private StateDirectory() {}

    static Path in(Map<String, String> environment) {
        var state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (!state.isEmpty()) {
            return Path.of(state, "millrace");
        }
        var home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        return Path.of(home, ".local", "state", "millrace");
    }

    /** A stream, and how it is reached, as part of a file's name. Another profile may be another account. */
    static String nameOf(String stream, Connection connection) {
        var endpoint = connection.endpoint();
        var profile = connection.profile().map(name -> "-" + name).orElse("");
        var place = endpoint.url()
                .map(url -> url.getHost() + (url.getPort() < 0 ? "" : "-" + url.getPort()))
                .orElse("aws");
        return (stream + "@" + place + "-" + endpoint.region() + profile).replaceAll("[^A-Za-z0-9._@-]", "-");
    }
}

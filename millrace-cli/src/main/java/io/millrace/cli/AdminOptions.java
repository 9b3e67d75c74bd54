package io.millrace.cli;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that administer a server. */
final class AdminOptions {
    private static final String TOKEN_VARIABLE = "MILLRACE_ADMIN_TOKEN";

    @Option(
            names = "--admin-token",
            paramLabel = "TOKEN",
            description = "The server's admin.token, if it has one. Default: " + TOKEN_VARIABLE + " if set.")
    private @Nullable String token;

    private final Map<String, String> environment;

    AdminOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    Optional<String> token() {
        return Optional.ofNullable(token)
                .or(() -> Optional.ofNullable(environment.get(TOKEN_VARIABLE)))
                .filter(given -> !given.isEmpty());
    }
}

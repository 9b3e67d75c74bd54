package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that administer a server: what they show to be let in. */
final class AdminOptions {
    private static final String TOKEN_VARIABLE = "MILLRACE_ADMIN_TOKEN";
    private static final String DATA_DIRECTORY_VARIABLE = "MILLRACE_DATA_DIR";
    private static final String DATA_DIRECTORY = "millrace-data";
    private static final String TOKEN_FILE = "admin-token";

    @Option(
            names = "--admin-token",
            paramLabel = "TOKEN",
            description = "The server's admin.token. Default: " + TOKEN_VARIABLE
                    + " if set, else what the server left in its data directory.")
    private @Nullable String token;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The server's data directory, where it left its token. Default, for a server on this machine: "
                            + DATA_DIRECTORY_VARIABLE + " if set, else " + DATA_DIRECTORY + ".")
    private @Nullable Path dataDirectory;

    private final Map<String, String> environment;

    AdminOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    /** What to show to the server at this address, if there is anything. */
    Optional<String> token(Endpoint endpoint) {
        var given = Optional.ofNullable(token)
                .or(() -> fromEnvironment(TOKEN_VARIABLE))
                .filter(text -> !text.isEmpty());
        if (given.isPresent()) {
            return given;
        }
        if (dataDirectory != null) {
            return Optional.of(read(dataDirectory.resolve(TOKEN_FILE)));
        }
        // A server elsewhere must not learn the token of the one here.
        return endpoint.isLoopback() ? leftHere() : Optional.empty();
    }

    private Optional<String> leftHere() {
        var file = Path.of(fromEnvironment(DATA_DIRECTORY_VARIABLE).orElse(DATA_DIRECTORY))
                .resolve(TOKEN_FILE);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    "The server's token can't be read from " + file
                            + ". It is there while a server runs that was given no admin.token, for that server's user.",
                    e);
        }
    }

    private Optional<String> fromEnvironment(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }
}

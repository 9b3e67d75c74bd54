package io.millrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy}: who else may use a stream or a consumer. */
@Command(name = "policy", description = "Get, put and delete the resource policy of a stream or consumer.")
final class PolicyCommand implements Runnable {
    private static final int POLICY_MAX_BYTES = 1024 * 1024;

    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    private final Shell shell;

    PolicyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Print the policy, a JSON document; {} if there is none.")
    int get(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var streams = endpoint.open()) {
            var arn = streams.arnOf(resource);
            new Output(shell.out())
                    .line(streams.client()
                            .getResourcePolicy(request -> request.resourceARN(arn))
                            .policy()
                            .strip());
        }
        return ExitCode.OK;
    }

    @Command(description = "Set the policy to a JSON document from a file or standard input.")
    int put(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Option(names = "--file", paramLabel = "F", description = "Read the policy from this file.") @Nullable Path file,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        var policy = new String(
                file == null ? shell.in().readNBytes(POLICY_MAX_BYTES) : Files.readAllBytes(file),
                StandardCharsets.UTF_8);
        try (var streams = endpoint.open()) {
            var arn = streams.arnOf(resource);
            streams.client()
                    .putResourcePolicy(request -> request.resourceARN(arn).policy(policy));
            new Output(shell.out()).line("The policy of " + resource + " is set.");
        }
        return ExitCode.OK;
    }

    @Command(description = "Delete the policy.")
    int delete(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var streams = endpoint.open()) {
            var arn = streams.arnOf(resource);
            streams.client().deleteResourcePolicy(request -> request.resourceARN(arn));
            new Output(shell.out()).line("The policy of " + resource + " is deleted.");
        }
        return ExitCode.OK;
    }
}

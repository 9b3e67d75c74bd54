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
    private final Connection.Opener opener;

    PolicyCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
    }

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Print the policy, a JSON document; {} if there is none.")
    int get(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Mixin EndpointOptions options)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var arn = new KinesisStreams(kinesis, options.endpoint(), shell).arnOf(resource);
            new Output(shell.out())
                    .line(kinesis.getResourcePolicy(request -> request.resourceARN(arn))
                            .policy());
        }
        return ExitCode.OK;
    }

    @Command(description = "Set the policy to a JSON document from a file or standard input.")
    int put(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Option(names = "--file", paramLabel = "F", description = "Read the policy from this file.") @Nullable Path file,
            @Mixin EndpointOptions options)
            throws IOException {
        var policy = new String(
                file == null ? shell.in().readNBytes(POLICY_MAX_BYTES) : Files.readAllBytes(file),
                StandardCharsets.UTF_8);
        try (var kinesis = opener.open(options.connection())) {
            var arn = new KinesisStreams(kinesis, options.endpoint(), shell).arnOf(resource);
            kinesis.putResourcePolicy(request -> request.resourceARN(arn).policy(policy));
            new Output(shell.out()).line("The policy of " + resource + " is set.");
        }
        return ExitCode.OK;
    }

    @Command(description = "Delete the policy.")
    int delete(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Mixin EndpointOptions options)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var arn = new KinesisStreams(kinesis, options.endpoint(), shell).arnOf(resource);
            kinesis.deleteResourcePolicy(request -> request.resourceARN(arn));
            new Output(shell.out()).line("The policy of " + resource + " is deleted.");
        }
        return ExitCode.OK;
    }
}

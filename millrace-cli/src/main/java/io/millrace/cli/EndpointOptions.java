package io.millrace.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options that say which service a command calls, and how. */
final class EndpointOptions {
    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where Kinesis answers, or the word aws for the real service. Default: MILLRACE_ENDPOINT,"
                    + " AWS_ENDPOINT_URL_KINESIS or AWS_ENDPOINT_URL if set, else http://127.0.0.1:4567.")
    private @Nullable String endpoint;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Default: AWS_REGION or AWS_DEFAULT_REGION if set, else us-east-1.")
    private @Nullable String region;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Sign with the keys of this profile in ~/.aws. Default: AWS_PROFILE if set, else the"
                    + " environment's keys.")
    private @Nullable String profile;

    @Option(
            names = "--ca-certificate",
            paramLabel = "FILE",
            description = "Trust the certificates in this PEM file, such as Millrace's own, and no others.")
    private @Nullable Path caCertificate;

    @Option(names = "--insecure", description = "Accept any certificate. Anyone on the way can then read along.")
    private boolean insecure;

    @Mixin
    @SuppressWarnings("UnusedVariable") // asked by whoever tells the errors
    private final CommonOptions common = new CommonOptions();

    private final Shell shell;
    private final Connection.Opener opener;

    EndpointOptions(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
    }

    /** Adds these options to a command that calls two services, as {@code --source-endpoint} and so on. */
    void addTo(CommandSpec command, String prefix) {
        var commons = CommandSpec.forAnnotatedObject(new CommonOptions()).optionsMap();
        for (var option : CommandSpec.forAnnotatedObject(this).options()) {
            if (!commons.containsKey(option.longestName())) {
                command.addOption(OptionSpec.builder(option)
                        .names("--" + prefix + option.longestName().substring(1))
                        .build());
            }
        }
    }

    /** The streams of the service. Nothing is sent yet. */
    KinesisStreams open() {
        return new KinesisStreams(opener.open(connection()), endpoint(), shell);
    }

    Connection connection() {
        return new Connection(endpoint(), trust(), Optional.ofNullable(profile), shell.environment());
    }

    /** @throws UsageError if the address is none */
    Endpoint endpoint() {
        try {
            return Endpoint.choose(Optional.ofNullable(endpoint), Optional.ofNullable(region), shell.environment());
        } catch (IllegalArgumentException e) {
            throw new UsageError(e);
        }
    }

    private Trust trust() {
        if (insecure) {
            return new Trust.Anyone();
        }
        return caCertificate == null ? new Trust.KnownAuthorities() : new Trust.CertificateFile(caCertificate);
    }
}

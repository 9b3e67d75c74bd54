package io.millrace.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every command which calls a service shares. */
final class EndpointOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

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
            names = "--ca-certificate",
            paramLabel = "FILE",
            description = "Trust the certificates in this PEM file, such as Millrace's own, and no others.")
    private @Nullable Path caCertificate;

    @Option(names = "--insecure", description = "Accept any certificate. Anyone on the way can then read along.")
    private boolean insecure;

    @Option(names = "--debug", description = "Show the stack trace of an error.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    @SuppressWarnings("UnusedVariable") // set and asked by picocli alone
    private boolean help;

    private final Map<String, String> environment;

    EndpointOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    boolean debug() {
        return debug;
    }

    Connection connection() {
        return new Connection(endpoint(), trust(), environment);
    }

    Endpoint endpoint() {
        try {
            return Endpoint.choose(Optional.ofNullable(endpoint), Optional.ofNullable(region), environment);
        } catch (IllegalArgumentException e) {
            throw usageError(e);
        }
    }

    private Trust trust() {
        if (insecure) {
            return new Trust.Anyone();
        }
        return caCertificate == null ? new Trust.KnownAuthorities() : new Trust.CertificateFile(caCertificate);
    }

    ParameterException usageError(IllegalArgumentException e) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), String.valueOf(e.getMessage()), e);
    }
}

package io.millrace.cli;

import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileLocation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * How to reach a Kinesis service. Opening it sends nothing.
 *
 * @param endpoint where it is
 * @param trust which certificates it may show
 * @param profile whose keys to sign with, if one was named
 * @param environment tells whether a profile of the user's was asked for otherwise
 */
record Connection(Endpoint endpoint, Trust trust, Optional<String> profile, Map<String, String> environment) {
    // A server in open mode asks for a signature but takes anyone's.
    private static final AwsBasicCredentials OPEN_MODE_CREDENTIALS = AwsBasicCredentials.create("millrace", "millrace");

    /** Opens connections; a test's opener hands out its own client. */
    @FunctionalInterface
    interface Opener {
        KinesisClient open(Connection connection);
    }

    KinesisClient open() {
        return opened(KinesisClient.builder());
    }

    FirehoseClient openFirehose() {
        return opened(FirehoseClient.builder());
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C opened(B builder) {
        builder.region(Region.of(endpoint.region())).httpClient(httpClient()).credentialsProvider(credentials());
        endpoint.url().ifPresent(builder::endpointOverride);
        if (!endpoint.isAws() && profile.or(this::profileOfEnvironment).isEmpty()) {
            // Nothing in ~/.aws concerns a server of one's own.
            builder.overrideConfiguration(options ->
                    options.defaultProfileFile(ProfileFile.aggregator().build()));
        }
        return builder.build();
    }

    /** A bare client, for what is no operation of a service. */
    SdkHttpClient httpClient() {
        return switch (trust) {
            case Trust.KnownAuthorities _ -> UrlConnectionHttpClient.create();
            case Trust.CertificateFile given -> {
                var trustManagers = given.trustManagers();
                yield UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(() -> trustManagers)
                        .build();
            }
            case Trust.Anyone _ ->
                UrlConnectionHttpClient.builder()
                        .buildWithDefaults(AttributeMap.builder()
                                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                                .build());
        };
    }

    private AwsCredentialsProvider credentials() {
        if (profile.isPresent()) {
            return keysOf(profile.get());
        }
        if (endpoint.isAws()) {
            return DefaultCredentialsProvider.builder().build();
        }
        // The default chain would end by asking the network for a machine's role, which takes seconds where there is
        // none.
        var chain = AwsCredentialsProviderChain.builder()
                .addCredentialsProvider(SystemPropertyCredentialsProvider.create())
                .addCredentialsProvider(EnvironmentVariableCredentialsProvider.create());
        return chain.addCredentialsProvider(profileOfEnvironment()
                        .map(Connection::keysOf)
                        .orElseGet(() -> StaticCredentialsProvider.create(OPEN_MODE_CREDENTIALS)))
                .build();
    }

    /** @throws CommandFailure if nobody has made this profile: with any other keys, a command would act for someone else */
    private static AwsCredentialsProvider keysOf(String profile) {
        var file = ProfileFile.defaultProfileFile();
        if (file.profile(profile).isEmpty()) {
            throw new CommandFailure("There is no profile " + profile + " in "
                    + ProfileFileLocation.credentialsFilePath() + " or "
                    + ProfileFileLocation.configurationFilePath() + ".");
        }
        return ProfileCredentialsProvider.builder()
                .profileFile(file)
                .profileName(profile)
                .build();
    }

    private Optional<String> profileOfEnvironment() {
        return Optional.ofNullable(environment.get("AWS_PROFILE")).filter(name -> !name.isEmpty());
    }
}

package io.millrace.conformance;

import io.millrace.server.Millrace;
import java.net.URI;
import java.util.UUID;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;

/** Firehose through the SDK's client, in an account of its own. */
record DeliveryStreams(FirehoseClient client, String account, URI endpoint) implements AutoCloseable {
    static final String REGION = "eu-west-1";
    static final String ROLE = "arn:aws:iam::123456789012:role/delivery";
    static final String BUCKET = "arn:aws:s3:::lake";
    static final String DESTINATION_ID = "destinationId-000000000001";

    /** What every destination that is not S3 has beside it. */
    static final S3DestinationConfiguration STAGING = S3DestinationConfiguration.builder()
            .roleARN(ROLE)
            .bucketARN("arn:aws:s3:::staging")
            .build();

    /** A client of an account that nobody else uses. */
    static DeliveryStreams ofNewAccount(Millrace millrace) {
        var account = Long.toString(
                100_000_000_000L + Math.floorMod(UUID.randomUUID().getMostSignificantBits(), 800_000_000_000L));
        return ofAccount(millrace, account);
    }

    static DeliveryStreams ofAccount(Millrace millrace, String account) {
        return new DeliveryStreams(client(millrace, account), account, millrace.endpoint());
    }

    private static FirehoseClient client(Millrace millrace, String account) {
        return FirehoseClient.builder()
                .endpointOverride(millrace.endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Creates a table in the account's catalog, with one column. */
    void createTable(String database, String table) {
        try (var glue = GlueClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            glue.createDatabase(request -> request.databaseInput(input -> input.name(database)));
            glue.createTable(request -> request.databaseName(database)
                    .tableInput(input -> input.name(table)
                            .storageDescriptor(storage -> storage.columns(
                                    Column.builder().name("a").type("string").build()))));
        }
    }

    String arn(String name) {
        return "arn:aws:firehose:" + REGION + ":" + account + ":deliverystream/" + name;
    }

    String create(String name, Consumer<CreateDeliveryStreamRequest.Builder> what) {
        return client.createDeliveryStream(request -> what.accept(request.deliveryStreamName(name)))
                .deliveryStreamARN();
    }

    /** Creates one that delivers to S3 with nothing but defaults. */
    void createPlain(String name) {
        create(
                name,
                request -> request.extendedS3DestinationConfiguration(
                        s3 -> s3.roleARN(ROLE).bucketARN(BUCKET)));
    }

    DeliveryStreamDescription describe(String name) {
        return client.describeDeliveryStream(request -> request.deliveryStreamName(name))
                .deliveryStreamDescription();
    }

    DestinationDescription destination(String name) {
        return describe(name).destinations().getFirst();
    }

    /** Updates the present version. */
    void update(String name, Consumer<UpdateDestinationRequest.Builder> what) {
        var version = describe(name).versionId();
        client.updateDestination(request -> what.accept(request.deliveryStreamName(name)
                .currentDeliveryStreamVersionId(version)
                .destinationId(DESTINATION_ID)));
    }

    @Override
    public void close() {
        client.close();
    }
}

package io.millrace.conformance;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.ProcessorParameterName;
import software.amazon.awssdk.services.firehose.model.ProcessorType;
import software.amazon.awssdk.services.firehose.model.Record;

/** Delivery streams to folders, made and fed with the SDK's client, without retries. */
record FirehoseSdk(FirehoseClient client) implements AutoCloseable {
    static final String ROLE = "arn:aws:iam::000000000000:role/delivery";

    static FirehoseSdk connect(URI endpoint) {
        return new FirehoseSdk(FirehoseClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("millrace", "millrace")))
                .overrideConfiguration(options -> options.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(100))
                .build());
    }

    static ExtendedS3DestinationConfiguration.Builder to(String bucket) {
        return ExtendedS3DestinationConfiguration.builder().roleARN(ROLE).bucketARN("arn:aws:s3:::" + bucket);
    }

    /** Lines for records. */
    static ProcessingConfiguration delimited() {
        return processing(ProcessorType.APPEND_DELIMITER_TO_RECORD, Map.of());
    }

    /** Partition keys by a query. */
    static ProcessingConfiguration keyed(String query) {
        return processing(
                ProcessorType.METADATA_EXTRACTION,
                Map.of(
                        ProcessorParameterName.METADATA_EXTRACTION_QUERY,
                        query,
                        ProcessorParameterName.JSON_PARSING_ENGINE,
                        "JQ-1.6"));
    }

    private static ProcessingConfiguration processing(
            ProcessorType type, Map<ProcessorParameterName, String> parameters) {
        var processor = Processor.builder()
                .type(type)
                .parameters(parameters.entrySet().stream()
                        .map(entry -> ProcessorParameter.builder()
                                .parameterName(entry.getKey())
                                .parameterValue(entry.getValue())
                                .build())
                        .toList())
                .build();
        return ProcessingConfiguration.builder()
                .enabled(true)
                .processors(List.of(processor))
                .build();
    }

    void create(String name, ExtendedS3DestinationConfiguration.Builder destination) {
        client.createDeliveryStream(
                request -> request.deliveryStreamName(name).extendedS3DestinationConfiguration(destination.build()));
    }

    /** One that reads a stream of the same server. */
    void createFrom(String stream, String name, ExtendedS3DestinationConfiguration.Builder destination) {
        client.createDeliveryStream(request -> request.deliveryStreamName(name)
                .deliveryStreamType("KinesisStreamAsSource")
                .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                        .kinesisStreamARN("arn:aws:kinesis:us-east-1:000000000000:stream/" + stream))
                .extendedS3DestinationConfiguration(destination.build()));
    }

    void put(String name, String... records) {
        put(name, List.of(records));
    }

    void put(String name, List<String> records) {
        var reply = client.putRecordBatch(request -> request.deliveryStreamName(name)
                .records(records.stream().map(FirehoseSdk::record).toList()));
        if (reply.failedPutCount() != 0 || reply.requestResponses().size() != records.size()) {
            throw new AssertionError("not all were taken: " + reply);
        }
    }

    private static Record record(String text) {
        return Record.builder()
                .data(SdkBytes.fromByteArray(text.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    static List<String> numbered(String word, int from, int to) {
        return Stream.iterate(from, number -> number < to, number -> number + 1)
                .map(number -> word + "-" + number + "\n")
                .toList();
    }

    @Override
    public void close() {
        client.close();
    }
}

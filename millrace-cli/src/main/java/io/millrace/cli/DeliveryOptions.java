package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.firehose.model.BufferingHints;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointBufferingHints;
import software.amazon.awssdk.services.firehose.model.HttpEndpointCommonAttribute;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointRequestConfiguration;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;

/** What a new delivery stream is to do: the usual in a few words, and anything else in a file. */
final class DeliveryOptions {
    /** Whom the server takes the delivery's role to be means something to real AWS only. */
    private static final String ROLE = "arn:aws:iam::000000000000:role/firehose";

    private static final String BUCKET_ARN = "arn:aws:s3:::";
    private static final int INTERVAL_SECONDS = 300;
    private static final int SIZE_MIB = 5;
    private static final int LARGE_SIZE_MIB = 128;

    /** The compressions that S3's objects can have. */
    enum Compression {
        gzip(CompressionFormat.GZIP),
        zip(CompressionFormat.ZIP),
        snappy(CompressionFormat.SNAPPY),
        hadoop_snappy(CompressionFormat.HADOOP_SNAPPY);

        private final CompressionFormat format;

        Compression(CompressionFormat format) {
            this.format = format;
        }
    }

    @Option(
            names = {"--bucket", "--to-folder"},
            paramLabel = "BUCKET",
            description =
                    "Deliver to this bucket, a folder of that name where the server keeps buckets as folders. With"
                            + " --http, where what can't be delivered goes; default there: NAME-failed.")
    private @Nullable String bucket;

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "Begins the objects' names.")
    private @Nullable String prefix;

    @Option(
            names = "--error-prefix",
            paramLabel = "PREFIX",
            description = "Begins the names of objects with what can't be delivered.")
    private @Nullable String errorPrefix;

    @Option(
            names = "--compress",
            paramLabel = "gzip|zip|snappy|hadoop_snappy",
            description = "Compress the objects. Default: they are not.")
    private @Nullable Compression compression;

    @Option(
            names = "--parquet",
            paramLabel = "DATABASE.TABLE",
            description = "Convert JSON to Parquet with this table's schema.")
    private @Nullable String parquet;

    @Option(
            names = "--orc",
            paramLabel = "DATABASE.TABLE",
            description = "Convert JSON to ORC with this table's schema.")
    private @Nullable String orc;

    @Option(names = "--http", paramLabel = "URL", description = "Deliver to this HTTP endpoint.")
    private @Nullable String http;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Deliver to a service whose HTTP endpoint we know; 'millrace firehose presets' lists them.")
    private @Nullable String preset;

    @Option(names = "--site", paramLabel = "SITE", description = "Which of the preset's endpoints. Default: its first.")
    private @Nullable String site;

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "What the preset needs to know, or what goes along with each request to an HTTP endpoint.")
    private Map<String, String> params = new LinkedHashMap<>();

    @Option(names = "--access-key", paramLabel = "KEY", description = "What the HTTP endpoint asks for.")
    private @Nullable String accessKey;

    @Option(
            names = "--source-stream",
            paramLabel = "STREAM",
            description = "Deliver what is put into this stream, named or by its ARN. Default: what is put directly.")
    private @Nullable String sourceStream;

    @Option(names = "--size-mb", paramLabel = "N", description = "Deliver when so many MiB have come.")
    private @Nullable Integer sizeMib;

    @Option(names = "--interval-s", paramLabel = "N", description = "Deliver after so many seconds.")
    private @Nullable Integer intervalSeconds;

    @Option(names = "--role", paramLabel = "ARN", description = "The role to deliver in, for the real service.")
    private String role = ROLE;

    @Option(
            names = "--cli-input-json",
            paramLabel = "FILE",
            description = "All of it, as CreateDeliveryStream takes it in JSON. Instead of the options above.")
    private @Nullable Path inputFile;

    CreateDeliveryStreamRequest request(String name, EndpointOptions endpoint) throws IOException {
        if (inputFile != null) {
            if (bucket != null || http != null || preset != null || sourceStream != null) {
                throw new UsageError(
                        "--cli-input-json says all of it, so it goes without the options that say a part.");
            }
            return ((CreateDeliveryStreamRequest)
                            SdkObjects.read(CreateDeliveryStreamRequest.builder(), Files.readString(inputFile)))
                    .toBuilder().deliveryStreamName(name).build();
        }
        var request = CreateDeliveryStreamRequest.builder().deliveryStreamName(name);
        addDestination(request, name);
        if (sourceStream != null) {
            var arn = sourceStream.startsWith("arn:") ? sourceStream : arnOf(sourceStream, endpoint);
            request.deliveryStreamType(DeliveryStreamType.KINESIS_STREAM_AS_SOURCE)
                    .kinesisStreamSourceConfiguration(
                            source -> source.kinesisStreamARN(arn).roleARN(role));
        }
        return request.build();
    }

    private static String arnOf(String stream, EndpointOptions endpoint) {
        try (var streams = endpoint.open()) {
            return streams.describe(stream).streamARN();
        }
    }

    private void addDestination(CreateDeliveryStreamRequest.Builder request, String name) {
        if (http != null || preset != null) {
            if (compression != null || parquet != null || orc != null) {
                throw new UsageError(
                        "--compress, --parquet and --orc are for objects in a bucket, not for --http and --preset.");
            }
            request.httpEndpointDestinationConfiguration(preset == null ? endpoint(name) : presetEndpoint(name));
            return;
        }
        if (site != null || !params.isEmpty()) {
            throw new UsageError("--site and --param are for --preset, and --param for --http.");
        }
        if (bucket == null) {
            throw new UsageError("Say where to deliver to: --bucket, --http, --preset or --cli-input-json.");
        }
        request.extendedS3DestinationConfiguration(s3());
    }

    private HttpEndpointDestinationConfiguration endpoint(String name) {
        if (site != null) {
            throw new UsageError("--site is for --preset.");
        }
        return HttpEndpointDestinationConfiguration.builder()
                .roleARN(role)
                .endpointConfiguration(it -> it.url(http).name(name).accessKey(accessKey))
                .requestConfiguration(attributes(params).build())
                .bufferingHints(httpHints(SIZE_MIB, INTERVAL_SECONDS))
                .s3Configuration(beside(name))
                .build();
    }

    /** What is said here goes before what the service recommends. */
    private HttpEndpointDestinationConfiguration presetEndpoint(String name) {
        if (http != null) {
            throw new UsageError("--preset knows the URL, so it goes without --http.");
        }
        var service = HttpPresets.load().require(Objects.requireNonNull(preset));
        if (service.key().isPresent() && accessKey == null) {
            throw new UsageError("The preset " + service.name() + " needs --access-key: "
                    + service.key().get() + ".");
        }
        var address = service.address(Optional.ofNullable(site), params);
        var attributes = attributes(address.attributes());
        service.encoding().ifPresent(attributes::contentEncoding);
        var destination = HttpEndpointDestinationConfiguration.builder()
                .roleARN(role)
                .endpointConfiguration(
                        it -> it.url(address.url()).name(service.partner()).accessKey(accessKey))
                .requestConfiguration(attributes.build())
                .bufferingHints(presetHints(service))
                .s3Configuration(beside(name));
        service.retrySeconds().ifPresent(seconds -> destination.retryOptions(it -> it.durationInSeconds(seconds)));
        return destination.build();
    }

    private static HttpEndpointRequestConfiguration.Builder attributes(Map<String, String> attributes) {
        var request = HttpEndpointRequestConfiguration.builder();
        if (!attributes.isEmpty()) {
            request.commonAttributes(attributes.entrySet().stream()
                    .map(each -> HttpEndpointCommonAttribute.builder()
                            .attributeName(each.getKey())
                            .attributeValue(each.getValue())
                            .build())
                    .toList());
        }
        return request;
    }

    private S3DestinationConfiguration beside(String name) {
        return S3DestinationConfiguration.builder()
                .roleARN(role)
                .bucketARN(BUCKET_ARN + (bucket == null ? name + "-failed" : bucket))
                .prefix(prefix)
                .errorOutputPrefix(errorPrefix)
                .build();
    }

    private ExtendedS3DestinationConfiguration s3() {
        return ExtendedS3DestinationConfiguration.builder()
                .roleARN(role)
                .bucketARN(BUCKET_ARN + bucket)
                .prefix(prefix)
                .errorOutputPrefix(errorPrefix)
                .compressionFormat(compression == null ? null : compression.format)
                .bufferingHints(s3Hints())
                .dataFormatConversionConfiguration(conversion())
                .build();
    }

    /** The service takes both hints or none. */
    private @Nullable BufferingHints s3Hints() {
        if (sizeMib == null && intervalSeconds == null) {
            return null;
        }
        int usual = parquet == null && orc == null ? SIZE_MIB : LARGE_SIZE_MIB;
        return BufferingHints.builder()
                .sizeInMBs(Objects.requireNonNullElse(sizeMib, usual))
                .intervalInSeconds(Objects.requireNonNullElse(intervalSeconds, INTERVAL_SECONDS))
                .build();
    }

    private @Nullable HttpEndpointBufferingHints httpHints(int usualMib, int usualSeconds) {
        return sizeMib == null && intervalSeconds == null ? null : hints(usualMib, usualSeconds);
    }

    private @Nullable HttpEndpointBufferingHints presetHints(HttpPreset service) {
        if (service.buffer().isEmpty()) {
            return httpHints(SIZE_MIB, INTERVAL_SECONDS);
        }
        var usual = service.buffer().get();
        return hints(usual.sizeMib(), usual.intervalSeconds());
    }

    private HttpEndpointBufferingHints hints(int usualMib, int usualSeconds) {
        return HttpEndpointBufferingHints.builder()
                .sizeInMBs(Objects.requireNonNullElse(sizeMib, usualMib))
                .intervalInSeconds(Objects.requireNonNullElse(intervalSeconds, usualSeconds))
                .build();
    }

    private @Nullable DataFormatConversionConfiguration conversion() {
        if (parquet != null && orc != null) {
            throw new UsageError("--parquet and --orc do not go together.");
        }
        var table = parquet != null ? parquet : orc;
        if (table == null) {
            return null;
        }
        int dot = table.indexOf('.');
        if (dot < 1 || dot == table.length() - 1) {
            throw new UsageError("'" + table + "' is not a table. Write DATABASE.TABLE.");
        }
        return DataFormatConversionConfiguration.builder()
                .enabled(true)
                .schemaConfiguration(schema -> schema.roleARN(role)
                        .databaseName(table.substring(0, dot))
                        .tableName(table.substring(dot + 1)))
                .inputFormatConfiguration(input -> input.deserializer(it -> it.openXJsonSerDe(_ -> {})))
                .outputFormatConfiguration(output -> output.serializer(it -> {
                    if (parquet != null) {
                        it.parquetSerDe(_ -> {});
                    } else {
                        it.orcSerDe(_ -> {});
                    }
                }))
                .build();
    }
}

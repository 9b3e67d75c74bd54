package io.millrace.firehose.s3;

import io.millrace.firehose.delivery.Destination;
import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectStore;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.EncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;

/** Opens destinations that are buckets: where records go, where they are backed up, and where errors are told of. */
public final class S3Destinations {
    /** Backups and the error output are tried until they work. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Supplier<ObjectStore> store;
    private final Conversions conversions;

    /** Makes the format of a delivery stream that converts its records. */
    public interface Conversions {
        ObjectFormat open(DataFormatConversionConfiguration configuration);
    }

    /** @param store opened when the first object is written */
    public S3Destinations(Supplier<ObjectStore> store, Conversions conversions) {
        this.store = store;
        this.conversions = conversions;
    }

    /** Where a delivery stream's records go. */
    public Destination records(ExtendedS3DestinationConfiguration s3, Duration retryDuration) {
        var keys = new ObjectKeys(text(s3.prefix()), text(s3.errorOutputPrefix()), zone(s3.customTimeZone()));
        var extension = Optional.ofNullable(s3.fileExtension()).filter(given -> !given.isEmpty());
        var conversion = s3.dataFormatConversionConfiguration();
        boolean converts = conversion != null && !Boolean.FALSE.equals(conversion.enabled());
        var format = converts ? conversions.open(conversion) : compression(s3.compressionFormat());
        return new S3Destination(
                "S3",
                store,
                bucket(s3.bucketARN()),
                (batch, written) -> keys.of(batch, extension.orElse(written.extension())),
                format,
                attributes(format, s3.encryptionConfiguration()),
                retryDuration);
    }

    /** Where what was not delivered is told of, for a delivery stream to S3. */
    public Destination errors(ExtendedS3DestinationConfiguration s3, String outputType) {
        var keys = new ObjectKeys(text(s3.prefix()), text(s3.errorOutputPrefix()), zone(s3.customTimeZone()));
        return errors(keys, s3.bucketARN(), Compression.UNCOMPRESSED, s3.encryptionConfiguration(), outputType);
    }

    /** Where what was not delivered is told of, for a delivery stream to somewhere else. */
    public Destination errors(S3DestinationConfiguration s3, String outputType) {
        var keys = new ObjectKeys(text(s3.prefix()), text(s3.errorOutputPrefix()), ZoneOffset.UTC);
        // Of what became of records before they got to the destination, the lines are never compressed.
        var format = switch (outputType) {
            case "processing-failed", "decompression-failed", "format-conversion-failed" -> Compression.UNCOMPRESSED;
            default -> compression(s3.compressionFormat());
        };
        return errors(keys, s3.bucketARN(), format, s3.encryptionConfiguration(), outputType);
    }

    private Destination errors(
            ObjectKeys keys,
            String bucketArn,
            Compression format,
            @Nullable EncryptionConfiguration encryption,
            String outputType) {
        return new S3Destination(
                "ErrorOutput",
                store,
                bucket(bucketArn),
                (batch, written) -> keys.ofErrors(batch, outputType, written.extension()),
                format,
                attributes(format, encryption),
                FOR_EVER);
    }

    /** Where the untouched source records go. */
    public Destination backup(S3DestinationConfiguration s3) {
        var keys = new ObjectKeys(text(s3.prefix()), text(s3.errorOutputPrefix()), ZoneOffset.UTC);
        var format = compression(s3.compressionFormat());
        return new S3Destination(
                "Backup",
                store,
                bucket(s3.bucketARN()),
                (batch, written) -> keys.of(batch, written.extension()),
                format,
                attributes(format, s3.encryptionConfiguration()),
                FOR_EVER);
    }

    private static String bucket(String arn) {
        return arn.substring(arn.lastIndexOf(':') + 1);
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    private static ZoneId zone(@Nullable String given) {
        return given == null || given.isEmpty() ? ZoneOffset.UTC : ZoneId.of(given);
    }

    private static Compression compression(@Nullable CompressionFormat format) {
        return switch (format) {
            case null -> Compression.UNCOMPRESSED;
            case UNCOMPRESSED, UNKNOWN_TO_SDK_VERSION -> Compression.UNCOMPRESSED;
            case GZIP -> Compression.GZIP;
            case ZIP -> Compression.ZIP;
            case SNAPPY -> Compression.SNAPPY;
            case HADOOP_SNAPPY -> Compression.HADOOP_SNAPPY;
        };
    }

    private static ObjectAttributes attributes(ObjectFormat format, @Nullable EncryptionConfiguration encryption) {
        var attributes = ObjectAttributes.BYTES;
        if (format.contentEncoding().isPresent()) {
            attributes = attributes.withContentEncoding(format.contentEncoding().get());
        }
        return encryption == null || encryption.kmsEncryptionConfig() == null
                ? attributes
                : attributes.withKmsKeyId(encryption.kmsEncryptionConfig().awskmsKeyARN());
    }
}

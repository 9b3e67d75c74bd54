package io.millrace.firehose.rules;

import io.millrace.model.InvalidArgumentException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.Deserializer;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;
import software.amazon.awssdk.services.firehose.model.Serializer;

/** Conversion to columnar files, in the service's order and words. */
final class ConversionRules {
    private static final String MILLIS = "millis";
    /** The letters of Joda-Time's patterns. */
    private static final String TIME_LETTERS = "GCYxwWeEyDMdaKhHkmsSzZ";

    private ConversionRules() {}

    static void require(ExtendedS3DestinationConfiguration s3, ConversionTables tables) {
        var conversion = s3.dataFormatConversionConfiguration();
        if (!conversion.enabled()) {
            return;
        }
        if (s3.compressionFormat() != CompressionFormat.UNCOMPRESSED) {
            throw new InvalidArgumentException(
                    "The S3 destination's compression format must be set to UNCOMPRESSED when"
                            + " data format conversion is enabled. To enable compression within the converted output format, set"
                            + " the appropriate serialization option in the output format configuration.");
        }
        var size = s3.bufferingHints().sizeInMBs();
        if (size != null && size < BufferingRules.LARGE_MIN_MIB) {
            throw new InvalidArgumentException("BufferingHints.SizeInMBs must be at least "
                    + BufferingRules.LARGE_MIN_MIB + " when data format conversion is enabled.");
        }
        var interval = s3.bufferingHints().intervalInSeconds();
        if (interval != null && interval == 0) {
            throw new InvalidArgumentException(
                    "BufferingHints.IntervalInSeconds must be at least 1 when data format conversion is enabled.");
        }
        requirePresent(conversion.inputFormatConfiguration(), "InputFormatConfiguration");
        requirePresent(conversion.outputFormatConfiguration(), "OutputFormatConfiguration");
        requirePresent(conversion.schemaConfiguration(), "SchemaConfiguration");
        requireDeserializer(conversion.inputFormatConfiguration().deserializer());
        requireSerializer(conversion.outputFormatConfiguration().serializer());
        requireSchema(conversion.schemaConfiguration());
        tables.require(conversion.schemaConfiguration());
        requireTimePatterns(conversion.inputFormatConfiguration().deserializer());
    }

    private static void requirePresent(@Nullable Object value, String name) {
        if (value == null) {
            throw new InvalidArgumentException(name + " must not be null");
        }
    }

    private static void requireDeserializer(@Nullable Deserializer deserializer) {
        if (deserializer == null || (deserializer.openXJsonSerDe() == null && deserializer.hiveJsonSerDe() == null)) {
            throw new InvalidArgumentException("Deserializer must not be null");
        }
        if (deserializer.openXJsonSerDe() != null && deserializer.hiveJsonSerDe() != null) {
            throw moreThanOne("deserializer");
        }
    }

    private static void requireSerializer(@Nullable Serializer serializer) {
        if (serializer == null || (serializer.parquetSerDe() == null && serializer.orcSerDe() == null)) {
            throw new InvalidArgumentException("Serializer must not be null");
        }
        if (serializer.parquetSerDe() != null && serializer.orcSerDe() != null) {
            throw moreThanOne("serializer");
        }
    }

    private static InvalidArgumentException moreThanOne(String what) {
        return new InvalidArgumentException("More than one " + what + " specified. Only one may be chosen.");
    }

    private static void requireSchema(SchemaConfiguration schema) {
        requireText(schema.roleARN(), "RoleArn");
        requireText(schema.databaseName(), "DatabaseName");
        requireText(schema.tableName(), "TableName");
    }

    private static void requireText(@Nullable String text, String name) {
        if (text == null || text.isEmpty()) {
            throw new InvalidArgumentException("SchemaConfiguration." + name + " must not be null or empty");
        }
    }

    private static void requireTimePatterns(Deserializer deserializer) {
        if (deserializer.hiveJsonSerDe() == null) {
            return;
        }
        for (var pattern : deserializer.hiveJsonSerDe().timestampFormats()) {
            if (!pattern.equals(MILLIS) && !isTimePattern(pattern)) {
                throw new InvalidArgumentException("One or more SerDe options are invalid for"
                        + " org.apache.hcatalog.data.JsonSerDe: [Key: timestamp.formats Value: " + pattern + "]");
            }
        }
    }

    private static boolean isTimePattern(String pattern) {
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (c == '\'') {
                quoted = !quoted;
            } else if (!quoted && letter && TIME_LETTERS.indexOf(c) < 0) {
                return false;
            }
        }
        return !quoted;
    }
}

package io.millrace.firehose.rules;

import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.model.InvalidArgumentException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameterName;
import software.amazon.awssdk.services.firehose.model.ProcessorType;

/** What records may be put through on their way, in the service's words. */
final class ProcessingRules {
    private static final int PROCESSORS_MAX = 5;
    private static final String INTERNAL_CLASS = "class com.amazonaws.services.firehose.internal.model.";
    private static final Pattern LAMBDA_ARN =
            Pattern.compile("arn:[^:]*:lambda:[a-z0-9-]+:\\d{12}:function:[a-zA-Z0-9_-]+(:[a-zA-Z0-9$_-]+)?");
    /** Short enough for any number that counts here. */
    private static final Pattern INTEGER = Pattern.compile("\\d{1,9}");

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    private static final double LAMBDA_SIZE_MIN_MB = 0.2;
    private static final double LAMBDA_SIZE_MAX_MB = 3;
    private static final int LAMBDA_INTERVAL_MAX_SECONDS = 900;
    private static final int LAMBDA_RETRIES_MAX = 300;

    private ProcessingRules() {}

    /** What keys that are extracted from records are for. */
    private enum Keys {
        NONE,
        OF_PARTITIONS,
        OF_TABLES;

        static Keys of(DestinationConfiguration destination) {
            return switch (destination) {
                case DestinationConfiguration.S3(var s3) -> S3Rules.isPartitioned(s3) ? OF_PARTITIONS : NONE;
                case DestinationConfiguration.Iceberg _ -> OF_TABLES;
                case DestinationConfiguration.Redshift _,
                        DestinationConfiguration.Elasticsearch _,
                        DestinationConfiguration.OpenSearch _,
                        DestinationConfiguration.OpenSearchServerless _,
                        DestinationConfiguration.Splunk _,
                        DestinationConfiguration.HttpEndpoint _,
                        DestinationConfiguration.Snowflake _ -> NONE;
            };
        }
    }

    /** Checks what was given, as parameters with defaults must come together if they come at all. */
    static void require(DestinationConfiguration given) {
        var field = given.configuration().sdkFieldNameToField().get("ProcessingConfiguration");
        assert field != null : given.kind();
        if (field.getValueOrDefault(given.configuration()) instanceof ProcessingConfiguration processing) {
            require(processing, Keys.of(given));
        }
    }

    private static void require(ProcessingConfiguration processing, Keys keys) {
        var processors = processing.processors();
        boolean enabled = Boolean.TRUE.equals(processing.enabled());
        if (processors.size() > PROCESSORS_MAX || (processors.isEmpty() && enabled)) {
            throw new InvalidArgumentException("A maximum of " + PROCESSORS_MAX
                    + " and a minimum of 1 processor needs to be supplied when processing is enabled.");
        }
        processors.forEach(ProcessingRules::requireDistinct);
        if (count(processors, ProcessorType.LAMBDA) > 1) {
            throw new InvalidArgumentException("Cannot have more than 1 Lambda processor.");
        }
        for (var processor : processors) {
            var parameters = parametersOf(processor);
            switch (processor.type()) {
                case LAMBDA -> requireLambda(parameters);
                case METADATA_EXTRACTION -> requireExtraction(parameters, keys);
                case RECORD_DE_AGGREGATION -> requireDeAggregation(parameters, keys);
                case DECOMPRESSION -> requireDecompression(parameters);
                case CLOUD_WATCH_LOG_PROCESSING -> requireLogProcessing(parameters, processors);
                case APPEND_DELIMITER_TO_RECORD, UNKNOWN_TO_SDK_VERSION -> {}
            }
        }
    }

    private static void requireDistinct(Processor processor) {
        var names = processor.parameters().stream()
                .map(parameter -> parameter.parameterName())
                .toList();
        if (Set.copyOf(names).size() < names.size()) {
            throw new InvalidArgumentException("Duplicate ProcessorParameter passed to ProcessingConfiguration.");
        }
    }

    private static long count(List<Processor> processors, ProcessorType type) {
        return processors.stream().filter(processor -> processor.type() == type).count();
    }

    private static Map<ProcessorParameterName, String> parametersOf(Processor processor) {
        var parameters = new EnumMap<ProcessorParameterName, String>(ProcessorParameterName.class);
        processor
                .parameters()
                .forEach(parameter -> parameters.put(parameter.parameterName(), parameter.parameterValue()));
        return parameters;
    }

    private static void requireLambda(Map<ProcessorParameterName, String> parameters) {
        var arn = parameters.get(ProcessorParameterName.LAMBDA_ARN);
        if (arn == null || arn.isEmpty()) {
            throw new InvalidArgumentException("LambdaArn is required when Lambda processor is used.");
        }
        if (!LAMBDA_ARN.matcher(arn).matches()) {
            throw new InvalidArgumentException("Invalid lambda ARN.");
        }
        var size = parameters.get(ProcessorParameterName.BUFFER_SIZE_IN_M_BS);
        var interval = parameters.get(ProcessorParameterName.BUFFER_INTERVAL_IN_SECONDS);
        if ((size == null) != (interval == null)) {
            throw new InvalidArgumentException("Both BufferSizeInMBs and BufferIntervalInSeconds are required to"
                    + " configure buffering for lambda processor.");
        }
        if (size != null && !isSize(size)) {
            throw new InvalidArgumentException("BufferSizeInMBs for lambda processor must be between 0.2 and 3.");
        }
        if (interval != null && !isUpTo(LAMBDA_INTERVAL_MAX_SECONDS, interval)) {
            throw new InvalidArgumentException(
                    "BufferIntervalInSeconds for lambda processor must be between 0 and 900.");
        }
        var retries = parameters.get(ProcessorParameterName.NUMBER_OF_RETRIES);
        if (retries != null && !isUpTo(LAMBDA_RETRIES_MAX, retries)) {
            throw new InvalidArgumentException("Number of retries for lambda must be between 0 and 300.");
        }
    }

    private static boolean isSize(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            return false;
        }
        double size = Double.parseDouble(text);
        return size >= LAMBDA_SIZE_MIN_MB && size <= LAMBDA_SIZE_MAX_MB;
    }

    private static boolean isUpTo(int most, String text) {
        return INTEGER.matcher(text).matches() && Integer.parseInt(text) <= most;
    }

    private static void requireExtraction(Map<ProcessorParameterName, String> parameters, Keys keys) {
        if (keys == Keys.NONE) {
            throw onlyWithPartitions("MetadataExtractionProcessor");
        }
        if (!"JQ-1.6".equals(parameters.get(ProcessorParameterName.JSON_PARSING_ENGINE))) {
            throw new InvalidArgumentException("MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6");
        }
        if (parameters.get(ProcessorParameterName.METADATA_EXTRACTION_QUERY) == null) {
            throw new InvalidArgumentException(
                    "MetadataExtractionQuery is required when MetadataExtraction processor is used.");
        }
    }

    private static void requireDeAggregation(Map<ProcessorParameterName, String> parameters, Keys keys) {
        if (keys != Keys.OF_PARTITIONS) {
            throw onlyWithPartitions("RecordDeAggregationProcessor");
        }
        var type = parameters.get(ProcessorParameterName.SUB_RECORD_TYPE);
        if (!"JSON".equals(type) && !"DELIMITED".equals(type)) {
            throw new InvalidArgumentException("SubRecordType has to be one of JSON, DELIMITED");
        }
        if ("DELIMITED".equals(type) && parameters.get(ProcessorParameterName.DELIMITER) == null) {
            throw new InvalidArgumentException("Delimiter should be present for DELIMITED");
        }
    }

    private static InvalidArgumentException onlyWithPartitions(String processor) {
        return new InvalidArgumentException(
                INTERNAL_CLASS + processor + " can only be present when Dynamic Partitioning is enabled.");
    }

    private static void requireDecompression(Map<ProcessorParameterName, String> parameters) {
        var format = parameters.get(ProcessorParameterName.COMPRESSION_FORMAT);
        if (format != null && !format.equals("GZIP")) {
            throw new InvalidArgumentException("Invalid parameter value for CompressionFormat. Allowed value is GZIP.");
        }
    }

    private static void requireLogProcessing(
            Map<ProcessorParameterName, String> parameters, List<Processor> processors) {
        if (count(processors, ProcessorType.DECOMPRESSION) == 0) {
            throw new InvalidArgumentException(
                    "CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor");
        }
        if (!isTruth(parameters.get(ProcessorParameterName.DATA_MESSAGE_EXTRACTION))) {
            throw new InvalidArgumentException(
                    "Invalid parameter value for DataMessageExtraction. Allowed values are True and False.");
        }
    }

    private static boolean isTruth(@Nullable String text) {
        return text == null || text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
    }
}

package io.millrace.firehose.processing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.ProcessorParameterName;
import software.amazon.awssdk.services.firehose.model.ProcessorType;

/**
 * A processing configuration in our own terms; the order of the service is the order of the components. The control plane
 * has checked it: what is missing here has its default.
 */
record Processors(
        boolean decompress,
        boolean extractMessages,
        Optional<SubRecords> subRecords,
        Optional<Lambda> lambda,
        Optional<String> metadataQuery,
        Optional<Delimiter> delimiter) {

    private static final Processors NONE =
            new Processors(false, false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final byte[] NEWLINE = {'\n'};

    /** A function that transforms records. */
    record Lambda(String arn, int retries, int bufferBytes, Duration interval) {
        private static final int RETRIES = 3;
        private static final double BUFFER_MB = 1;
        private static final int INTERVAL_SECONDS = 60;

        /** The ARN as error output has it: with the version that was called. */
        String qualifiedArn() {
            return arn.matches(".*:function:[^:]+") ? arn + ":$LATEST" : arn;
        }
    }

    /** Bytes that stand after each record. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Delimiter(byte[] bytes) {}

    /** Whether records pass through untouched. */
    boolean isEmpty() {
        return equals(NONE);
    }

    static Processors of(@Nullable ProcessingConfiguration configuration) {
        if (configuration == null || !Boolean.TRUE.equals(configuration.enabled())) {
            return NONE;
        }
        var processors = configuration.processors();
        return new Processors(
                find(processors, ProcessorType.DECOMPRESSION).isPresent(),
                find(processors, ProcessorType.CLOUD_WATCH_LOG_PROCESSING)
                        .flatMap(found -> parameter(found, ProcessorParameterName.DATA_MESSAGE_EXTRACTION))
                        .filter(text -> text.equalsIgnoreCase("true"))
                        .isPresent(),
                find(processors, ProcessorType.RECORD_DE_AGGREGATION).map(Processors::subRecords),
                find(processors, ProcessorType.LAMBDA).flatMap(Processors::lambda),
                find(processors, ProcessorType.METADATA_EXTRACTION)
                        .flatMap(found -> parameter(found, ProcessorParameterName.METADATA_EXTRACTION_QUERY)),
                find(processors, ProcessorType.APPEND_DELIMITER_TO_RECORD).map(Processors::delimiter));
    }

    private static Optional<Processor> find(List<Processor> processors, ProcessorType type) {
        return processors.stream().filter(processor -> processor.type() == type).findFirst();
    }

    private static Optional<String> parameter(Processor processor, ProcessorParameterName name) {
        return processor.parameters().stream()
                .filter(parameter -> parameter.parameterName() == name)
                .findFirst()
                .map(ProcessorParameter::parameterValue);
    }

    private static SubRecords subRecords(Processor processor) {
        var type = parameter(processor, ProcessorParameterName.SUB_RECORD_TYPE).orElse("JSON");
        if (!type.equals("DELIMITED")) {
            return new SubRecords.Json();
        }
        var delimiter = parameter(processor, ProcessorParameterName.DELIMITER).orElse("");
        return new SubRecords.Delimited(decoded(delimiter));
    }

    /** The parameter is base64; text that is not stands for itself. */
    private static byte[] decoded(String delimiter) {
        try {
            return Base64.getDecoder().decode(delimiter);
        } catch (IllegalArgumentException _) {
            return delimiter.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static Optional<Lambda> lambda(Processor processor) {
        return parameter(processor, ProcessorParameterName.LAMBDA_ARN)
                .map(arn -> new Lambda(
                        arn,
                        parameter(processor, ProcessorParameterName.NUMBER_OF_RETRIES)
                                .map(Integer::parseInt)
                                .orElse(Lambda.RETRIES),
                        (int) (parameter(processor, ProcessorParameterName.BUFFER_SIZE_IN_M_BS)
                                        .map(Double::parseDouble)
                                        .orElse(Lambda.BUFFER_MB)
                                * (1 << 20)),
                        Duration.ofSeconds(parameter(processor, ProcessorParameterName.BUFFER_INTERVAL_IN_SECONDS)
                                .map(Integer::parseInt)
                                .orElse(Lambda.INTERVAL_SECONDS))));
    }

    private static Delimiter delimiter(Processor processor) {
        // Two characters, backslash and n, are how the service's users write a newline.
        return new Delimiter(parameter(processor, ProcessorParameterName.DELIMITER)
                .map(text -> text.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8))
                .filter(bytes -> bytes.length > 0)
                .orElse(NEWLINE));
    }
}

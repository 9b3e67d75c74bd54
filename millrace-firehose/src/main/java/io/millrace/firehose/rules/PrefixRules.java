package io.millrace.firehose.rules;

import io.millrace.model.InvalidArgumentException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.ProcessorParameterName;
import software.amazon.awssdk.services.firehose.model.ProcessorType;

/** Prefixes of objects' keys, and the expressions in them, in the service's order and words. */
final class PrefixRules {
    /** The first word is the service's own. */
    private static final String LEAD_IN = "Ths supplied prefix(es) do not satisfy the following constraint: ";

    private static final int EVALUATED_MAX_CHARS = 512;
    private static final int RANDOM_CHARS = 11;

    private static final String TIMESTAMP = "timestamp";
    private static final String FIREHOSE = "firehose";
    private static final String FROM_QUERY = "partitionKeyFromQuery";
    private static final String FROM_LAMBDA = "partitionKeyFromLambda";
    private static final String ERROR_TYPE = "error-output-type";
    private static final String RANDOM = "random-string";
    private static final Set<String> NAMESPACES = Set.of(TIMESTAMP, FIREHOSE, FROM_QUERY, FROM_LAMBDA);
    private static final Set<String> PARTITION_NAMESPACES = Set.of(FROM_QUERY, FROM_LAMBDA);

    /** What the service's formatter of times does not take. */
    private static final String UNKNOWN_LETTERS = "CIJPRTUVbfijloprt";

    private static final Instant ANY_TIME = Instant.parse("2020-10-20T20:20:20.222Z");

    private PrefixRules() {}

    /** Whether objects are parted by keys of their records. */
    enum Partitioning {
        ON,
        OFF
    }

    static boolean hasExpressions(@Nullable String prefix) {
        return !expressions(prefix).isEmpty();
    }

    static void require(@Nullable String prefix, @Nullable String errorPrefix, Partitioning partitioning) {
        var ofPrefix = expressions(prefix);
        var ofErrors = expressions(errorPrefix);
        requireErrorPrefix(ofPrefix, errorPrefix, ofErrors);
        requireNoErrorType(ofPrefix);
        requireKnown(ofPrefix, "Prefix");
        requireKnown(ofErrors, "ErrorOutputPrefix");
        if (namesPartitions(ofErrors)) {
            throw refused("Dynamic Partitioning Namespaces can't be part of an error prefix expression");
        }
        switch (partitioning) {
            case OFF -> requireNoPartitions(ofPrefix);
            case ON -> {
                if (!namesPartitions(ofPrefix)) {
                    throw refused(
                            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is"
                                    + " enabled");
                }
            }
        }
        requireLength(prefix, "prefix");
        requireLength(errorPrefix, "ErrorOutputPrefix");
    }

    /** A backup has no errors of its own, so its error prefix is not looked at. */
    static void requireOfBackup(@Nullable String prefix) {
        var expressions = expressions(prefix);
        requireNoErrorType(expressions);
        requireKnown(expressions, "Prefix");
        requireNoPartitions(expressions);
        requireLength(prefix, "prefix");
    }

    /** Refuses queries for keys that the prefix does not use. */
    static void requireQueriedKeys(@Nullable String prefix, ProcessingConfiguration processing) {
        var used = expressions(prefix).stream()
                .filter(expression -> expression.namespace().equals(FROM_QUERY))
                .map(Expression::value)
                .collect(Collectors.toSet());
        for (var processor : processing.processors()) {
            if (processor.type() == ProcessorType.METADATA_EXTRACTION) {
                for (var parameter : processor.parameters()) {
                    if (parameter.parameterName() == ProcessorParameterName.METADATA_EXTRACTION_QUERY
                            && !used.containsAll(JqKeys.of(parameter.parameterValue()))) {
                        throw refused("MetaDataExtraction JQ Query can't contain keys that are not present in the S3"
                                + " Prefix expression");
                    }
                }
            }
        }
    }

    private static List<Expression> expressions(@Nullable String prefix) {
        return prefix == null ? List.of() : Expression.in(prefix);
    }

    private static void requireErrorPrefix(
            List<Expression> ofPrefix, @Nullable String errorPrefix, List<Expression> ofErrors) {
        if (!ofPrefix.isEmpty() && (errorPrefix == null || errorPrefix.isEmpty())) {
            throw refused("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
        }
        if (!ofErrors.isEmpty() && ofErrors.stream().noneMatch(PrefixRules::isErrorType)) {
            throw refused("ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}");
        }
    }

    private static void requireNoErrorType(List<Expression> ofPrefix) {
        if (ofPrefix.stream().anyMatch(PrefixRules::isErrorType)) {
            throw refused("Prefix must not contain any occurrence of !{firehose:error-output-type}");
        }
    }

    private static boolean isErrorType(Expression expression) {
        return expression.namespace().equals(FIREHOSE) && expression.value().equals(ERROR_TYPE);
    }

    private static void requireNoPartitions(List<Expression> ofPrefix) {
        if (namesPartitions(ofPrefix)) {
            throw refused("Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic"
                    + " Partitioning is enabled.");
        }
    }

    private static boolean namesPartitions(List<Expression> expressions) {
        return expressions.stream().anyMatch(expression -> PARTITION_NAMESPACES.contains(expression.namespace()));
    }

    private static void requireKnown(List<Expression> expressions, String where) {
        for (var expression : expressions) {
            var namespace = expression.namespace();
            var value = expression.value();
            if (!NAMESPACES.contains(namespace)) {
                throw refused("Namespace to the left of colon (" + namespace + ") is an invalid keyword!");
            }
            if (namespace.equals(FIREHOSE) && !value.equals(RANDOM) && !value.equals(ERROR_TYPE)) {
                throw refused("Value to the right of colon (" + value + ") is an invalid keyword!");
            }
            if (namespace.equals(TIMESTAMP) && !isTimePattern(value)) {
                throw refused("Invalid conversion character used in the value of the expression in " + where);
            }
        }
    }

    private static boolean isTimePattern(String pattern) {
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
            } else if (!quoted && UNKNOWN_LETTERS.indexOf(c) >= 0) {
                return false;
            }
        }
        return !quoted && formatted(pattern) != null;
    }

    /** A time by this pattern; nothing if it is none. */
    private static @Nullable String formatted(String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
                    .withZone(ZoneOffset.UTC)
                    .format(ANY_TIME);
        } catch (IllegalArgumentException | java.time.DateTimeException _) {
            return null;
        }
    }

    /** Keys of records count nothing here: how long they are is seen when they come. */
    private static void requireLength(@Nullable String prefix, String where) {
        if (prefix == null) {
            return;
        }
        int chars = prefix.length();
        for (var expression : Expression.in(prefix)) {
            chars -= expression.text().length();
            chars += switch (expression.namespace()) {
                case TIMESTAMP ->
                    Objects.requireNonNullElse(formatted(expression.value()), "")
                            .length();
                case FIREHOSE -> expression.value().equals(RANDOM) ? RANDOM_CHARS : 0;
                default -> 0;
            };
        }
        if (chars > EVALUATED_MAX_CHARS) {
            throw refused("Length of evaluated " + where + " cannot be greater than " + EVALUATED_MAX_CHARS);
        }
    }

    private static InvalidArgumentException refused(String constraint) {
        return new InvalidArgumentException(LEAD_IN + constraint);
    }
}

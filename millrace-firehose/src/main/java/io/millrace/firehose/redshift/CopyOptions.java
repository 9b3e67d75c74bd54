package io.millrace.firehose.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery stream's CopyOptions mean, as far as PostgreSQL can be told: see <a
 * href="https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html">Redshift's COPY</a>. Redshift itself gets the text as it
 * stands.
 *
 * @param gzip whether staged objects are compressed
 */
record CopyOptions(Format format, boolean gzip) {
    private static final Pattern WORD = Pattern.compile("\\s*('(?:[^']|'')*'|[^\\s']+)");
    /** Options that say how Redshift is to go about it, which PostgreSQL need not know. Each with the number of its values. */
    private static final List<String> WITHOUT_MEANING_HERE = List.of(
            "COMPUPDATE 1",
            "STATUPDATE 1",
            "REGION 1",
            "TRIMBLANKS 0",
            "ACCEPTINVCHARS 0",
            "TIMEFORMAT 1",
            "DATEFORMAT 1",
            "ROUNDEC 0",
            "TRUNCATECOLUMNS 0",
            "MAXERROR 1");

    /** How records are laid out. */
    sealed interface Format {
        /** JSON objects, one after another, whose members are columns. */
        record Json(boolean ignoreCase) implements Format {}

        /** Lines of text, as COPY's own text format has them. */
        record Delimited(String delimiter, Optional<String> nullText) implements Format {}

        /** Comma-separated values. */
        record Csv(String delimiter, String quote, Optional<String> nullText) implements Format {}
    }

    /** @throws IllegalArgumentException naming the option that can't be kept */
    static CopyOptions parse(@Nullable String text) {
        var words = words(text == null ? "" : text);
        boolean gzip = false;
        boolean csv = false;
        Format.@Nullable Json json = null;
        String delimiter = "";
        String quote = "\"";
        Optional<String> nullText = Optional.empty();
        for (int at = 0; at < words.size(); at++) {
            var word = words.get(at).toUpperCase(Locale.ROOT);
            switch (word) {
                case "GZIP" -> gzip = true;
                case "CSV" -> csv = true;
                case "FORMAT", "AS" -> {
                    // Only introduces the next word.
                }
                case "JSON" -> {
                    at = skipAs(words, at);
                    json = json(value(words, ++at, word));
                }
                case "DELIMITER" -> {
                    at = skipAs(words, at);
                    delimiter = value(words, ++at, word);
                }
                case "QUOTE" -> {
                    at = skipAs(words, at);
                    quote = value(words, ++at, word);
                }
                case "NULL" -> {
                    at = skipAs(words, at);
                    nullText = Optional.of(value(words, ++at, word));
                }
                default -> at += valuesToSkip(word);
            }
        }
        if (json != null) {
            return new CopyOptions(json, gzip);
        }
        return new CopyOptions(
                csv
                        ? new Format.Csv(delimiter.isEmpty() ? "," : delimiter, quote, nullText)
                        : new Format.Delimited(delimiter.isEmpty() ? "|" : delimiter, nullText),
                gzip);
    }

    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        var matcher = WORD.matcher(text);
        while (matcher.lookingAt()) {
            words.add(matcher.group(1));
            matcher.region(matcher.end(), text.length());
        }
        return words;
    }

    private static int skipAs(List<String> words, int at) {
        return at + 1 < words.size() && words.get(at + 1).equalsIgnoreCase("AS") ? at + 1 : at;
    }

    private static String value(List<String> words, int at, String option) {
        if (at >= words.size() || !words.get(at).startsWith("'")) {
            throw new IllegalArgumentException("The COPY option " + option + " needs a quoted value");
        }
        var quoted = words.get(at);
        return quoted.substring(1, quoted.length() - 1).replace("''", "'").replace("\\t", "\t");
    }

    private static Format.Json json(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "auto" -> new Format.Json(false);
            case "auto ignorecase" -> new Format.Json(true);
            default ->
                throw new IllegalArgumentException("JSON '" + value
                        + "' is not supported; PostgreSQL tables take JSON 'auto' and 'auto ignorecase'");
        };
    }

    private static int valuesToSkip(String word) {
        for (var option : WITHOUT_MEANING_HERE) {
            if (option.startsWith(word + " ")) {
                return option.charAt(option.length() - 1) - '0';
            }
        }
        throw new IllegalArgumentException("The COPY option " + word + " is not supported for PostgreSQL tables");
    }
}

package io.millrace.firehose.s3;

import io.millrace.firehose.delivery.Batch;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What the objects of one destination are called. Everything in a name follows from the batch, chance included, so that a
 * batch that is delivered again gets the same name.
 *
 * @param prefix as given, expressions and all; empty for none
 * @param zone of all times in names
 */
record ObjectKeys(String prefix, String errorPrefix, ZoneId zone) {
    static final int PREFIX_MAX_CHARS = 512;

    private static final DateTimeFormatter FOLDERS = DateTimeFormatter.ofPattern("yyyy/MM/dd/HH/", Locale.ROOT);
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss", Locale.ROOT);
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int RANDOM_CHARS = 11;

    /** A name that a prefix would make too long. */
    static final class PrefixTooLongException extends RuntimeException {
        private static final long serialVersionUID = 1;

        PrefixTooLongException(int chars) {
            super("The evaluated prefix has " + chars + " characters; " + PREFIX_MAX_CHARS
                    + " are the most it may have.");
        }
    }

    /** The key of an object with delivered records. */
    String of(Batch batch, String extension) {
        var naming = new Naming(batch, "");
        var folder = naming.hasExpressions(prefix)
                ? checked(naming.evaluate(prefix))
                : prefix + FOLDERS.format(naming.moment);
        return folder + naming.name() + extension;
    }

    /**
     * The key of an object that tells of records that were not. It is never refused: how long an error prefix can become is seen
     * when a delivery stream is made, and there is no other place for these records.
     */
    String ofErrors(Batch batch, String outputType, String extension) {
        var naming = new Naming(batch, outputType);
        String folder;
        if (naming.hasExpressions(errorPrefix)) {
            folder = naming.evaluate(errorPrefix);
        } else {
            var before = errorPrefix.isEmpty() && !naming.hasExpressions(prefix) ? prefix : errorPrefix;
            folder = before + outputType + "/" + FOLDERS.format(naming.moment);
        }
        return folder + naming.name() + extension;
    }

    private static String checked(String folder) {
        if (folder.length() > PREFIX_MAX_CHARS) {
            throw new PrefixTooLongException(folder.length());
        }
        return folder;
    }

    /** The naming of one object. */
    private final class Naming {
        private static final String OPENING = "!{";
        private static final char CLOSING = '}';

        private final Batch batch;
        private final String outputType;
        private final ZonedDateTime moment;
        private final SplittableRandom random;

        Naming(Batch batch, String outputType) {
            this.batch = batch;
            this.outputType = outputType;
            moment = Instant.ofEpochMilli(batch.oldestArrival().toEpochMilli()).atZone(zone);
            random = new SplittableRandom(
                    batch.id().getMostSignificantBits() ^ batch.id().getLeastSignificantBits());
        }

        String name() {
            return batch.stream().name() + "-" + batch.stream().version() + "-" + SUFFIX.format(moment) + "-"
                    + batch.id();
        }

        boolean hasExpressions(String template) {
            int opening = template.indexOf(OPENING);
            return opening >= 0 && template.indexOf(CLOSING, opening) >= 0;
        }

        String evaluate(String template) {
            var key = new StringBuilder();
            int at = 0;
            while (true) {
                int opening = template.indexOf(OPENING, at);
                int closing = opening < 0 ? -1 : template.indexOf(CLOSING, opening);
                if (closing < 0) {
                    return key.append(template, at, template.length()).toString();
                }
                key.append(template, at, opening);
                key.append(value(template.substring(opening + OPENING.length(), closing)));
                at = closing + 1;
            }
        }

        private String value(String expression) {
            int colon = expression.indexOf(':');
            var namespace = colon < 0 ? expression : expression.substring(0, colon);
            var name = colon < 0 ? "" : expression.substring(colon + 1);
            return switch (namespace) {
                case "timestamp" -> time(name);
                case "firehose" -> ofFirehose(name, expression);
                // The whole expression is a key where the query and the function have one of the same name.
                case "partitionKeyFromQuery", "partitionKeyFromLambda" ->
                    batch.partitionKeys()
                            .getOrDefault(expression, batch.partitionKeys().getOrDefault(name, ""));
                default -> OPENING + expression + CLOSING;
            };
        }

        private String time(String pattern) {
            return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(moment);
        }

        private String ofFirehose(String name, String expression) {
            return switch (name) {
                case "random-string" -> randomString();
                case "error-output-type" -> outputType;
                default -> OPENING + expression + CLOSING;
            };
        }

        private String randomString() {
            var text = new StringBuilder(RANDOM_CHARS);
            for (int i = 0; i < RANDOM_CHARS; i++) {
                text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            return text.toString();
        }
    }
}

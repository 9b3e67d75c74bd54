package io.millrace.streams;

import io.millrace.model.InvalidArgumentException;
import java.util.Map;
import java.util.stream.Stream;

/** What tags of a stream must look like beyond the lengths that the model gives, with AWS's texts. */
final class TagRules {
    private static final String MARKS = "_./=+-@:";
    /** Lets pass the first of AWS's two checks of characters and not the second. */
    private static final String ONCE_ALLOWED_MARKS = "%";

    private static final String RESERVED_PREFIX = "aws:";

    private TagRules() {}

    /** Refuses tags that a new stream can't have. */
    static void require(StreamAddress stream, Map<String, String> tags) {
        if (!consistOf(tags, MARKS + ONCE_ALLOWED_MARKS)) {
            throw new InvalidArgumentException(
                    "Some tags contain invalid characters. Valid characters: Unicode letters,"
                            + " digits, white space, _ . / = + - % @.");
        }
        if (!consistOf(tags, MARKS)) {
            throw notAdded(
                    stream,
                    "some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces,"
                            + " '_',',','/','=','+','-','@'.");
        }
        if (tags.keySet().stream().anyMatch(key -> key.startsWith(RESERVED_PREFIX))) {
            throw notAdded(stream, "tag keys that begin with " + RESERVED_PREFIX + " are reserved.");
        }
        if (tags.size() > StreamLimits.TAGS_MAX) {
            // AWS's sentence still tells the limit of the first years.
            throw notAdded(stream, "a given stream cannot have more than 10 tags associated with it.");
        }
    }

    private static boolean consistOf(Map<String, String> tags, String marks) {
        return Stream.concat(tags.keySet().stream(), tags.values().stream())
                .flatMapToInt(String::codePoints)
                .allMatch(character -> Character.isLetterOrDigit(character)
                        || Character.getType(character) == Character.SPACE_SEPARATOR
                        || marks.indexOf(character) >= 0);
    }

    private static InvalidArgumentException notAdded(StreamAddress stream, String reason) {
        return new InvalidArgumentException("Failed to add tags to " + stream + " because " + reason);
    }
}

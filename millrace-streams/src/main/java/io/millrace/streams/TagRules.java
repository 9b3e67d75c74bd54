package io.millrace.streams;

import io.millrace.model.InvalidArgumentException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What tags must look like beyond the lengths that the model gives, with AWS's texts. */
final class TagRules {
    private static final String MARKS = "_./=+-@:";
    /** Lets pass the first of AWS's two checks of characters and not the second. */
    private static final String ONCE_ALLOWED_MARKS = "%";

    private static final String RESERVED_PREFIX = "aws:";

    private TagRules() {}

    /**
     * Refuses tags that no resource can have.
     *
     * @param resource as it stands in the midst of AWS's sentences, {@code stream orders under account 000000000000}
     */
    static void requireAddable(String resource, Map<String, String> tags) {
        requireCharacters(textsOf(tags), "Failed to add tags to " + resource);
        if (tags.keySet().stream().anyMatch(key -> key.startsWith(RESERVED_PREFIX))) {
            throw notAdded(resource, "tag keys that begin with " + RESERVED_PREFIX + " are reserved.");
        }
    }

    /** Refuses more tags than a resource can have. */
    static void requireRoomFor(String resource, int count) {
        if (count > StreamLimits.TAGS_MAX) {
            // AWS's sentence still tells the limit of the first years.
            throw notAdded(resource, "a given stream cannot have more than 10 tags associated with it.");
        }
    }

    /** Refuses keys that no tag can have. */
    static void requireRemovable(String resource, Collection<String> keys) {
        requireCharacters(keys, "Failed to remove tags from " + resource);
    }

    private static List<String> textsOf(Map<String, String> tags) {
        return Stream.concat(tags.keySet().stream(), tags.values().stream()).toList();
    }

    private static void requireCharacters(Collection<String> texts, String failure) {
        if (!consistOf(texts, MARKS + ONCE_ALLOWED_MARKS)) {
            throw new InvalidArgumentException(
                    "Some tags contain invalid characters. Valid characters: Unicode letters,"
                            + " digits, white space, _ . / = + - % @.");
        }
        if (!consistOf(texts, MARKS)) {
            throw new InvalidArgumentException(failure
                    + " because some tags contained illegal characters. The allowed characters are Unicode letters,"
                    + " white-spaces, '_',',','/','=','+','-','@'.");
        }
    }

    private static boolean consistOf(Collection<String> texts, String marks) {
        return texts.stream()
                .flatMapToInt(String::codePoints)
                .allMatch(character -> Character.isLetterOrDigit(character)
                        || Character.getType(character) == Character.SPACE_SEPARATOR
                        || marks.indexOf(character) >= 0);
    }

    private static InvalidArgumentException notAdded(String resource, String reason) {
        return new InvalidArgumentException("Failed to add tags to " + resource + " because " + reason);
    }
}

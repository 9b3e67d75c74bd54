package io.millrace.firehose;

import io.millrace.model.ValidationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.firehose.model.Tag;

/** What tags must look like, with AWS's texts: it checks them last of all, and with a text of its own for their number. */
final class TagRules {
    private static final int KEY_MAX_CHARS = 128;
    private static final int VALUE_MAX_CHARS = 256;
    /** As one class repeated once over the whole text, which takes no longer than the text is long. */
    private static final Pattern CHARACTERS = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@%]*");

    private static final String RESERVED_PREFIX = "aws:";
    private static final String KEY_PATTERN = "^(?!aws:)[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$";
    private static final String VALUE_PATTERN = "^[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$";

    private TagRules() {}

    static void require(List<Tag> tags) {
        if (tags.size() > FirehoseLimits.TAGS_MAX) {
            throw tooMany(byKey(tags));
        }
        for (int i = 0; i < tags.size(); i++) {
            var path = "tags." + (i + 1) + ".member.";
            requireKey(tags.get(i).key(), path + "key");
            requireValue(Objects.requireNonNullElse(tags.get(i).value(), ""), path + "value");
        }
    }

    static void requireKeys(List<String> keys) {
        for (int i = 0; i < keys.size(); i++) {
            requireKey(keys.get(i), "tagKeys." + (i + 1) + ".member");
        }
    }

    static void requireRoomFor(Map<String, String> tags) {
        if (tags.size() > FirehoseLimits.TAGS_MAX) {
            throw tooMany(tags);
        }
    }

    /** The same key twice: the last counts. */
    static Map<String, String> byKey(List<Tag> tags) {
        var byKey = new LinkedHashMap<String, String>();
        tags.forEach(tag -> byKey.put(tag.key(), Objects.requireNonNullElse(tag.value(), "")));
        return byKey;
    }

    private static void requireKey(String key, String path) {
        requireLength(key, 1, KEY_MAX_CHARS, path);
        if (key.startsWith(RESERVED_PREFIX) || !CHARACTERS.matcher(key).matches()) {
            throw refused(key, path, "Member must satisfy regular expression pattern: " + KEY_PATTERN);
        }
    }

    private static void requireValue(String value, String path) {
        requireLength(value, 0, VALUE_MAX_CHARS, path);
        if (!CHARACTERS.matcher(value).matches()) {
            throw refused(value, path, "Member must satisfy regular expression pattern: " + VALUE_PATTERN);
        }
    }

    private static void requireLength(String text, int min, int max, String path) {
        int length = text.codePointCount(0, text.length());
        if (length < min) {
            throw refused(text, path, "Member must have length greater than or equal to " + min);
        }
        if (length > max) {
            throw refused(text, path, "Member must have length less than or equal to " + max);
        }
    }

    private static ValidationException refused(String value, String path, String constraint) {
        return new ValidationException("1 validation error detected: Value '" + value + "' at '" + path
                + "' failed to satisfy constraint: " + constraint);
    }

    /** Both slips of the pen are the service's. */
    private static ValidationException tooMany(Map<String, String> tags) {
        var shown = tags.entrySet().stream()
                .map(tag -> "Tag(Key=" + tag.getKey() + ", Value=" + tag.getValue() + ")")
                .toList();
        return new ValidationException("1 validation error detected: Value '" + shown
                + "' at 'tags' failed to satisify contstraint: Member must have length less than or equal to "
                + FirehoseLimits.TAGS_MAX);
    }
}

package io.millrace.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;

/** One constraint on one value. */
sealed interface Check {
    boolean holdsFor(Object value);

    /** The constraint in the service's words. */
    String text();

    record Matches(LinearPattern pattern) implements Check {
        /** Far more than any patterned member may have; longer text from outside is not worth looking at. */
        private static final int TEXT_MAX_CHARS = 16 * 1024;

        @Override
        public boolean holdsFor(Object value) {
            var text = (String) value;
            return text.length() <= TEXT_MAX_CHARS && pattern.matches(text);
        }

        @Override
        public String text() {
            return "Member must satisfy regular expression pattern: " + pattern;
        }
    }

    record OneOf(List<String> values) implements Check {
        @Override
        @SuppressWarnings("SuspiciousMethodCalls") // the type check has made it a string
        public boolean holdsFor(Object value) {
            return values.contains(value);
        }

        @Override
        public String text() {
            return "Member must satisfy enum value set: [" + String.join(", ", values) + "]";
        }
    }

    record LengthAtLeast(long min) implements Check {
        @Override
        public boolean holdsFor(Object value) {
            return length(value) >= min;
        }

        @Override
        public String text() {
            return "Member must have length greater than or equal to " + min;
        }
    }

    record LengthAtMost(long max) implements Check {
        @Override
        public boolean holdsFor(Object value) {
            return length(value) <= max;
        }

        @Override
        public String text() {
            return "Member must have length less than or equal to " + max;
        }
    }

    record AtLeast(long min) implements Check {
        @Override
        public boolean holdsFor(Object value) {
            return value instanceof Double number ? number >= min : ((Number) value).longValue() >= min;
        }

        @Override
        public String text() {
            return "Member must have value greater than or equal to " + min;
        }
    }

    record AtMost(long max) implements Check {
        @Override
        public boolean holdsFor(Object value) {
            return value instanceof Double number ? number <= max : ((Number) value).longValue() <= max;
        }

        @Override
        public String text() {
            return "Member must have value less than or equal to " + max;
        }
    }

    /** Characters of a string (Unicode scalar values, as the model language defines length), entries, or bytes. */
    private static long length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case Collection<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case SdkBytes blob -> blob.asByteArrayUnsafe().length;
            default -> throw new IllegalArgumentException("has no length: " + value.getClass());
        };
    }
}

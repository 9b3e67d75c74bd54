package io.millrace.glue;

import io.millrace.model.InvalidInputException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression from outside that names are held against, given up when it takes too many steps. */
record NamePattern(Pattern pattern) {
    private static final int STEPS_MAX = 100_000;

    static NamePattern of(String expression) {
        try {
            return new NamePattern(Pattern.compile(expression, Pattern.CASE_INSENSITIVE));
        } catch (PatternSyntaxException _) {
            throw new InvalidInputException("Expression is not a regular expression: " + expression);
        }
    }

    boolean matches(String name) {
        try {
            return pattern.matcher(new CountedText(name)).matches();
        } catch (TooManyStepsException | StackOverflowError _) {
            throw new InvalidInputException("Expression takes too long to match: " + pattern);
        }
    }

    private static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super(null, null, false, false);
        }
    }

    /** Counts how often it was looked at. */
    private static final class CountedText implements CharSequence {
        private final String text;
        private int steps;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > STEPS_MAX) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

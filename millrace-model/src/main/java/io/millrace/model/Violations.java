package io.millrace.model;

import java.util.ArrayList;
import java.util.List;

/** The violations found in one request so far, as the service words them. */
final class Violations {
    /** The service stops looking after so many, and counts no more. */
    static final int MAX = 10;

    private final List<String> texts = new ArrayList<>();

    boolean full() {
        return texts.size() == MAX;
    }

    /** @param value how the value is shown, with what surrounds it: {@code "null "}, {@code "'x' "}, or nothing */
    void add(String value, String path, String constraint) {
        if (!full()) {
            texts.add("Value " + value + "at '" + path + "' failed to satisfy constraint: " + constraint);
        }
    }

    void refuseIfAny() {
        if (!texts.isEmpty()) {
            var detected = texts.size() == 1 ? " validation error detected: " : " validation errors detected: ";
            throw new ValidationException(texts.size() + detected + String.join("; ", texts));
        }
    }
}

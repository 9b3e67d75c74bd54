package io.millrace.firehose.rules;

import java.util.ArrayList;
import java.util.List;

/** One {@code !{namespace:value}} of a prefix; without a colon all of it is the namespace. */
record Expression(String namespace, String value) {
    private static final String OPENING = "!{";

    /** The expressions of a prefix, in their order. An opening that is never closed stands for itself. */
    static List<Expression> in(String prefix) {
        var found = new ArrayList<Expression>();
        for (int from = prefix.indexOf(OPENING); from >= 0; from = prefix.indexOf(OPENING, from + 1)) {
            int end = prefix.indexOf('}', from);
            if (end < 0) {
                break;
            }
            var inner = prefix.substring(from + OPENING.length(), end);
            int colon = inner.indexOf(':');
            found.add(
                    colon < 0
                            ? new Expression(inner, "")
                            : new Expression(inner.substring(0, colon), inner.substring(colon + 1)));
            from = end;
        }
        return found;
    }

    /** As it stands in the prefix. */
    String text() {
        return OPENING + namespace + (value.isEmpty() ? "" : ":" + value) + "}";
    }
}

package io.millrace.firehose.rules;

import java.util.HashSet;
import java.util.Set;

/**
 * The keys of the object that a jq query makes. Reads only as much of the language as that takes: commas at the first
 * level, and what stands before a colon there.
 */
final class JqKeys {
    private final String query;
    private final Set<String> keys = new HashSet<>();

    private JqKeys(String query) {
        this.query = query;
    }

    /** The keys; none if the query is not the construction of an object with keys that are written out. */
    static Set<String> of(String query) {
        var trimmed = query.strip();
        if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) {
            return Set.of();
        }
        var scan = new JqKeys(trimmed.substring(1, trimmed.length() - 1));
        scan.readEntries();
        return scan.keys;
    }

    private void readEntries() {
        int depth = 0;
        int from = 0;
        for (int i = 0; i < query.length(); i++) {
            switch (query.charAt(i)) {
                case '(', '[', '{' -> depth++;
                case ')', ']', '}' -> depth--;
                case '"' -> i = endOfString(i);
                case ',' -> {
                    if (depth == 0) {
                        readKey(query.substring(from, i));
                        from = i + 1;
                    }
                }
                default -> {}
            }
        }
        readKey(query.substring(from));
    }

    private int endOfString(int from) {
        int i = from + 1;
        while (i < query.length() && query.charAt(i) != '"') {
            i += query.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private void readKey(String entry) {
        int colon = entry.indexOf(':');
        var key = (colon < 0 ? entry : entry.substring(0, colon)).strip();
        if (key.length() > 1 && key.startsWith("\"") && key.endsWith("\"")) {
            key = key.substring(1, key.length() - 1);
        }
        // A computed key is seen when it is computed.
        if (!key.isEmpty() && !key.startsWith("(") && !key.startsWith("$") && !key.startsWith("@")) {
            keys.add(key);
        }
    }
}

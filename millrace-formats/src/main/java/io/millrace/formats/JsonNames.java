package io.millrace.formats;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds a struct's member for a JSON key. Remembers how records spell their keys, up to a number; of one thread. */
final class JsonNames {
    static final int UNKNOWN = -1;
    static final JsonNames NONE = new JsonNames(List.of(), new KeyRule(KeyRule.Case.KEPT, KeyRule.Dots.KEPT, Map.of()));
    private static final int SPELLINGS_MAX = 512;

    private final KeyRule rule;
    private final Map<String, Integer> members = new HashMap<>();
    private final Map<String, Integer> spellings = new HashMap<>();

    JsonNames(List<TableSchema.Column> columns, KeyRule rule) {
        this.rule = rule;
        for (int index = 0; index < columns.size(); index++) {
            members.putIfAbsent(rule.keyOf(columns.get(index).name()), index);
        }
    }

    int memberOf(String jsonKey) {
        var known = spellings.get(jsonKey);
        if (known != null) {
            return known;
        }
        int member = members.getOrDefault(rule.spelled(jsonKey), UNKNOWN);
        if (spellings.size() < SPELLINGS_MAX + members.size()) {
            spellings.put(jsonKey, member);
        }
        return member;
    }
}

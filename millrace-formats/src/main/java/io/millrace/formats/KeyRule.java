package io.millrace.formats;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Which key of a JSON object a column's value is under.
 *
 * @param jsonKeys by column, where the key is not the column's name
 */
record KeyRule(Case letters, Dots dots, Map<String, String> jsonKeys) {
    enum Case {
        IGNORED,
        KEPT
    }

    enum Dots {
        KEPT,
        UNDERSCORES
    }

    KeyRule {
        var byLowerCaseColumn = new HashMap<String, String>();
        jsonKeys.forEach((column, key) -> byLowerCaseColumn.put(column.toLowerCase(Locale.ROOT), key));
        jsonKeys = Map.copyOf(byLowerCaseColumn);
    }

    /** The key that a column is looked up by, spelled as {@link #spelled} spells those of records. */
    String keyOf(String column) {
        return spelled(jsonKeys.getOrDefault(column, column));
    }

    String spelled(String jsonKey) {
        var key = dots == Dots.UNDERSCORES ? jsonKey.replace('.', '_') : jsonKey;
        return letters == Case.IGNORED ? key.toLowerCase(Locale.ROOT) : key;
    }
}

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

    /** A key that may be a column's. */
    String spelled(String jsonKey) {
        return kept(dots == Dots.UNDERSCORES ? jsonKey.replace('.', '_') : jsonKey);
    }

    /** A key that stays a key, of a map or of an object in a string; dots trouble only names of columns. */
    String kept(String jsonKey) {
        return letters == Case.IGNORED ? jsonKey.toLowerCase(Locale.ROOT) : jsonKey;
    }
}

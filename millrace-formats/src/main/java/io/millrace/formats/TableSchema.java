package io.millrace.formats;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** The columns of a table in their order, partition keys left out. Names are in lower case, as catalogs keep them. */
public record TableSchema(List<Column> columns) {
    /** A column of a table or a member of a struct. */
    public record Column(String name, HiveType type) {
        public Column {
            name = name.toLowerCase(Locale.ROOT);
        }

        /**
         * Reads a column as a catalog spells it: {@code Column.of("tags", "array<string>")}.
         *
         * @throws UnsupportedTypeException if the type is not one that can be written
         */
        public static Column of(String name, String hiveType) {
            return new Column(name, new HiveTypeParser(name, hiveType).whole());
        }
    }

    public TableSchema {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new UnsupportedTypeException("The table has no columns.");
        }
        var names = new HashSet<String>();
        for (var column : columns) {
            if (!names.add(column.name())) {
                throw new UnsupportedTypeException("The table has two columns named " + column.name() + ".");
            }
        }
    }

    HiveType.Struct row() {
        return new HiveType.Struct(columns);
    }
}

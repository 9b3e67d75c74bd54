package io.millrace.firehose.iceberg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Makes a table's schema hold what a batch's records have: adds columns and widens numbers, and never takes away. */
final class SchemaGrowth {
    private final List<Change> changes = new ArrayList<>();
    private int columns;

    private sealed interface Change {
        record Add(Optional<String> parent, String name, Type type) implements Change {}

        record Widen(String column, Type.PrimitiveType to) implements Change {}
    }

    private SchemaGrowth(int columns) {
        this.columns = columns;
    }

    /**
     * Grows the table's schema where it must.
     *
     * @throws org.apache.iceberg.exceptions.CommitFailedException if somebody else was changing the table; its newest
     *     schema may need less
     */
    static void grow(Table table, Shape.Struct shape) {
        var growth = new SchemaGrowth(table.schema().columns().size());
        growth.struct(Optional.empty(), table.schema().asStruct(), shape);
        if (growth.changes.isEmpty()) {
            return;
        }
        var update = table.updateSchema();
        growth.changes.forEach(change -> apply(update, change));
        update.commit();
    }

    private static void apply(UpdateSchema update, Change change) {
        switch (change) {
            case Change.Add(var parent, var name, var type) -> {
                if (parent.isPresent()) {
                    update.addColumn(parent.get(), name, type);
                } else {
                    update.addColumn(null, name, type);
                }
            }
            case Change.Widen(var column, var to) -> update.updateColumn(column, to);
        }
    }

    private void struct(Optional<String> path, Types.StructType known, Shape.Struct shape) {
        shape.members().forEach((name, wanted) -> {
            var field = known.field(name);
            if (field != null) {
                value(path.map(parent -> parent + "." + name).orElse(name), field.type(), wanted);
            } else if (!name.isEmpty() && columns < Shape.MEMBERS_MAX_COUNT) {
                // Ids are given anew by the update.
                wanted.type(new AtomicInteger()).ifPresent(type -> {
                    columns++;
                    changes.add(new Change.Add(path, name, type));
                });
            }
        });
    }

    private void value(String path, Type known, Shape shape) {
        switch (known) {
            case Types.IntegerType _
            when shape instanceof Shape.Whole(var fitsInt) && !fitsInt ->
                changes.add(new Change.Widen(path, Types.LongType.get()));
            case Types.FloatType _
            when shape instanceof Shape.Real(var fitsFloat) && !fitsFloat ->
                changes.add(new Change.Widen(path, Types.DoubleType.get()));
            case Types.StructType struct
            when shape instanceof Shape.Struct members -> struct(Optional.of(path), struct, members);
            case Types.ListType list
            when shape instanceof Shape.ListOf(var element) -> value(path + ".element", list.elementType(), element);
            case Types.MapType map
            when shape instanceof Shape.Struct(var members) -> {
                Shape all = new Shape.Unknown();
                for (var each : members.values()) {
                    all = all.and(each);
                }
                value(path + ".value", map.valueType(), all);
            }
            default -> {
                // Either it fits, or no change that Iceberg allows would make it.
            }
        }
    }
}

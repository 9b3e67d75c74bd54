package io.millrace.firehose.iceberg;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.iceberg.TableRoute.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DestinationTableConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.PartitionField;

/**
 * What one table has to do with one attempt at a batch: it is found or made, its schema grows, its rows are written, and all
 * of it becomes one snapshot, marked with the batch's id. A table that has such a snapshot has the batch. Used by one thread.
 */
final class TablePart {
    private static final String BATCH = "millrace.batch-id";
    private static final String DELIVERY_STREAM = "millrace.delivery-stream";
    private static final int GROWTH_TRIES = 5;

    private final TableRoute first;
    private final Batch batch;
    private final IcebergDestinationConfiguration configuration;
    private final Warehouse warehouse;
    private final Optional<DestinationTableConfiguration> configured;

    // What the first pass over the batch finds out.
    private boolean changes;
    private Shape.@Nullable Struct firstShape;
    private Shape.@Nullable Struct shape;

    private State state = new State.Waiting();
    /** From here on the files may be the table's, unless Iceberg says for certain that they are not. */
    private boolean committing;

    /** How far it has come. */
    sealed interface State {
        record Waiting() implements State {}

        /** @param last which records write each key last, if any of them changes a key */
        record Writing(Table table, RowMaker rows, Key key, TableWriter writer, Optional<LastWrites> last)
                implements State {}

        /** The table has the batch; its rows were made with this. */
        record Committed(RowMaker rows, Key key) implements State {}

        record Failed(Failure failure) implements State {}
    }

    /** The columns that tell rows apart, or why there are none. */
    sealed interface Key {
        record Columns(List<Types.NestedField> fields) implements Key {}

        record Missing(String code, String message) implements Key {}

        default List<Types.NestedField> required() throws MalformedRowException {
            return switch (this) {
                case Columns(var fields) -> fields;
                case Missing(var code, var message) -> throw new MalformedRowException(code, message);
            };
        }
    }

    TablePart(TableRoute first, Batch batch, IcebergDestinationConfiguration configuration, Warehouse warehouse) {
        this.first = first;
        this.batch = batch;
        this.configuration = configuration;
        this.warehouse = warehouse;
        configured = TableRoute.configured(first.table(), configuration);
    }

    State state() {
        return state;
    }

    private boolean creates() {
        var creation = configuration.tableCreationConfiguration();
        return creation != null && Boolean.TRUE.equals(creation.enabled());
    }

    private boolean evolves() {
        var evolution = configuration.schemaEvolutionConfiguration();
        return evolution != null && Boolean.TRUE.equals(evolution.enabled());
    }

    /** The first pass, which comes by each record. */
    void survey(Operation operation, byte[] data) {
        changes |= operation != Operation.INSERT;
        boolean wanted = evolves() || (creates() && firstShape == null);
        if (operation == Operation.DELETE || !wanted) {
            return;
        }
        try {
            var found = Shape.struct(Json.object(data));
            firstShape = firstShape == null ? found : firstShape;
            shape = shape == null ? found : (Shape.Struct) shape.and(found);
        } catch (MalformedRowException _) {
            // The pass that writes says so.
        }
    }

    boolean isChanging() {
        return state instanceof State.Writing writing && writing.last.isPresent();
    }

    /** Makes ready to write, unless the table has the batch already. */
    void prepare(OpenFiles open, Supplier<String> names) throws InterruptedException {
        run(() -> {
            var table = find();
            var known = snapshot(table.snapshots(), batch.id());
            if (known.isPresent()) {
                // A record that was refused then is refused now, whatever became of the schema since.
                var id = known.get().schemaId();
                var schema = id == null
                        ? table.schema()
                        : Objects.requireNonNull(table.schemas().get(id));
                state = new State.Committed(rows(schema), key(schema));
                return;
            }
            if (evolves() && shape != null) {
                grow(table, shape);
            }
            var key = key(table.schema());
            var last = changes && key instanceof Key.Columns(var fields)
                    ? Optional.of(new LastWrites(fields))
                    : Optional.<LastWrites>empty();
            var fields = key instanceof Key.Columns(var columns) ? columns : List.<Types.NestedField>of();
            var deleteSpec = last.isPresent() ? deleteSpec(table, fields) : table.spec();
            state = new State.Writing(
                    table, rows(table.schema()), key, new TableWriter(table, fields, deleteSpec, open, names), last);
        });
    }

    private RowMaker rows(Schema schema) {
        return new RowMaker(schema, evolves() ? RowMaker.Unknown.REFUSED : RowMaker.Unknown.DROPPED);
    }

    private static Optional<Snapshot> snapshot(Iterable<Snapshot> snapshots, UUID batch) {
        var wanted = batch.toString();
        return StreamSupport.stream(snapshots.spliterator(), false)
                .filter(snapshot -> wanted.equals(snapshot.summary().get(BATCH)))
                .findFirst();
    }

    private Table find() {
        try {
            return warehouse.catalog().load(first.table());
        } catch (NoSuchTableException e) {
            if (!creates() || firstShape == null) {
                throw e;
            }
            create(Shape.columns(firstShape, new AtomicInteger()));
            return warehouse.catalog().load(first.table());
        }
    }

    private void create(Types.StructType columns) {
        var schema = new Schema(columns.fields());
        var spec = PartitionSpec.builderFor(schema);
        configured
                .map(DestinationTableConfiguration::partitionSpec)
                .ifPresent(wanted -> wanted.identity().stream()
                        .map(PartitionField::sourceName)
                        .forEach(spec::identity));
        try {
            warehouse.catalog().create(first.table(), schema, spec.build(), Warehouse.PROPERTIES);
        } catch (AlreadyExistsException _) {
            // Another shard's first record was faster.
        }
    }

    private void grow(Table table, Shape.Struct wanted) throws InterruptedException {
        var lock = warehouse.lock(first.table());
        lock.lockInterruptibly();
        try {
            for (int tries = 1; ; tries++) {
                try {
                    table.refresh();
                    SchemaGrowth.grow(table, wanted);
                    return;
                } catch (CommitFailedException e) {
                    if (tries == GROWTH_TRIES) {
                        throw e;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Key key(Schema schema) {
        var unique = configured.map(DestinationTableConfiguration::uniqueKeys).orElse(List.of());
        var names = unique.isEmpty() ? schema.identifierFieldNames() : unique;
        if (names.isEmpty()) {
            return new Key.Missing(
                    "MalformedData",
                    "An update or delete needs UniqueKeys, or a table with identifier fields; " + first.table()
                            + " has neither.");
        }
        var fields = new ArrayList<Types.NestedField>();
        for (var name : names) {
            var field = schema.asStruct().field(name);
            if (field == null
                    || !field.type().isPrimitiveType()
                    || field.type().typeId() == TypeID.FLOAT
                    || field.type().typeId() == TypeID.DOUBLE) {
                return new Key.Missing(
                        "Iceberg.InvalidColumnName",
                        "The key " + name + " is not a column of " + first.table() + " that can be one.");
            }
            fields.add(field);
        }
        return new Key.Columns(fields);
    }

    /** A key that does not say its row's partition is looked for in all of them: such deletes have no partition. */
    private PartitionSpec deleteSpec(Table table, List<Types.NestedField> key) throws InterruptedException {
        var ids = key.stream().map(Types.NestedField::fieldId).toList();
        if (table.spec().fields().stream().allMatch(field -> ids.contains(field.sourceId()))
                && table.specs().size() == 1) {
            return table.spec();
        }
        var lock = warehouse.lock(first.table());
        lock.lockInterruptibly();
        try {
            table.refresh();
            if (unpartitioned(table).isEmpty()) {
                var operations = ((HasTableOperations) table).operations();
                var base = operations.current();
                operations.commit(
                        base,
                        TableMetadata.buildFrom(base)
                                .addPartitionSpec(
                                        PartitionSpec.builderFor(base.schema()).build())
                                .build());
                table.refresh();
            }
        } finally {
            lock.unlock();
        }
        return unpartitioned(table).orElseThrow();
    }

    private static Optional<PartitionSpec> unpartitioned(Table table) {
        return table.specs().values().stream()
                .filter(PartitionSpec::isUnpartitioned)
                .findFirst();
    }

    /** The pass that finds each key's last record. */
    void note(int number, Operation operation, byte[] data) {
        if (state instanceof State.Writing writing && writing.last.isPresent()) {
            try {
                var last = writing.last.get();
                last.add(row(writing.rows, writing.key, operation, Json.object(data)), operation, number);
            } catch (MalformedRowException _) {
                // It writes nothing, so it is nobody's last.
            }
        }
    }

    /** The pass that writes. */
    void write(int number, Operation operation, byte[] data) throws MalformedRowException, InterruptedException {
        switch (state) {
            case State.Writing writing -> {
                var row = row(writing.rows, writing.key, operation, Json.object(data));
                run(() -> write(writing, number, operation, row));
            }
            case State.Committed committed -> row(committed.rows, committed.key, operation, Json.object(data));
            case State.Failed _, State.Waiting _ -> {
                // All of it fails together.
            }
        }
    }

    private static void write(State.Writing writing, int number, Operation operation, Record row) throws IOException {
        if (writing.last.isEmpty() || !writing.last.get().isChanged(row)) {
            writing.writer.add(row);
            return;
        }
        if (writing.last.get().isLast(row, number)) {
            writing.writer.delete(row);
            if (operation != Operation.DELETE) {
                writing.writer.add(row);
            }
        }
    }

    private static Record row(RowMaker rows, Key key, Operation operation, ObjectNode object)
            throws MalformedRowException {
        if (operation == Operation.INSERT) {
            return rows.row(object);
        }
        var columns = key.required();
        var row = operation == Operation.DELETE ? rows.keyOnly(object, columns) : rows.row(object);
        for (var column : columns) {
            if (row.getField(column.name()) == null) {
                throw new MalformedRowException(
                        "The record has no value for " + column.name() + ", which is part of the table's key.");
            }
        }
        return row;
    }

    void commit() throws InterruptedException {
        if (!(state instanceof State.Writing writing)) {
            return;
        }
        run(() -> {
            writing.writer.finish();
            var lock = warehouse.lock(first.table());
            lock.lockInterruptibly();
            try {
                committing = true;
                commit(writing.table, writing.writer);
            } finally {
                lock.unlock();
            }
            state = new State.Committed(writing.rows, writing.key);
        });
    }

    private void commit(Table table, TableWriter files) {
        if (files.rows().isEmpty() && files.deletedKeys().isEmpty()) {
            return;
        }
        table.refresh();
        if (files.deletedKeys().isEmpty()) {
            var append = table.newAppend();
            files.rows().forEach(append::appendFile);
            marked(append).commit();
        } else {
            var delta = table.newRowDelta();
            files.rows().forEach(delta::addRows);
            files.deletedKeys().forEach(delta::addDeletes);
            marked(delta).commit();
        }
    }

    /** A commit whose answer was lost may still arrive, and then ours must not follow it. */
    private <T extends SnapshotUpdate<T>> T marked(T update) {
        return update.set(BATCH, batch.id().toString())
                .set(DELIVERY_STREAM, batch.stream().arn())
                .validateWith(before -> snapshot(before, batch.id()).isEmpty());
    }

    /** Leaves nothing behind that is not committed. */
    void abandon() {
        if (!committing && state instanceof State.Writing writing) {
            writing.writer.discard();
        }
    }

    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    /** Trouble with the catalog or with files is this table's alone. */
    private void run(Step step) throws InterruptedException {
        try {
            step.take();
        } catch (IOException | RuntimeException e) { // Iceberg's and its HTTP client's are of many kinds
            // A commit whose outcome is not known is looked for by the next attempt; it needs its files.
            committing &= !(e instanceof CleanableFailure);
            abandon();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            state = new State.Failed(failure(e));
        }
    }

    /** The only table may yet be made; for one of many, the others' records don't wait. */
    private Failure failure(Exception trouble) {
        var failure = Trouble.of(trouble);
        boolean isOnly = configuration.destinationTableConfigurationList().size() == 1 && configured.isPresent();
        return trouble instanceof NoSuchTableException && !isOnly
                ? new Failure(failure.code(), failure.message(), Failure.Remedy.GIVE_UP)
                : failure;
    }
}

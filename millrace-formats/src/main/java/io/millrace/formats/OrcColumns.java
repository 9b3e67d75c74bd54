package io.millrace.formats;

import java.math.BigInteger;
import java.util.Arrays;
import org.apache.orc.TypeDescription;
import org.apache.orc.storage.common.type.HiveDecimal;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ColumnVector;
import org.apache.orc.storage.ql.exec.vector.DateColumnVector;
import org.apache.orc.storage.ql.exec.vector.DecimalColumnVector;
import org.apache.orc.storage.ql.exec.vector.DoubleColumnVector;
import org.apache.orc.storage.ql.exec.vector.ListColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.MapColumnVector;
import org.apache.orc.storage.ql.exec.vector.MultiValuedColumnVector;
import org.apache.orc.storage.ql.exec.vector.StructColumnVector;
import org.apache.orc.storage.ql.exec.vector.TimestampColumnVector;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;

/** Puts rows into the vectors of a batch. */
final class OrcColumns {
    private static final long MILLIS_PER_SECOND = 1000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private static final int FIRST_BYTES = 1 << 12;

    private final HiveType.Struct row;
    private final VectorizedRowBatch batch;
    /** The strings of all columns: ORC's own vectors would have a buffer each. */
    private byte[] bytes = new byte[FIRST_BYTES];

    private int byteCount;

    OrcColumns(TableSchema schema, VectorizedRowBatch batch) {
        row = schema.row();
        this.batch = batch;
        for (var vector : batch.cols) {
            setCalendar(vector);
        }
    }

    /** About what one row takes in the vectors, whatever it holds. */
    static int rowBytes(HiveType type) {
        return switch (type) {
            case HiveType.Whole _, HiveType.Bool _, HiveType.Date _, HiveType.Single _, HiveType.Real _ -> 9;
            case HiveType.Text _, HiveType.Varchar _, HiveType.FixedChar _, HiveType.Bytes _ -> 17;
            case HiveType.Timestamp _ -> 13;
            case HiveType.Decimal _ -> 100;
            case HiveType.ListOf list -> 17 + rowBytes(list.element());
            case HiveType.MapOf map -> 17 + rowBytes(map.key()) + rowBytes(map.value());
            case HiveType.Struct struct ->
                1
                        + struct.members().stream()
                                .mapToInt(member -> rowBytes(member.type()))
                                .sum();
        };
    }

    /** Columns that have values of their own. */
    static int leaves(HiveType type) {
        return switch (type) {
            case HiveType.ListOf list -> 1 + leaves(list.element());
            case HiveType.MapOf map -> 1 + leaves(map.key()) + leaves(map.value());
            case HiveType.Struct struct ->
                struct.members().stream()
                        .mapToInt(member -> leaves(member.type()))
                        .sum();
            default -> 1;
        };
    }

    static TypeDescription typeOf(HiveType type) {
        return switch (type) {
            case HiveType.Whole whole ->
                switch (whole.bits()) {
                    case Byte.SIZE -> TypeDescription.createByte();
                    case Short.SIZE -> TypeDescription.createShort();
                    case Integer.SIZE -> TypeDescription.createInt();
                    default -> TypeDescription.createLong();
                };
            case HiveType.Single _ -> TypeDescription.createFloat();
            case HiveType.Real _ -> TypeDescription.createDouble();
            case HiveType.Decimal decimal ->
                TypeDescription.createDecimal()
                        .withScale(decimal.scale())
                        .withPrecision(decimal.precision());
            case HiveType.Text _ -> TypeDescription.createString();
            case HiveType.Varchar varchar -> TypeDescription.createVarchar().withMaxLength(varchar.maxChars());
            case HiveType.FixedChar fixed -> TypeDescription.createChar().withMaxLength(fixed.chars());
            case HiveType.Bool _ -> TypeDescription.createBoolean();
            case HiveType.Bytes _ -> TypeDescription.createBinary();
            case HiveType.Date _ -> TypeDescription.createDate();
            case HiveType.Timestamp _ -> TypeDescription.createTimestamp();
            case HiveType.ListOf list -> TypeDescription.createList(typeOf(list.element()));
            case HiveType.MapOf map -> TypeDescription.createMap(typeOf(map.key()), typeOf(map.value()));
            case HiveType.Struct struct -> {
                var orc = TypeDescription.createStruct();
                for (var member : struct.members()) {
                    orc.addField(member.name(), typeOf(member.type()));
                }
                yield orc;
            }
        };
    }

    void write(Rows rows, int row, int at) {
        int start = rows.start(row);
        for (int index = 0; index < batch.numCols; index++) {
            set(this.row.members().get(index).type(), batch.cols[index], at, rows, start + index);
        }
    }

    /** Makes the batch empty. */
    void reset() {
        batch.size = 0;
        byteCount = 0;
        for (var vector : batch.cols) {
            reset(vector);
        }
    }

    private static void reset(ColumnVector vector) {
        vector.noNulls = true;
        Arrays.fill(vector.isNull, false);
        switch (vector) {
            case ListColumnVector list -> {
                list.childCount = 0;
                reset(list.child);
            }
            case MapColumnVector map -> {
                map.childCount = 0;
                reset(map.keys);
                reset(map.values);
            }
            case StructColumnVector struct -> {
                for (var field : struct.fields) {
                    reset(field);
                }
            }
            default -> {}
        }
    }

    /** Our days and instants are of the proleptic Gregorian calendar and of UTC, as the file is. */
    private static void setCalendar(ColumnVector vector) {
        switch (vector) {
            case DateColumnVector days -> days.setUsingProlepticCalendar(true);
            case TimestampColumnVector instants -> {
                instants.setUsingProlepticCalendar(true);
                instants.setIsUTC(true);
            }
            case ListColumnVector list -> setCalendar(list.child);
            case MapColumnVector map -> {
                setCalendar(map.keys);
                setCalendar(map.values);
            }
            case StructColumnVector struct -> {
                for (var field : struct.fields) {
                    setCalendar(field);
                }
            }
            default -> {}
        }
    }

    private void set(HiveType type, ColumnVector vector, int at, Rows rows, int cell) {
        if (rows.isNull(cell)) {
            setNull(vector, at);
            return;
        }
        vector.isNull[at] = false;
        switch (type) {
            case HiveType.Whole _, HiveType.Bool _, HiveType.Date _ ->
                ((LongColumnVector) vector).vector[at] = rows.value(cell);
            case HiveType.Single _ ->
                ((DoubleColumnVector) vector).vector[at] = Float.intBitsToFloat((int) rows.value(cell));
            case HiveType.Real _ ->
                ((DoubleColumnVector) vector).vector[at] = Double.longBitsToDouble(rows.value(cell));
            case HiveType.Text _, HiveType.Varchar _, HiveType.FixedChar _, HiveType.Bytes _ ->
                setBytes((BytesColumnVector) vector, at, rows, cell);
            case HiveType.Timestamp _ -> {
                var instants = (TimestampColumnVector) vector;
                instants.time[at] = rows.value(cell) * MILLIS_PER_SECOND + rows.extra(cell) / NANOS_PER_MILLI;
                instants.nanos[at] = rows.extra(cell);
            }
            case HiveType.Decimal decimal -> ((DecimalColumnVector) vector).set(at, decimal(decimal, rows, cell));
            case HiveType.ListOf list -> setList(list, (ListColumnVector) vector, at, rows, cell);
            case HiveType.MapOf map -> setMap(map, (MapColumnVector) vector, at, rows, cell);
            case HiveType.Struct struct -> {
                var fields = ((StructColumnVector) vector).fields;
                for (int index = 0; index < fields.length; index++) {
                    set(struct.members().get(index).type(), fields[index], at, rows, rows.place(cell) + index);
                }
            }
        }
    }

    private void setBytes(BytesColumnVector vector, int at, Rows rows, int cell) {
        int length = rows.extra(cell);
        if (byteCount + length > bytes.length) {
            // What is set already stays where it is.
            bytes = new byte[Math.max(length, bytes.length * 2)];
            byteCount = 0;
        }
        System.arraycopy(rows.bytes(), rows.place(cell), bytes, byteCount, length);
        vector.setRef(at, bytes, byteCount, length);
        byteCount += length;
    }

    private static HiveDecimal decimal(HiveType.Decimal type, Rows rows, int cell) {
        var unscaled = type.fitsLong()
                ? BigInteger.valueOf(rows.value(cell))
                : new BigInteger(rows.bytes(), rows.place(cell), rows.extra(cell));
        return HiveDecimal.create(unscaled, type.scale());
    }

    private void setList(HiveType.ListOf type, ListColumnVector list, int at, Rows rows, int cell) {
        int count = rows.extra(cell);
        int from = grow(list, at, count);
        list.child.ensureSize(list.childCount, true);
        for (int index = 0; index < count; index++) {
            set(type.element(), list.child, from + index, rows, rows.place(cell) + index);
        }
    }

    private void setMap(HiveType.MapOf type, MapColumnVector map, int at, Rows rows, int cell) {
        int count = rows.extra(cell);
        int from = grow(map, at, count);
        map.keys.ensureSize(map.childCount, true);
        map.values.ensureSize(map.childCount, true);
        for (int index = 0; index < count; index++) {
            int key = rows.place(cell) + 2 * index;
            set(type.key(), map.keys, from + index, rows, key);
            set(type.value(), map.values, from + index, rows, key + 1);
        }
    }

    private static int grow(MultiValuedColumnVector vector, int at, int count) {
        int from = vector.childCount;
        vector.offsets[at] = from;
        vector.lengths[at] = count;
        vector.childCount += count;
        return from;
    }

    /** A struct that isn't there has no members either: ORC would take what a vector holds from before for theirs. */
    private static void setNull(ColumnVector vector, int at) {
        vector.noNulls = false;
        vector.isNull[at] = true;
        switch (vector) {
            case StructColumnVector struct -> {
                for (var field : struct.fields) {
                    setNull(field, at);
                }
            }
            case MultiValuedColumnVector several -> grow(several, at, 0);
            default -> {}
        }
    }
}

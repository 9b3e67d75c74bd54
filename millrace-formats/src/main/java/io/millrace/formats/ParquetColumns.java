package io.millrace.formats;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Takes rows apart into the columns of one row group: each value with its repetition level (which list goes on) and its
 * definition level (how far down its path something is there).
 */
final class ParquetColumns {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int JULIAN_DAY_OF_EPOCH = 2_440_588;

    /** A column, or the columns of a nested type. */
    private sealed interface Node {
        void write(Rows rows, int cell, int repetition, int definition);

        void writeNull(int repetition, int definition);
    }

    private final List<Node> columns = new ArrayList<>();
    private final ColumnWriteStore store;
    private final List<ColumnDescriptor> leaves;
    private int nextLeaf;

    ParquetColumns(TableSchema schema, MessageType parquet, ColumnWriteStore store) {
        this.store = store;
        leaves = parquet.getColumns();
        for (var column : schema.columns()) {
            columns.add(node(column.type(), 0));
        }
        assert nextLeaf == leaves.size();
    }

    void write(Rows rows, int row) {
        int start = rows.start(row);
        for (int index = 0; index < columns.size(); index++) {
            columns.get(index).write(rows, start + index, 0, 0);
        }
        store.endRecord();
    }

    private Node node(HiveType type, int repetition) {
        return switch (type) {
            case HiveType.ListOf list -> new ListNode(node(list.element(), repetition + 1), repetition + 1);
            case HiveType.MapOf map ->
                new MapNode(node(map.key(), repetition + 1), node(map.value(), repetition + 1), repetition + 1);
            case HiveType.Struct struct ->
                new StructNode(struct.members().stream()
                        .map(member -> node(member.type(), repetition))
                        .toList());
            default -> leaf(type, leaves.get(nextLeaf++));
        };
    }

    private Node leaf(HiveType type, ColumnDescriptor descriptor) {
        var writer = store.getColumnWriter(descriptor);
        int definition = descriptor.getMaxDefinitionLevel();
        return switch (type) {
            case HiveType.Whole whole when whole.bits() == Long.SIZE -> new LongLeaf(writer, definition);
            case HiveType.Whole _, HiveType.Date _ -> new IntLeaf(writer, definition);
            case HiveType.Single _ -> new SingleLeaf(writer, definition);
            case HiveType.Real _ -> new RealLeaf(writer, definition);
            case HiveType.Bool _ -> new BoolLeaf(writer, definition);
            case HiveType.Text _, HiveType.Varchar _, HiveType.FixedChar _, HiveType.Bytes _ ->
                new BytesLeaf(writer, definition);
            case HiveType.Timestamp _ -> new TimestampLeaf(writer, definition);
            case HiveType.Decimal decimal ->
                new DecimalLeaf(writer, definition, decimal);
            case HiveType.ListOf _, HiveType.MapOf _, HiveType.Struct _ -> throw new AssertionError(type);
        };
    }

    private record StructNode(List<Node> members) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writeNull(repetition, definition);
                return;
            }
            int first = rows.place(cell);
            for (int index = 0; index < members.size(); index++) {
                members.get(index).write(rows, first + index, repetition, definition + 1);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            for (var member : members) {
                member.writeNull(repetition, definition);
            }
        }
    }

    /** {@code again} is the repetition level of every element but the first. */
    private record ListNode(Node element, int again) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            int count = rows.extra(cell);
            if (count <= 0) {
                element.writeNull(repetition, count < 0 ? definition : definition + 1);
                return;
            }
            int first = rows.place(cell);
            element.write(rows, first, repetition, definition + 2);
            for (int index = 1; index < count; index++) {
                element.write(rows, first + index, again, definition + 2);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            element.writeNull(repetition, definition);
        }
    }

    private record MapNode(Node key, Node value, int again) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            int count = rows.extra(cell);
            if (count <= 0) {
                writeNull(repetition, count < 0 ? definition : definition + 1);
                return;
            }
            int first = rows.place(cell);
            for (int index = 0; index < count; index++) {
                int level = index == 0 ? repetition : again;
                key.write(rows, first + 2 * index, level, definition + 2);
                value.write(rows, first + 2 * index + 1, level, definition + 2);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            key.writeNull(repetition, definition);
            value.writeNull(repetition, definition);
        }
    }

    private record IntLeaf(ColumnWriter writer, int defined) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
            } else {
                writer.write((int) rows.value(cell), repetition, defined);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    private record LongLeaf(ColumnWriter writer, int defined) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
            } else {
                writer.write(rows.value(cell), repetition, defined);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    private record SingleLeaf(ColumnWriter writer, int defined) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
            } else {
                writer.write(Float.intBitsToFloat((int) rows.value(cell)), repetition, defined);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    private record RealLeaf(ColumnWriter writer, int defined) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
            } else {
                writer.write(Double.longBitsToDouble(rows.value(cell)), repetition, defined);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    private record BoolLeaf(ColumnWriter writer, int defined) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
            } else {
                writer.write(rows.value(cell) != 0, repetition, defined);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    /** Parquet copies what it keeps of a value whose bytes it's told will be used again. */
    private record BytesLeaf(ColumnWriter writer, int defined) implements Node {
        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
            } else {
                writer.write(
                        Binary.fromReusedByteArray(rows.bytes(), rows.place(cell), rows.extra(cell)),
                        repetition,
                        defined);
            }
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    /** INT96: nanoseconds of the day, then the Julian day, both little-endian. */
    private static final class TimestampLeaf implements Node {
        private final ColumnWriter writer;
        private final int defined;
        private final byte[] int96 = new byte[ParquetSchema.INT96_BYTES];

        TimestampLeaf(ColumnWriter writer, int defined) {
            this.writer = writer;
            this.defined = defined;
        }

        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
                return;
            }
            long seconds = rows.value(cell);
            long nanosOfDay = Math.floorMod(seconds, (long) SECONDS_PER_DAY) * NANOS_PER_SECOND + rows.extra(cell);
            long day = Math.floorDiv(seconds, (long) SECONDS_PER_DAY) + JULIAN_DAY_OF_EPOCH;
            for (int i = 0; i < Long.BYTES; i++) {
                int96[i] = (byte) (nanosOfDay >>> (Byte.SIZE * i));
            }
            for (int i = Long.BYTES; i < int96.length; i++) {
                int96[i] = (byte) (day >>> (Byte.SIZE * (i - Long.BYTES)));
            }
            writer.write(Binary.fromReusedByteArray(int96), repetition, defined);
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }

    /** As many bytes as the column's largest value needs, big-endian, the sign filling up in front. */
    private static final class DecimalLeaf implements Node {
        private final ColumnWriter writer;
        private final int defined;
        private final boolean isLong;
        private final byte[] fixed;

        DecimalLeaf(ColumnWriter writer, int defined, HiveType.Decimal type) {
            this.writer = writer;
            this.defined = defined;
            isLong = type.fitsLong();
            fixed = new byte[ParquetSchema.decimalBytes(type)];
        }

        @Override
        public void write(Rows rows, int cell, int repetition, int definition) {
            if (rows.isNull(cell)) {
                writer.writeNull(repetition, definition);
                return;
            }
            if (isLong) {
                long value = rows.value(cell);
                for (int i = fixed.length - 1; i >= 0; i--) {
                    fixed[i] = (byte) value;
                    value >>= Byte.SIZE;
                }
            } else {
                int length = rows.extra(cell);
                int lead = fixed.length - length;
                byte sign = (byte) (rows.bytes()[rows.place(cell)] >> (Byte.SIZE - 1));
                for (int i = 0; i < lead; i++) {
                    fixed[i] = sign;
                }
                System.arraycopy(rows.bytes(), rows.place(cell), fixed, lead, length);
            }
            writer.write(Binary.fromReusedByteArray(fixed), repetition, defined);
        }

        @Override
        public void writeNull(int repetition, int definition) {
            writer.writeNull(repetition, definition);
        }
    }
}

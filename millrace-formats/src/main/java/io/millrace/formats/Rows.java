package io.millrace.formats;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntBinaryOperator;

/**
 * The rows of a record or a few, as flat arrays that are filled, written and cleared again without an object per value.
 *
 * <p>Each value has a cell of a long and an int. The int is {@link #NULL}, or what its type needs beside the long:
 *
 * <pre>
 *   whole number, date, boolean   value                       0
 *   float, double                 raw bits                    0
 *   decimal of up to 18 digits    unscaled value              0
 *   larger decimal                place in bytes              how many of them, big-endian two's complement
 *   string, binary                place in bytes              how many of them
 *   timestamp                     seconds since the epoch     nanoseconds
 *   array                         cell of the first element   how many of them, side by side
 *   map                           cell of the first key       how many entries, keys and values taking turns
 *   struct                        cell of the first member    0
 * </pre>
 *
 * <p>Belongs to one thread at a time.
 */
public final class Rows {
    static final int NULL = -1;
    /** What one record may blow itself up to: 24 MiB. A million short objects for a wide table would be more. */
    private static final int RECORD_MAX_CELLS = 1 << 21;

    private static final int KEPT_CELLS = 1 << 14;
    private static final int KEPT_BYTES = 1 << 18;
    private static final int FIRST_ROWS = 16;
    private static final int FEW_ENTRIES = 16;

    private final int columns;
    private long[] values = new long[KEPT_CELLS >> 4];
    private int[] extras = new int[KEPT_CELLS >> 4];
    private byte[] bytes = new byte[KEPT_BYTES >> 4];
    private int[] starts = new int[FIRST_ROWS];
    private int cellCount;
    private int byteCount;
    private int rowCount;
    private int recordCell;
    private int recordByte;
    private int recordRow;

    public Rows(TableSchema schema) {
        columns = schema.columns().size();
    }

    public int count() {
        return rowCount;
    }

    /** About the memory that these rows take. */
    public long sizeBytes() {
        return (long) cellCount * (Long.BYTES + Integer.BYTES) + byteCount;
    }

    /** Forgets all rows, and the memory of an uncommonly large record with them. */
    public void clear() {
        cellCount = 0;
        byteCount = 0;
        rowCount = 0;
        if (values.length > KEPT_CELLS) {
            values = new long[KEPT_CELLS];
            extras = new int[KEPT_CELLS];
        }
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[KEPT_BYTES];
        }
        if (starts.length > KEPT_CELLS) {
            starts = new int[KEPT_CELLS];
        }
    }

    /** What comes now is one record, whole or not at all. */
    void beginRecord() {
        recordCell = cellCount;
        recordByte = byteCount;
        recordRow = rowCount;
    }

    void dropRecord() {
        cellCount = recordCell;
        byteCount = recordByte;
        rowCount = recordRow;
    }

    /** Adds a row of nulls and returns the cell of its first column. */
    int addRow() {
        if (rowCount == starts.length) {
            starts = Arrays.copyOf(starts, rowCount * 2);
        }
        int start = reserve(columns);
        starts[rowCount++] = start;
        return start;
    }

    int start(int row) {
        return starts[row];
    }

    /** Cells of null, side by side. */
    int reserve(int count) {
        int first = cellCount;
        if (first - recordCell > RECORD_MAX_CELLS - count) {
            throw Mismatch.withSchema("The record has more than " + RECORD_MAX_CELLS + " values.");
        }
        cellCount += count;
        if (cellCount > values.length) {
            int room = Math.max(cellCount, values.length * 2);
            values = Arrays.copyOf(values, room);
            extras = Arrays.copyOf(extras, room);
        }
        Arrays.fill(extras, first, cellCount, NULL);
        return first;
    }

    /** Moves cells to a place with room for more; what they point to stays where it is. */
    int move(int first, int count, int room) {
        int to = reserve(room);
        System.arraycopy(values, first, values, to, count);
        System.arraycopy(extras, first, extras, to, count);
        return to;
    }

    boolean isNull(int cell) {
        return extras[cell] == NULL;
    }

    long value(int cell) {
        return values[cell];
    }

    int place(int cell) {
        return (int) values[cell];
    }

    int extra(int cell) {
        return extras[cell];
    }

    byte[] bytes() {
        return bytes;
    }

    void setNull(int cell) {
        extras[cell] = NULL;
    }

    void set(int cell, long value) {
        set(cell, value, 0);
    }

    void set(int cell, long value, int extra) {
        values[cell] = value;
        extras[cell] = extra;
    }

    void setBytes(int cell, byte[] from) {
        room(from.length);
        System.arraycopy(from, 0, bytes, byteCount, from.length);
        set(cell, byteCount, from.length);
        byteCount += from.length;
    }

    void setText(int cell, String text) {
        var chars = text.toCharArray();
        setText(cell, chars, 0, chars.length);
    }

    /** Stores characters as UTF-8. Half a surrogate pair stands for nothing and becomes U+FFFD. */
    void setText(int cell, char[] chars, int offset, int length) {
        room(3 * length);
        var into = bytes;
        int at = byteCount;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            char c = chars[i];
            if (c < 0x80) {
                into[at++] = (byte) c;
            } else if (c < 0x800) {
                into[at++] = (byte) (0xC0 | (c >> 6));
                into[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(chars[i + 1])) {
                int point = Character.toCodePoint(c, chars[++i]);
                into[at++] = (byte) (0xF0 | (point >> 18));
                into[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                into[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                into[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                char whole = Character.isSurrogate(c) ? '\uFFFD' : c;
                into[at++] = (byte) (0xE0 | (whole >> 12));
                into[at++] = (byte) (0x80 | ((whole >> 6) & 0x3F));
                into[at++] = (byte) (0x80 | (whole & 0x3F));
            }
        }
        set(cell, byteCount, at - byteCount);
        byteCount = at;
    }

    /** Gives each of a map's repeated keys its last value, at the first one's place; returns how many entries are left. */
    int mergeRepeatedKeys(int first, int entries, HiveType keyType) {
        var keys = keyOrder(keyType);
        return entries <= FEW_ENTRIES ? mergeFew(first, entries, keys) : mergeMany(first, entries, keys);
    }

    private int mergeFew(int first, int entries, IntBinaryOperator keys) {
        int kept = 0;
        for (int entry = 0; entry < entries; entry++) {
            int cell = first + 2 * entry;
            int at = 0;
            while (at < kept && keys.applyAsInt(first + 2 * at, cell) != 0) {
                at++;
            }
            if (at == kept) {
                kept++;
            }
            copyEntry(cell, first + 2 * at);
        }
        return kept;
    }

    /** By sorting and not by hashing: whoever writes the record chooses the keys, and could choose them to collide. */
    private int mergeMany(int first, int entries, IntBinaryOperator keys) {
        var order = new Integer[entries];
        Arrays.setAll(order, entry -> entry);
        Arrays.sort(order, (a, b) -> keys.applyAsInt(first + 2 * a, first + 2 * b));
        var dropped = new BitSet();
        for (int i = 1, winner = order[0]; i < entries; i++) {
            // The sort is stable, so that of equal keys the first comes first.
            if (keys.applyAsInt(first + 2 * winner, first + 2 * order[i]) == 0) {
                copyEntry(first + 2 * order[i], first + 2 * winner);
                dropped.set(order[i]);
            } else {
                winner = order[i];
            }
        }
        int kept = 0;
        for (int entry = dropped.nextClearBit(0); entry < entries; entry = dropped.nextClearBit(entry + 1)) {
            copyEntry(first + 2 * entry, first + 2 * kept++);
        }
        return kept;
    }

    private void copyEntry(int from, int to) {
        set(to, values[from], extras[from]);
        set(to + 1, values[from + 1], extras[from + 1]);
    }

    private IntBinaryOperator keyOrder(HiveType keyType) {
        return switch (keyType) {
            case HiveType.Text _, HiveType.Varchar _, HiveType.FixedChar _, HiveType.Bytes _ -> this::compareBytes;
            case HiveType.Decimal decimal when !decimal.fitsLong() -> this::compareBytes;
            default -> this::compareValues;
        };
    }

    private int compareBytes(int a, int b) {
        return Arrays.compare(bytes, place(a), place(a) + extras[a], bytes, place(b), place(b) + extras[b]);
    }

    private int compareValues(int a, int b) {
        int byValue = Long.compare(values[a], values[b]);
        return byValue != 0 ? byValue : Integer.compare(extras[a], extras[b]);
    }

    private void room(int more) {
        int needed = Math.addExact(byteCount, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
    }
}

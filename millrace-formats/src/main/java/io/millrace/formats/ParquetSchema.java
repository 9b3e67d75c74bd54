package io.millrace.formats;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT96;

import java.math.BigInteger;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** A table's columns as Parquet spells them; lists and maps in the three levels of its specification. */
final class ParquetSchema {
    static final int INT96_BYTES = 12;
    private static final String NAME = "hive_schema";

    private ParquetSchema() {}

    static MessageType of(TableSchema schema) {
        return new MessageType(
                NAME,
                schema.columns().stream()
                        .map(column -> type(column.type(), Repetition.OPTIONAL, column.name()))
                        .toList());
    }

    private static Type type(HiveType type, Repetition repetition, String name) {
        return switch (type) {
            case HiveType.Whole whole
            when whole.bits() == Long.SIZE -> Types.primitive(INT64, repetition).named(name);
            case HiveType.Whole whole
            when whole.bits() == Integer.SIZE ->
                Types.primitive(INT32, repetition).named(name);
            case HiveType.Whole whole ->
                Types.primitive(INT32, repetition)
                        .as(intType(whole.bits(), true))
                        .named(name);
            case HiveType.Single _ -> Types.primitive(FLOAT, repetition).named(name);
            case HiveType.Real _ -> Types.primitive(DOUBLE, repetition).named(name);
            case HiveType.Bool _ -> Types.primitive(BOOLEAN, repetition).named(name);
            case HiveType.Bytes _ -> Types.primitive(BINARY, repetition).named(name);
            case HiveType.Text _, HiveType.Varchar _, HiveType.FixedChar _ ->
                Types.primitive(BINARY, repetition).as(stringType()).named(name);
            case HiveType.Date _ ->
                Types.primitive(INT32, repetition).as(dateType()).named(name);
            // What Hive writes: without it Athena's older engines don't read a timestamp at all.
            case HiveType.Timestamp _ -> Types.primitive(INT96, repetition).named(name);
            case HiveType.Decimal decimal ->
                Types.primitive(FIXED_LEN_BYTE_ARRAY, repetition)
                        .length(decimalBytes(decimal))
                        .as(decimalType(decimal.scale(), decimal.precision()))
                        .named(name);
            case HiveType.ListOf list ->
                Types.list(repetition)
                        .element(type(list.element(), Repetition.OPTIONAL, "element"))
                        .named(name);
            case HiveType.MapOf map ->
                Types.map(repetition)
                        .key(type(map.key(), Repetition.REQUIRED, "key"))
                        .value(type(map.value(), Repetition.OPTIONAL, "value"))
                        .named(name);
            case HiveType.Struct struct -> {
                var group = Types.buildGroup(repetition);
                for (var member : struct.members()) {
                    group.addField(type(member.type(), Repetition.OPTIONAL, member.name()));
                }
                yield group.named(name);
            }
        };
    }

    /** The fewest bytes that hold every value of this many digits, and its sign. */
    static int decimalBytes(HiveType.Decimal decimal) {
        return BigInteger.TEN.pow(decimal.precision()).bitLength() / Byte.SIZE + 1;
    }
}

package io.millrace.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.firehose.model.HiveJsonSerDe;

/** JSON as Hive's deserializer takes it: a value has its column's shape, or its record is refused. */
final class HiveJson implements JsonFormat {
    private static final int FIRST_ELEMENTS = 8;
    private static final KeyRule RULE = new KeyRule(KeyRule.Case.IGNORED, KeyRule.Dots.KEPT, Map.of());

    private final JsonShape row;
    private final HiveTimestamps timestamps;

    private HiveJson(TableSchema schema, HiveTimestamps timestamps) {
        row = JsonShape.of(schema.row(), RULE);
        this.timestamps = timestamps;
    }

    static HiveJson of(HiveJsonSerDe options, TableSchema schema) {
        return new HiveJson(schema, new HiveTimestamps(options.timestampFormats()));
    }

    @Override
    public void readRow(JsonParser parser, JsonToken begun, Rows rows) throws IOException {
        if (begun != JsonToken.START_OBJECT) {
            throw shape("Start token not found where expected");
        }
        readMembers(parser, row, rows, rows.addRow());
    }

    private void read(JsonParser parser, JsonToken token, JsonShape shape, Rows rows, int cell) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            rows.setNull(cell);
            return;
        }
        switch (shape.type()) {
            case HiveType.ListOf _ -> readList(parser, token, shape, rows, cell);
            case HiveType.MapOf _ -> readMap(parser, token, shape, rows, cell);
            case HiveType.Struct struct -> {
                expectObject(token);
                int first = rows.reserve(struct.members().size());
                rows.set(cell, first);
                readMembers(parser, shape, rows, first);
            }
            case HiveType.Text _ -> {
                expectScalar(token);
                rows.setText(cell, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            }
            case HiveType.Whole type -> readWhole(parser, token, type, rows, cell);
            case HiveType.Real _ -> {
                expectNumber(token);
                Scalars.setReal(parser.getDoubleValue(), parser.getText(), rows, cell);
            }
            case HiveType.Single _ -> {
                expectNumber(token);
                Scalars.setSingle(parser.getText(), rows, cell);
            }
            default -> {
                expectScalar(token);
                readText(parser.getText(), shape.type(), rows, cell);
            }
        }
    }

    private void readMembers(JsonParser parser, JsonShape shape, Rows rows, int first) throws IOException {
        for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            int member = shape.names().memberOf(key);
            var token = parser.nextToken();
            if (member == JsonNames.UNKNOWN) {
                parser.skipChildren();
            } else {
                read(parser, token, shape.inner().get(member), rows, first + member);
            }
        }
    }

    private void readList(JsonParser parser, JsonToken token, JsonShape shape, Rows rows, int cell) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            throw shape("Start of Array expected");
        }
        int room = 0;
        int first = 0;
        int count = 0;
        for (var next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (count == room) {
                room = Math.max(FIRST_ELEMENTS, room * 2);
                first = rows.move(first, count, room);
            }
            read(parser, next, shape.element(), rows, first + count);
            count++;
        }
        rows.set(cell, first, count);
    }

    private void readMap(JsonParser parser, JsonToken token, JsonShape shape, Rows rows, int cell) throws IOException {
        expectObject(token);
        int room = 0;
        int first = 0;
        int count = 0;
        for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            if (count == room) {
                room = Math.max(FIRST_ELEMENTS, room * 2);
                first = rows.move(first, 2 * count, 2 * room);
            }
            int entry = first + 2 * count;
            readText(key, shape.key().type(), rows, entry);
            read(parser, parser.nextToken(), shape.value(), rows, entry + 1);
            count++;
        }
        rows.set(cell, first, rows.mergeRepeatedKeys(first, count, shape.key().type()));
    }

    private static void readWhole(JsonParser parser, JsonToken token, HiveType.Whole type, Rows rows, int cell)
            throws IOException {
        expectNumber(token);
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            Scalars.setWhole(Scalars.wholeOf(parser.getDoubleValue(), parser.getText()), type, rows, cell);
            return;
        }
        long value = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? 0 : parser.getLongValue();
        boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && value >= type.min()
                && value <= type.max();
        if (!fits) {
            throw Mismatch.withSchema(
                    "Numeric value (" + Mismatch.shown(parser.getText()) + ") out of range of " + javaName(type));
        }
        rows.set(cell, value);
    }

    private static String javaName(HiveType.Whole type) {
        return switch (type.bits()) {
            case Byte.SIZE -> "Java byte";
            case Short.SIZE -> "Java short";
            case Integer.SIZE -> "int";
            default -> "long";
        };
    }

    /** A value from its text, quoted or not; and a map's key, whose text is all there is. */
    private void readText(String text, HiveType type, Rows rows, int cell) {
        switch (type) {
            case HiveType.Decimal decimal -> Scalars.decimal(text, decimal, rows, cell);
            case HiveType.Varchar varchar -> Scalars.varchar(text, varchar.maxChars(), rows, cell);
            case HiveType.FixedChar fixed -> Scalars.fixedChar(text, fixed.chars(), rows, cell);
            case HiveType.Bool _ -> Scalars.bool(text, rows, cell);
            case HiveType.Bytes _ -> rows.setBytes(cell, text.getBytes(StandardCharsets.UTF_8));
            case HiveType.Date _ -> rows.set(cell, TimeText.day(text));
            case HiveType.Timestamp _ -> timestamps.parse(text, rows, cell);
            case HiveType.Text _ -> rows.setText(cell, text);
            case HiveType.Whole whole -> {
                try {
                    Scalars.setWhole(Long.parseLong(text), whole, rows, cell);
                } catch (NumberFormatException _) {
                    throw Mismatch.ofText(text);
                }
            }
            case HiveType.Single _ -> Scalars.setSingle(text, rows, cell);
            case HiveType.Real _ -> Scalars.setReal(Scalars.real(text), text, rows, cell);
            case HiveType.ListOf _, HiveType.MapOf _, HiveType.Struct _ -> throw new AssertionError(type);
        }
    }

    private static void expectObject(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            throw shape("Start of Object expected");
        }
    }

    private static void expectNumber(JsonToken token) {
        if (!token.isNumeric()) {
            throw Mismatch.withSchema("Current token (" + token + ") not numeric, can not use numeric value accessors");
        }
    }

    private static void expectScalar(JsonToken token) {
        if (!token.isScalarValue()) {
            throw Mismatch.bare("One or more fields have incorrect format. Exception when validating field (root)");
        }
    }

    private static Mismatch shape(String expected) {
        return Mismatch.withSchema("java.io.IOException: " + expected);
    }
}

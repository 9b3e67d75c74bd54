package io.millrace.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.OpenXJsonSerDe;

/** JSON as the OpenX deserializer takes it: what can be made to fit is made to fit. */
final class OpenXJson implements JsonFormat {
    private static final int FIRST_ELEMENTS = 8;

    private final KeyRule rule;
    private final JsonShape row;

    private OpenXJson(KeyRule rule, TableSchema schema) {
        this.rule = rule;
        row = JsonShape.of(schema.row(), rule);
    }

    static OpenXJson of(@Nullable OpenXJsonSerDe options, TableSchema schema) {
        var given = options == null ? OpenXJsonSerDe.builder().build() : options;
        return new OpenXJson(
                new KeyRule(
                        Boolean.FALSE.equals(given.caseInsensitive()) ? KeyRule.Case.KEPT : KeyRule.Case.IGNORED,
                        Boolean.TRUE.equals(given.convertDotsInJsonKeysToUnderscores())
                                ? KeyRule.Dots.UNDERSCORES
                                : KeyRule.Dots.KEPT,
                        given.columnToJsonKeyMappings()),
                schema);
    }

    @Override
    public void readRow(JsonParser parser, JsonToken begun, Rows rows) throws IOException {
        readMembers(parser, begun, row, rows, rows.addRow());
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
                if (token.isScalarValue()) {
                    throw notAnObject(parser, token);
                }
                int first = rows.reserve(struct.members().size());
                rows.set(cell, first);
                readMembers(parser, token, shape, rows, first);
            }
            case HiveType.Text _ -> readText(parser, token, rows, cell);
            case HiveType.Whole type -> readWhole(parser, token, type, rows, cell);
            case HiveType.Real _ -> readReal(parser, token, rows, cell);
            case HiveType.Timestamp _ -> readTimestamp(parser, token, rows, cell);
            default -> readText(textOf(parser, token), shape.type(), rows, cell);
        }
    }

    /** An object's members go by name, an array's by position. */
    private void readMembers(JsonParser parser, JsonToken begun, JsonShape shape, Rows rows, int first)
            throws IOException {
        if (begun == JsonToken.START_OBJECT) {
            for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                readMember(parser, shape.names().memberOf(key), shape, rows, first);
            }
        } else {
            int index = 0;
            for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (index < shape.inner().size()) {
                    read(parser, token, shape.inner().get(index), rows, first + index);
                } else {
                    parser.skipChildren();
                }
                index++;
            }
        }
    }

    private void readMember(JsonParser parser, int member, JsonShape shape, Rows rows, int first) throws IOException {
        var token = parser.nextToken();
        if (member == JsonNames.UNKNOWN) {
            parser.skipChildren();
        } else {
            read(parser, token, shape.inner().get(member), rows, first + member);
        }
    }

    private void readList(JsonParser parser, JsonToken token, JsonShape shape, Rows rows, int cell) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            int only = rows.reserve(1);
            read(parser, token, shape.element(), rows, only);
            rows.set(cell, only, 1);
            return;
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
        if (token != JsonToken.START_OBJECT) {
            throw notAnObject(parser, token);
        }
        int room = 0;
        int first = 0;
        int count = 0;
        for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            if (count == room) {
                room = Math.max(FIRST_ELEMENTS, room * 2);
                first = rows.move(first, 2 * count, 2 * room);
            }
            int entry = first + 2 * count;
            readText(rule.spelled(key), shape.key().type(), rows, entry);
            read(parser, parser.nextToken(), shape.value(), rows, entry + 1);
            count++;
        }
        rows.set(cell, first, rows.mergeRepeatedKeys(first, count, shape.key().type()));
    }

    private void readText(JsonParser parser, JsonToken token, Rows rows, int cell) throws IOException {
        if (token.isScalarValue()) {
            rows.setText(cell, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        } else {
            rows.setText(cell, JsonText.of(parser, token, rule));
        }
    }

    private void readWhole(JsonParser parser, JsonToken token, HiveType.Whole type, Rows rows, int cell)
            throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            Scalars.setWhole(parser.getLongValue(), type, rows, cell);
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            Scalars.setWhole(Scalars.wholeOf(parser.getDoubleValue(), parser.getText()), type, rows, cell);
        } else {
            readText(textOf(parser, token), type, rows, cell);
        }
    }

    private void readReal(JsonParser parser, JsonToken token, Rows rows, int cell) throws IOException {
        var text = textOf(parser, token);
        Scalars.setReal(token.isNumeric() ? parser.getDoubleValue() : Scalars.real(text), text, rows, cell);
    }

    private void readTimestamp(JsonParser parser, JsonToken token, Rows rows, int cell) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            TimeText.openX(parser.getLongValue(), rows, cell);
        } else {
            TimeText.openX(textOf(parser, token), rows, cell);
        }
    }

    /** A value of a simple type from its text: inside of quotes a number is as good as outside, and a map's key has no other way. */
    private static void readText(String text, HiveType type, Rows rows, int cell) {
        switch (type) {
            case HiveType.Whole whole -> {
                try {
                    Scalars.setWhole(Long.parseLong(text), whole, rows, cell);
                } catch (NumberFormatException _) {
                    throw Mismatch.ofText(text);
                }
            }
            case HiveType.Single _ -> Scalars.setSingle(text, rows, cell);
            case HiveType.Real _ -> Scalars.setReal(Scalars.real(text), text, rows, cell);
            case HiveType.Decimal decimal -> Scalars.decimal(text, decimal, rows, cell);
            case HiveType.Text _ -> rows.setText(cell, text);
            case HiveType.Varchar varchar -> Scalars.varchar(text, varchar.maxChars(), rows, cell);
            case HiveType.FixedChar fixed -> Scalars.fixedChar(text, fixed.chars(), rows, cell);
            case HiveType.Bool _ -> Scalars.bool(text, rows, cell);
            case HiveType.Bytes _ -> rows.setBytes(cell, base64(text));
            case HiveType.Date _ -> rows.set(cell, TimeText.day(text));
            case HiveType.Timestamp _ -> TimeText.openX(text, rows, cell);
            case HiveType.ListOf _, HiveType.MapOf _, HiveType.Struct _ -> throw new AssertionError(type);
        }
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Mismatch.withSchema(String.valueOf(e.getMessage()));
        }
    }

    private String textOf(JsonParser parser, JsonToken token) throws IOException {
        return token.isScalarValue() ? parser.getText() : JsonText.of(parser, token, rule);
    }

    private Mismatch notAnObject(JsonParser parser, JsonToken token) throws IOException {
        var type = switch (token) {
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? "java.math.BigInteger" : "java.lang.Long";
            case VALUE_NUMBER_FLOAT -> "java.lang.Double";
            case VALUE_TRUE, VALUE_FALSE -> "java.lang.Boolean";
            case START_ARRAY -> "org.openx.data.jsonserde.json.JSONArray";
            default -> "java.lang.String";
        };
        // Both blanks are the service's.
        return Mismatch.withSchema(
                "Data is not JSONObject  but " + type + " with value " + Mismatch.shown(textOf(parser, token)));
    }
}

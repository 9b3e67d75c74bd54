package io.millrace.firehose.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of JSON objects: what a JSON value is in a column of each type. A value that a column can't hold without loss
 * is refused, not bent.
 */
final class RowMaker {
    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MICRO = 1_000L;
    private static final int DIGITS_MAX = 400;

    /** What becomes of members that no column is for. */
    enum Unknown {
        DROPPED,
        /** The schema has grown by all that it can: what it still has no column for must not be lost quietly. */
        REFUSED
    }

    private final Schema schema;
    private final Unknown unknown;

    RowMaker(Schema schema, Unknown unknown) {
        this.schema = schema;
        this.unknown = unknown;
    }

    Schema schema() {
        return schema;
    }

    Record row(ObjectNode object) throws MalformedRowException {
        return struct(schema.asStruct(), object, "");
    }

    /** A row of which only the key is known. */
    Record keyOnly(ObjectNode object, List<Types.NestedField> key) throws MalformedRowException {
        var row = GenericRecord.create(schema);
        for (var field : key) {
            var value = value(field.type(), object.path(field.name()), field.name());
            if (value != null) {
                row.setField(field.name(), value);
            }
        }
        return row;
    }

    private Record struct(Types.StructType type, JsonNode object, String path) throws MalformedRowException {
        var row = GenericRecord.create(type);
        int found = 0;
        int place = 0;
        for (var field : type.fields()) {
            var json = object.get(field.name());
            found += json == null ? 0 : 1;
            var value = json == null ? null : value(field.type(), json, path + field.name());
            if (value == null && field.isRequired()) {
                throw new MalformedRowException("The column " + path + field.name() + " needs a value.");
            }
            row.set(place++, value);
        }
        if (unknown == Unknown.REFUSED && found < object.size()) {
            refuseUnknown(type, object, path);
        }
        return row;
    }

    private static void refuseUnknown(Types.StructType type, JsonNode object, String path)
            throws MalformedRowException {
        for (var member : object.properties()) {
            if (type.field(member.getKey()) == null
                    && Shape.of(member.getValue()).isKnown()) {
                throw new MalformedRowException(
                        "Iceberg.InvalidColumnName", "No column could be added for " + path + member.getKey() + ".");
            }
        }
    }

    private @Nullable Object value(Type type, JsonNode json, String path) throws MalformedRowException {
        if (json.isNull() || json.isMissingNode()) {
            return null;
        }
        try {
            return present(type, json, path);
        } catch (ArithmeticException | IllegalArgumentException | DateTimeException _) {
            throw mismatch(type, json, path);
        }
    }

    private Object present(Type type, JsonNode json, String path) throws MalformedRowException {
        return switch (type) {
            case Types.StructType struct when json.isObject() -> struct(struct, json, path + ".");
            case Types.ListType list when json.isArray() -> list(list, json, path);
            case Types.MapType map when json.isObject() -> map(map, json, path);
            case Types.StringType _ -> json.isValueNode() ? json.asText() : json.toString();
            case Type.PrimitiveType primitive when json.isValueNode() -> scalar(primitive, json);
            default -> throw mismatch(type, json, path);
        };
    }

    private static MalformedRowException mismatch(Type type, JsonNode json, String path) {
        var text = json.isValueNode() ? json.toString() : json.isArray() ? "an array" : "an object";
        var shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return new MalformedRowException(
                "The column " + path + " is of type " + type + " and can't hold " + shown + ".");
    }

    private List<@Nullable Object> list(Types.ListType type, JsonNode array, String path) throws MalformedRowException {
        var list = new ArrayList<@Nullable Object>(array.size());
        for (var element : array) {
            var value = value(type.elementType(), element, path + ".element");
            if (value == null && type.isElementRequired()) {
                throw new MalformedRowException("The column " + path + ".element needs a value.");
            }
            list.add(value);
        }
        return list;
    }

    private Map<Object, @Nullable Object> map(Types.MapType type, JsonNode object, String path)
            throws MalformedRowException {
        var map = new HashMap<Object, @Nullable Object>();
        for (var member : object.properties()) {
            if (!(type.keyType() instanceof Type.PrimitiveType keyType)) {
                throw mismatch(type, object, path);
            }
            var key = scalar(keyType, TextNode.valueOf(member.getKey()));
            var value = value(type.valueType(), member.getValue(), path + ".value");
            if (value == null && type.isValueRequired()) {
                throw new MalformedRowException("The column " + path + ".value needs a value.");
            }
            map.put(key, value);
        }
        return map;
    }

    /** @throws IllegalArgumentException (or one of its kind) if the value is none of the type's */
    private static Object scalar(Type.PrimitiveType type, JsonNode json) {
        return switch (type.typeId()) {
            case BOOLEAN -> bool(json);
            case INTEGER -> number(json).intValueExact();
            case LONG -> number(json).longValueExact();
            case FLOAT -> finite(json.isNumber() || json.isTextual() ? Float.parseFloat(json.asText()) : refuse());
            case DOUBLE -> finite(json.isNumber() || json.isTextual() ? Double.parseDouble(json.asText()) : refuse());
            case DECIMAL -> decimal((Types.DecimalType) type, number(json));
            case STRING -> json.asText();
            case UUID -> UUID.fromString(json.asText());
            case DATE ->
                json.isIntegralNumber()
                        ? LocalDate.ofEpochDay(json.bigIntegerValue().intValueExact())
                        : LocalDate.parse(json.asText());
            case TIME ->
                json.isIntegralNumber()
                        ? LocalTime.ofNanoOfDay(
                                Math.multiplyExact(json.bigIntegerValue().longValueExact(), NANOS_PER_MICRO))
                        : LocalTime.parse(json.asText()).truncatedTo(ChronoUnit.MICROS);
            case TIMESTAMP ->
                zoned(
                        ((Types.TimestampType) type).shouldAdjustToUTC(),
                        time(json, MICROS_PER_SECOND, ChronoUnit.MICROS));
            case TIMESTAMP_NANO ->
                zoned(
                        ((Types.TimestampNanoType) type).shouldAdjustToUTC(),
                        time(json, NANOS_PER_SECOND, ChronoUnit.NANOS));
            case BINARY -> ByteBuffer.wrap(bytes(json.asText(), -1));
            case FIXED -> fixed(((Types.FixedType) type).length(), json.asText());
            default -> throw new IllegalArgumentException();
        };
    }

    private static float refuse() {
        throw new IllegalArgumentException();
    }

    private static boolean bool(JsonNode json) {
        return json.isBoolean()
                ? json.booleanValue()
                : switch (json.asText().toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException();
                };
    }

    private static BigDecimal number(JsonNode json) {
        if (!json.isNumber() && !json.isTextual()) {
            throw new IllegalArgumentException();
        }
        var number = json.isNumber()
                ? json.decimalValue()
                : new BigDecimal(json.asText().strip());
        // An exponent could ask for more digits than there is memory.
        if (Math.abs((long) number.precision() - number.scale()) > DIGITS_MAX) {
            throw new ArithmeticException();
        }
        return number;
    }

    private static float finite(float value) {
        if (Float.isInfinite(value)) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    private static double finite(double value) {
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    private static BigDecimal decimal(Types.DecimalType type, BigDecimal number) {
        var scaled = number.setScale(type.scale());
        if (scaled.precision() > type.precision()) {
            throw new ArithmeticException();
        }
        return scaled;
    }

    /** Numbers count from the epoch; text is ISO 8601, in UTC where it says nothing else, with a T or a space. */
    private static LocalDateTime time(JsonNode json, long perSecond, ChronoUnit unit) {
        if (json.isIntegralNumber()) {
            long value = json.bigIntegerValue().longValueExact();
            return LocalDateTime.ofEpochSecond(
                    Math.floorDiv(value, perSecond),
                    (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond)),
                    ZoneOffset.UTC);
        }
        var text = json.asText().strip().replace(' ', 'T');
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay();
        }
        var parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        var time = parsed instanceof OffsetDateTime offset
                ? LocalDateTime.ofInstant(Instant.from(offset), ZoneOffset.UTC)
                : (LocalDateTime) parsed;
        return time.truncatedTo(unit);
    }

    private static Object zoned(boolean isInstant, LocalDateTime time) {
        return isInstant ? time.atOffset(ZoneOffset.UTC) : time;
    }

    private static byte[] fixed(int length, String text) {
        var bytes = bytes(text, length);
        if (bytes.length != length) {
            throw new IllegalArgumentException();
        }
        return bytes;
    }

    /** Hex if it says so with 0x, or if it has just the length for it; base64 otherwise. */
    private static byte[] bytes(String text, int length) {
        if (text.startsWith("0x") || text.startsWith("\\x")) {
            return HexFormat.of().parseHex(text, 2, text.length());
        }
        if (length >= 0 && text.length() == 2 * length && text.chars().allMatch(HexFormat::isHexDigit)) {
            return HexFormat.of().parseHex(text);
        }
        return Base64.getDecoder().decode(text);
    }
}

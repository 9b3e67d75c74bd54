package io.millrace.firehose.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What type of column a JSON value asks for. */
sealed interface Shape {
    /** Past this, records are making up names. */
    int MEMBERS_MAX_COUNT = 1_000;

    /** Null, or an array or object with nothing in it: says nothing about a type. */
    record Unknown() implements Shape {}

    record Bool() implements Shape {}

    record Whole(boolean fitsInt) implements Shape {}

    record Real(boolean fitsFloat) implements Shape {}

    record Text() implements Shape {}

    record ListOf(Shape element) implements Shape {}

    record Struct(Map<String, Shape> members) implements Shape {}

    static Shape of(JsonNode json) {
        return switch (json.getNodeType()) {
            case BOOLEAN -> new Bool();
            case STRING -> new Text();
            case NUMBER -> json.isIntegralNumber() ? whole(json) : new Real(fitsFloat(json.decimalValue()));
            case ARRAY -> {
                Shape element = new Unknown();
                for (var each : json) {
                    element = element.and(of(each));
                }
                yield new ListOf(element);
            }
            case OBJECT -> struct(json);
            case NULL, MISSING, BINARY, POJO -> new Unknown();
        };
    }

    static Struct struct(JsonNode object) {
        var members = new LinkedHashMap<String, Shape>();
        object.properties().forEach(member -> {
            if (members.size() < MEMBERS_MAX_COUNT) {
                members.put(member.getKey(), of(member.getValue()));
            }
        });
        return new Struct(members);
    }

    private static Shape whole(JsonNode json) {
        return json.canConvertToLong() ? new Whole(json.canConvertToInt()) : new Text();
    }

    /** Whether a float shows the same digits again. */
    private static boolean fitsFloat(BigDecimal number) {
        float nearest = number.floatValue();
        return Float.isFinite(nearest) && new BigDecimal(Float.toString(nearest)).compareTo(number) == 0;
    }

    /** Something that can hold this and that: text, if nothing else can. */
    default Shape and(Shape that) {
        return switch (this) {
            case Unknown _ -> that;
            case Whole(var a) when that instanceof Whole(var b) -> new Whole(a && b);
            case Whole _ when that instanceof Real -> that;
            case Real _ when that instanceof Whole -> this;
            case Real(var a) when that instanceof Real(var b) -> new Real(a && b);
            case ListOf(var a) when that instanceof ListOf(var b) -> new ListOf(a.and(b));
            case Struct(var a)
            when that instanceof Struct(var b) -> {
                var members = new LinkedHashMap<>(a);
                b.forEach((name, shape) -> {
                    if (members.containsKey(name) || members.size() < MEMBERS_MAX_COUNT) {
                        members.merge(name, shape, Shape::and);
                    }
                });
                yield new Struct(members);
            }
            default -> that instanceof Unknown || that.equals(this) ? this : new Text();
        };
    }

    default boolean isKnown() {
        return type(new AtomicInteger()).isPresent();
    }

    /** @param ids counts the ids of fields */
    default Optional<Type> type(AtomicInteger ids) {
        return switch (this) {
            case Unknown _ -> Optional.empty();
            case Bool _ -> Optional.of(Types.BooleanType.get());
            case Whole _ -> Optional.of(Types.LongType.get());
            case Real _ -> Optional.of(Types.DoubleType.get());
            case Text _ -> Optional.of(Types.StringType.get());
            case ListOf(var element) ->
                element.type(ids).map(type -> Types.ListType.ofOptional(ids.incrementAndGet(), type));
            case Struct struct ->
                Optional.<Type>of(columns(struct, ids))
                        .filter(type -> !type.asStructType().fields().isEmpty());
        };
    }

    /** Columns for all members of which a type is known; members without a name have none. */
    static Types.StructType columns(Struct struct, AtomicInteger ids) {
        var fields = new ArrayList<Types.NestedField>();
        struct.members().forEach((name, shape) -> {
            if (!name.isEmpty()) {
                shape.type(ids)
                        .ifPresent(type -> fields.add(Types.NestedField.optional(ids.incrementAndGet(), name, type)));
            }
        });
        return Types.StructType.of(fields);
    }
}

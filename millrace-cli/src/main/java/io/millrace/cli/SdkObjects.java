package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/** The SDK's objects as JSON with the members' names as the API has them: what {@code aws} takes and shows. */
final class SdkObjects {
    private static final JsonFactory JSON = new JsonFactory();

    private SdkObjects() {}

    /**
     * Fills a builder with what a text says, and builds it.
     *
     * @throws UsageError if the text is not JSON, or not such an object's
     */
    static SdkPojo read(SdkPojo builder, String text) throws IOException {
        try (var parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UsageError("The file does not hold a JSON object.");
            }
            return readMembers(builder, parser);
        } catch (JsonProcessingException e) {
            throw new UsageError("The file is not JSON: " + e.getOriginalMessage() + " (line "
                    + e.getLocation().getLineNr() + ").");
        }
    }

    private static SdkPojo readMembers(SdkPojo builder, JsonParser parser) throws IOException {
        var fields = builder.sdkFieldNameToField();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var field = fields.get(name);
            if (field == null) {
                throw new UsageError("The file has a member " + name + " that the API does not have there.");
            }
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                field.set(builder, readValue(field, parser));
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private static Object readValue(SdkField<?> field, JsonParser parser) throws IOException {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> parser.getText();
            case INTEGER -> parser.getIntValue();
            case LONG -> parser.getLongValue();
            case DOUBLE -> parser.getDoubleValue();
            case BOOLEAN -> parser.getBooleanValue();
            case INSTANT -> Instant.ofEpochMilli(Math.round(parser.getDoubleValue() * 1_000));
            case SDK_BYTES -> SdkBytes.fromByteArray(parser.getBinaryValue());
            case SDK_POJO -> {
                require(JsonToken.START_OBJECT, field, parser);
                yield readMembers(field.constructor().get(), parser);
            }
            case LIST -> {
                require(JsonToken.START_ARRAY, field, parser);
                var element = field.getTrait(ListTrait.class).memberFieldInfo();
                var list = new ArrayList<Object>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(readValue(element, parser));
                }
                yield list;
            }
            case MAP -> {
                require(JsonToken.START_OBJECT, field, parser);
                var value = field.getTrait(MapTrait.class).valueFieldInfo();
                var map = new LinkedHashMap<String, Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var key = parser.currentName();
                    parser.nextToken();
                    map.put(key, readValue(value, parser));
                }
                yield map;
            }
            case NULL, SHORT, BYTE, FLOAT, BIG_DECIMAL, DOCUMENT ->
                throw new IllegalArgumentException("no service has members of this type yet: " + field.memberName());
        };
    }

    private static void require(JsonToken expected, SdkField<?> field, JsonParser parser) {
        if (parser.currentToken() != expected) {
            throw new UsageError("The file's member " + field.locationName() + " is not "
                    + (expected == JsonToken.START_ARRAY ? "a list." : "an object."));
        }
    }

    /** Writes what was set of an object. */
    static void write(SdkPojo object, JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (var field : object.sdkFields()) {
            var value = field.getValueOrDefault(object);
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                json.writeFieldName(field.locationName());
                writeValue(value, json);
            }
        }
        json.writeEndObject();
    }

    private static void writeValue(Object value, JsonGenerator json) throws IOException {
        switch (value) {
            case SdkPojo object -> write(object, json);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Boolean truth -> json.writeBoolean(truth);
            case Collection<?> list -> {
                json.writeStartArray();
                for (var element : list) {
                    writeValue(element, json);
                }
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (var entry : map.entrySet()) {
                    json.writeFieldName(entry.getKey().toString());
                    writeValue(entry.getValue(), json);
                }
                json.writeEndObject();
            }
            default -> json.writeString(value.toString());
        }
    }
}

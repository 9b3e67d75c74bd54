package io.millrace.glue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * How the SDK's objects are kept: as JSON under the names they have on the wire, times in milliseconds. Members that later
 * versions of the SDK don't know are passed over.
 */
final class StoredJson {
    private static final JsonFactory JSON = new JsonFactory();

    private StoredJson() {}

    static String write(SdkPojo object) {
        var text = new StringWriter();
        try (var out = JSON.createGenerator(text)) {
            writeObject(object, out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return text.toString();
    }

    static String write(List<String> texts) {
        var text = new StringWriter();
        try (var out = JSON.createGenerator(text)) {
            writeValue(texts, out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return text.toString();
    }

    private static void writeObject(SdkPojo object, JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (var field : object.sdkFields()) {
            var value = field.getValueOrDefault(object);
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                out.writeFieldName(field.locationName());
                writeValue(value, out);
            }
        }
        out.writeEndObject();
    }

    private static void writeValue(Object value, JsonGenerator out) throws IOException {
        switch (value) {
            case String text -> out.writeString(text);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Boolean bool -> out.writeBoolean(bool);
            case Instant instant -> out.writeNumber(instant.toEpochMilli());
            case SdkPojo object -> writeObject(object, out);
            case Collection<?> list -> {
                out.writeStartArray();
                for (var element : list) {
                    writeValue(element, out);
                }
                out.writeEndArray();
            }
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (var entry : map.entrySet()) {
                    out.writeFieldName((String) entry.getKey());
                    writeValue(entry.getValue(), out);
                }
                out.writeEndObject();
            }
            default -> throw new IllegalArgumentException("nothing that is stored has values of " + value.getClass());
        }
    }

    /** Reads into a new builder of the class that was written, and returns what it builds. */
    static <T> T read(String text, Class<T> type, SdkPojo builder) {
        try (var in = JSON.createParser(text)) {
            in.nextToken();
            return type.cast(readObject(builder, in));
        } catch (IOException e) {
            throw new UncheckedIOException("the catalog holds JSON that can't be read", e);
        }
    }

    private static Object readObject(SdkPojo builder, JsonParser in) throws IOException {
        var fields = builder.sdkFieldNameToField();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            var field = fields.get(in.currentName());
            in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else {
                field.set(builder, readValue(field, in));
            }
        }
        return ((Buildable) builder).build();
    }

    private static @Nullable Object readValue(SdkField<?> field, JsonParser in) throws IOException {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> in.getText();
            case INTEGER -> in.getIntValue();
            case LONG -> in.getLongValue();
            case BOOLEAN -> in.getBooleanValue();
            case INSTANT -> Instant.ofEpochMilli(in.getLongValue());
            case SDK_POJO -> readObject(field.constructor().get(), in);
            case LIST -> {
                var element = field.getTrait(ListTrait.class).memberFieldInfo();
                var list = new ArrayList<@Nullable Object>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    list.add(readValue(element, in));
                }
                yield list;
            }
            case MAP -> {
                var value = field.getTrait(MapTrait.class).valueFieldInfo();
                var map = new LinkedHashMap<String, @Nullable Object>();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    var key = in.currentName();
                    in.nextToken();
                    map.put(key, readValue(value, in));
                }
                yield map;
            }
            default -> {
                in.skipChildren();
                yield null;
            }
        };
    }
}

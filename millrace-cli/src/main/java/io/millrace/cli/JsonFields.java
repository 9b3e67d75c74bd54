package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a JSON object in a file that people can reach: what is missing or of another type is told in the words of
 * an {@link IllegalArgumentException}, as the end of a sentence.
 */
record JsonFields(Map<String, Object> members) {
    private static final int DEPTH_MAX = 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Stands for what is no object, list or text: nothing here reads numbers with a fraction. */
    private record Other(String text) {}

    static JsonFields parse(byte[] object) {
        try (var json = JSON.createParser(object)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it is no JSON object");
            }
            var fields = object(json);
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("something follows the JSON object");
            }
            return fields;
        } catch (IOException e) {
            throw new IllegalArgumentException("it is not valid JSON", e);
        }
    }

    private static JsonFields object(JsonParser json) throws IOException {
        var members = new LinkedHashMap<String, Object>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var name = json.currentName();
            json.nextToken();
            members.put(name, value(json));
        }
        return new JsonFields(members);
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                var elements = new ArrayList<Object>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT ->
                json.getBigIntegerValue().bitLength() < Long.SIZE
                        ? (Object) json.getLongValue()
                        : new Other(json.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> new Other(json.getText());
        };
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Set<String> names() {
        return members.keySet();
    }

    String text(String name) {
        return member(name, String.class, "text");
    }

    Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    long number(String name) {
        return member(name, Long.class, "a whole number");
    }

    boolean truth(String name) {
        return member(name, Boolean.class, "true or false");
    }

    JsonFields object(String name) {
        return member(name, JsonFields.class, "an object");
    }

    List<JsonFields> objects(String name) {
        var objects = new ArrayList<JsonFields>();
        for (var element : member(name, List.class, "a list")) {
            if (!(element instanceof JsonFields object)) {
                throw new IllegalArgumentException("the member '" + name + "' is no list of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    List<String> texts(String name) {
        var texts = new ArrayList<String>();
        for (var element : member(name, List.class, "a list")) {
            if (!(element instanceof String text)) {
                throw new IllegalArgumentException("the member '" + name + "' is no list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    Instant time(String name) {
        var text = text(name);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the member '" + name + "' is not a time: " + text, e);
        }
    }

    private <T> T member(String name, Class<T> type, String what) {
        var value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the member '" + name + "' is missing");
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the member '" + name + "' is not " + what);
        }
        return type.cast(value);
    }
}

package io.millrace.firehose.processing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a function answered, by record id. Members and record ids that nobody asked for are passed over. */
record FunctionAnswer(Map<String, Entry> entries) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * One record's.
     *
     * @param times how often the record was in the answer; the rest is the first time's
     * @param data as it was sent: base64, or whatever else it is
     */
    record Entry(
            int times,
            Optional<String> result,
            Optional<String> data,
            Map<String, String> partitionKeys,
            Map<String, String> table) {
        private Entry again() {
            return new Entry(times + 1, result, data, partitionKeys, table);
        }
    }

    /** Reads an answer; one that isn't built like an answer has no entries. */
    static FunctionAnswer read(byte[] payload) {
        try (var parser = JSON.createParser(payload)) {
            var entries = new HashMap<String, Entry>();
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean records = parser.currentName().equals("records");
                    if (parser.nextToken() == JsonToken.START_ARRAY && records) {
                        readRecords(parser, entries);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            return new FunctionAnswer(entries);
        } catch (IOException _) {
            return new FunctionAnswer(Map.of());
        }
    }

    private static void readRecords(JsonParser parser, Map<String, Entry> entries) throws IOException {
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.START_OBJECT) {
                readRecord(parser, entries);
            } else if (token == null) {
                throw new IOException("the array of records has no end");
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void readRecord(JsonParser parser, Map<String, Entry> entries) throws IOException {
        String id = null;
        Optional<String> result = Optional.empty();
        Optional<String> data = Optional.empty();
        Map<String, String> partitionKeys = Map.of();
        Map<String, String> table = Map.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var token = parser.nextToken();
            switch (name) {
                case "recordId" -> id = scalar(parser);
                case "result" -> result = Optional.ofNullable(scalar(parser));
                case "data", "kafkaRecordValue", "value" -> {
                    var text = scalar(parser);
                    data = text == null ? data : Optional.of(text);
                }
                case "metadata" -> {
                    while (token == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
                        var kind = parser.currentName();
                        parser.nextToken();
                        if (kind.equals("partitionKeys")) {
                            partitionKeys = strings(parser);
                        } else if (kind.equals("otfMetadata")) {
                            table = strings(parser);
                        }
                        parser.skipChildren();
                    }
                }
                default -> {
                    // extra members are the function's own affair
                }
            }
            parser.skipChildren();
        }
        if (id != null) {
            var before = entries.get(id);
            entries.put(id, before != null ? before.again() : new Entry(1, result, data, partitionKeys, table));
        }
    }

    /** The text of a string, number or boolean; null for null and for what holds other values. */
    private static @Nullable String scalar(JsonParser parser) throws IOException {
        return parser.currentToken() != JsonToken.VALUE_NULL
                        && parser.currentToken().isScalarValue()
                ? parser.getText()
                : null;
    }

    /** The members that have a text. */
    private static Map<String, String> strings(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return Map.of();
        }
        var strings = new LinkedHashMap<String, String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            var text = scalar(parser);
            if (text != null) {
                strings.put(name, text);
            }
            parser.skipChildren();
        }
        return strings;
    }
}

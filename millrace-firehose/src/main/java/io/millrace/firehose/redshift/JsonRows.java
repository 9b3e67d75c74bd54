package io.millrace.firehose.redshift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.firehose.delivery.DeliveryRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * JSON objects as rows of COPY's text format: a member goes to the column of its name, a missing one is null, objects and
 * arrays go as their JSON text, what no column has is left out. That is {@code JSON 'auto'}.
 */
final class JsonRows implements Rows {
    private static final ObjectReader READER = JsonMapper.builder().build().readerFor(JsonNode.class);

    private final Map<String, Integer> places = new HashMap<>();
    private final boolean ignoreCase;
    private final int columns;

    /** @param columns as the table has them, in their order; quoted where they came so */
    JsonRows(List<String> columns, boolean ignoreCase) {
        this.columns = columns.size();
        this.ignoreCase = ignoreCase;
        for (int place = 0; place < columns.size(); place++) {
            var quoted = TargetTable.quoted(columns.get(place));
            places.put(key(quoted.substring(1, quoted.length() - 1).replace("\"\"", "\"")), place);
        }
    }

    private String key(String name) {
        return ignoreCase ? name.toLowerCase(Locale.ROOT) : name;
    }

    @Override
    public String copyOptions() {
        return "FORMAT text";
    }

    @Override
    public byte[] of(DeliveryRecord record) throws IOException {
        var rows = new StringBuilder();
        try (MappingIterator<JsonNode> objects = READER.readValues(record.data())) {
            while (objects.hasNextValue()) {
                append(objects.nextValue(), rows);
            }
        }
        return rows.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void append(JsonNode object, StringBuilder rows) throws IOException {
        if (!object.isObject()) {
            throw new IOException("The record holds JSON that is not an object");
        }
        var values = new JsonNode[columns];
        object.properties().forEach(member -> {
            var place = places.get(key(member.getKey()));
            if (place != null) {
                values[place] = member.getValue();
            }
        });
        for (int column = 0; column < columns; column++) {
            if (column > 0) {
                rows.append('\t');
            }
            appendValue(values[column], rows);
        }
        rows.append('\n');
    }

    private static void appendValue(@org.jspecify.annotations.Nullable JsonNode value, StringBuilder rows)
            throws IOException {
        if (value == null || value.isNull()) {
            rows.append("\\N");
            return;
        }
        var text = value.isContainerNode() ? value.toString() : value.asText();
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            switch (each) {
                case '\\' -> rows.append("\\\\");
                case '\t' -> rows.append("\\t");
                case '\n' -> rows.append("\\n");
                case '\r' -> rows.append("\\r");
                case '\0' -> throw new IOException("The record holds the character NUL, which no text column takes");
                default -> rows.append(each);
            }
        }
    }
}

package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** How a line gets its partition key, and with it its shard and its neighbours in order. */
sealed interface PartitionKeys {
    int KEY_MAX_CHARS = 256;

    String of(byte[] line) throws UnusableLineException;

    /** A key of its own for each line: lines spread evenly over all shards, without an order between them. */
    record Random(RandomGenerator random) implements PartitionKeys {
        @Override
        public String of(byte[] line) {
            return HexFormat.of().toHexDigits(random.nextInt());
        }
    }

    /** One key for all lines: one shard, in order. */
    record Fixed(String key) implements PartitionKeys {
        @Override
        public String of(byte[] line) {
            return key;
        }
    }

    /** The value of a member of the JSON object that each line is: in order for each value. */
    record Field(String name) implements PartitionKeys {
        private static final JsonFactory JSON = new JsonFactory();

        @Override
        public String of(byte[] line) throws UnusableLineException {
            var key = find(line);
            if (key.isEmpty() || key.length() > KEY_MAX_CHARS) {
                throw new UnusableLineException("its member \"" + name + "\" has " + key.length()
                        + " characters; a partition key has 1 to " + KEY_MAX_CHARS);
            }
            return key;
        }

        private String find(byte[] line) throws UnusableLineException {
            try (var json = JSON.createParser(line)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new UnusableLineException("it is not a JSON object");
                }
                for (var member = json.nextFieldName(); member != null; member = json.nextFieldName()) {
                    var value = json.nextToken();
                    if (member.equals(name)) {
                        return text(json, value);
                    }
                    json.skipChildren();
                }
            } catch (IOException _) {
                throw new UnusableLineException("it is not valid JSON");
            }
            throw new UnusableLineException("it has no member \"" + name + "\"");
        }

        private String text(JsonParser json, JsonToken value) throws IOException, UnusableLineException {
            if (value == JsonToken.VALUE_NULL || !value.isScalarValue()) {
                throw new UnusableLineException("its member \"" + name + "\" is not a string, a number or a boolean");
            }
            return json.getText();
        }
    }
}

package io.millrace.firehose.iceberg;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** A record's data as the JSON object it has to be. Numbers keep all their digits. */
final class Json {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private Json() {}

    static ObjectNode object(byte[] data) throws MalformedRowException {
        try {
            if (READER.<JsonNode>readValue(data) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new MalformedRowException("Not a JSON object: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new MalformedRowException("Not a JSON object: " + e.getMessage());
        }
        throw new MalformedRowException("Not a JSON object.");
    }
}

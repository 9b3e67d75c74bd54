package io.millrace.firehose.processing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** A MetadataExtraction query, compiled once. A query that doesn't compile fails every record with the compiler's words. */
sealed interface MetadataQuery {

    /**
     * The members of the object that the query makes of the record; those that are null are left out.
     *
     * @param now what the query takes for the present
     */
    Map<String, String> of(byte[] record, Instant now) throws UnprocessableException;

    /**
     * Whether a record may come to another end the next time. Regular expressions are given some time to search, and a
     * machine may be faster than it was.
     */
    boolean varies();

    static MetadataQuery compile(String query, JqLibrary library) {
        try {
            return new Compiled(library.compile(query));
        } catch (JsonQueryException e) {
            return new Broken(String.valueOf(e.getMessage()));
        }
    }

    /** One that no record gets through. */
    record Broken(String message) implements MetadataQuery {
        @Override
        public boolean varies() {
            return false;
        }

        @Override
        public Map<String, String> of(byte[] record, Instant now) throws UnprocessableException {
            throw new UnprocessableException("The metadata extraction query does not compile: " + message);
        }
    }

    /** One that runs. */
    record Compiled(JqLibrary.Query query) implements MetadataQuery {
        private static final ObjectReader JSON = new ObjectMapper().reader();

        @Override
        public boolean varies() {
            return query.searches();
        }

        @Override
        public Map<String, String> of(byte[] record, Instant now) throws UnprocessableException {
            var found = first(parsed(record), now);
            if (!found.isObject()) {
                throw new UnprocessableException("The metadata extraction query must give an object.");
            }
            var members = new HashMap<String, String>();
            for (var member : found.properties()) {
                var value = member.getValue();
                if (value.isContainerNode()) {
                    throw new UnprocessableException(
                            "The metadata extraction query gave an object or an array for " + member.getKey() + ".");
                }
                if (!value.isNull()) {
                    members.put(member.getKey(), value.isTextual() ? value.textValue() : value.toString());
                }
            }
            return members;
        }

        private static JsonNode parsed(byte[] record) throws UnprocessableException {
            try {
                var parsed = JSON.readTree(record);
                if (parsed.isMissingNode()) {
                    throw new UnprocessableException("The record is empty: there is no JSON to extract metadata from.");
                }
                return parsed;
            } catch (JsonProcessingException e) {
                throw new UnprocessableException("The record is not valid JSON: " + e.getOriginalMessage());
            } catch (IOException e) {
                throw new UnprocessableException("The record is not valid JSON: " + e.getMessage());
            }
        }

        private JsonNode first(JsonNode record, Instant now) throws UnprocessableException {
            List<JsonNode> found = new ArrayList<>(1);
            try {
                query.apply(record, now, out -> {
                    if (found.isEmpty()) {
                        found.add(out);
                    }
                });
            } catch (JsonQueryException e) {
                throw new UnprocessableException("The metadata extraction query failed: " + e.getMessage());
            }
            if (found.isEmpty()) {
                throw new UnprocessableException("The metadata extraction query gave nothing.");
            }
            return found.getFirst();
        }
    }
}

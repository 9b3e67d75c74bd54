package io.millrace.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.Deserializer;

/**
 * Reads records of JSON into rows of a table, as the OpenX or the Hive deserializer of the service does.
 *
 * <p>A record is objects one after another, with or without white space between them. It becomes rows whole or not at all.
 * Belongs to one thread at a time.
 */
public final class JsonDeserializer {
    private static final int KEY_MAX_CHARS = 1 << 20;

    private final JsonFactory json = jsonFactory();
    private final JsonFormat format;

    /**
     * Reads into rows of {@code schema} with the options of the one deserializer that {@code options} names; with OpenX's
     * defaults where it names none.
     */
    public JsonDeserializer(Deserializer options, TableSchema schema) {
        format = options.hiveJsonSerDe() == null
                ? OpenXJson.of(options.openXJsonSerDe(), schema)
                : HiveJson.of(options.hiveJsonSerDe(), schema);
    }

    /** Adds the record's rows, or says why none were added. */
    public Optional<ConversionFailure> read(byte[] data, int offset, int length, Rows rows) {
        rows.beginRecord();
        var failure = tryRead(data, offset, length, rows);
        if (failure != null) {
            rows.dropRecord();
        }
        return Optional.ofNullable(failure);
    }

    private @Nullable ConversionFailure tryRead(byte[] data, int offset, int length, Rows rows) {
        try (var parser = json.createParser(data, offset, length)) {
            return readObjects(parser, rows);
        } catch (JsonProcessingException e) {
            return ConversionFailure.parseError(text(e));
        } catch (IOException e) {
            // Bytes that are no text in the encoding they seem to be in.
            return ConversionFailure.parseError(String.valueOf(e.getMessage()));
        }
    }

    /** A record that isn't JSON is that in the first place, even where an earlier value didn't fit: it is read to its end. */
    private @Nullable ConversionFailure readObjects(JsonParser parser, Rows rows) throws IOException {
        ConversionFailure first = null;
        int objects = 0;
        for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
            objects++;
            if (first != null) {
                parser.skipChildren();
            } else if (token.isScalarValue()) {
                first = ConversionFailure.malformedData("The input JSON contained a primitive at the top level."
                        + " The top level must be an object or array.");
            } else {
                try {
                    format.readRow(parser, token, rows);
                } catch (Mismatch mismatch) {
                    first = mismatch.failure();
                    leaveObject(parser);
                }
            }
        }
        return objects == 0
                ? ConversionFailure.malformedData("The record was empty or contained only whitespace.")
                : first;
    }

    private static void leaveObject(JsonParser parser) throws IOException {
        while (!parser.getParsingContext().inRoot()) {
            parser.nextToken();
        }
    }

    private static String text(JsonProcessingException e) {
        var where = e.getLocation();
        var what = e.getOriginalMessage().replaceAll("\\[Source: REDACTED \\([^)]*\\); ", "[");
        return where == null
                ? what
                : what + "\n at [line: " + where.getLineNr() + ", column: " + where.getColumnNr() + "]";
    }

    private static JsonFactory jsonFactory() {
        return new JsonFactoryBuilder()
                // Keys may be chosen by strangers: none stays in the JVM's table of strings, and keys made to collide
                // cost their sender a slower record and nobody else an error.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .recyclerPool(JsonRecyclerPools.newBoundedPool(1))
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNameLength(KEY_MAX_CHARS)
                        .build())
                .build();
    }
}

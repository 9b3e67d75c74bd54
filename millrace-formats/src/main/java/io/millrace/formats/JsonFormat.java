package io.millrace.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** One way of reading a JSON value into a table's row. Of one thread. */
sealed interface JsonFormat permits OpenXJson, HiveJson {
    /**
     * Adds the object (or array) that the parser has just begun as a row.
     *
     * @throws Mismatch if a value doesn't fit its column
     */
    void readRow(JsonParser parser, JsonToken begun, Rows rows) throws IOException;
}

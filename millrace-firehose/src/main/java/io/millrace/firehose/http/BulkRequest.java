package io.millrace.firehose.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Documents on their way to a {@code _bulk} door, and the lines they are written as: an action, then the document in one line.
 * Small enough for servers with small limits, and for their answers.
 */
final class BulkRequest {
    static final int DOCUMENTS_MAX_COUNT = 5_000;
    private static final int DOCUMENTS_MAX_BYTES = 8 << 20;

    private final StreamIdentity stream;
    private final SearchIndex index;
    private final boolean typed;
    private final int maxCount;
    private final List<DeliveryRecord> records = new ArrayList<>();

    /**
     * @param typed whether the server wants the document type
     * @param maxCount how many documents it may have, from 1 to {@link #DOCUMENTS_MAX_COUNT}
     */
    BulkRequest(StreamIdentity stream, SearchIndex index, boolean typed, int maxCount) {
        this.stream = stream;
        this.index = index;
        this.typed = typed;
        this.maxCount = maxCount;
    }

    List<DeliveryRecord> records() {
        return records;
    }

    /** Writes the next documents, at least one. */
    void write(PeekedRecords from, RequestBody body) throws IOException {
        while (from.hasNext()
                && records.size() < maxCount
                && (records.isEmpty() || body.length() + from.peek().data().length <= DOCUMENTS_MAX_BYTES)) {
            var record = from.next();
            body.write(action(record).getBytes(StandardCharsets.UTF_8));
            body.write('\n');
            body.write(inOneLine(record.data()));
            body.write('\n');
            records.add(record);
        }
    }

    private String action(DeliveryRecord record) {
        var target = new LinkedHashMap<String, String>();
        target.put("_index", index.nameFor(record));
        if (typed) {
            target.put("_type", index.type());
        }
        index.documentId(stream, record).ifPresent(id -> target.put("_id", id));
        return Json.text(Map.of("index", target));
    }

    /** A line break outside of a string means nothing in JSON, and inside of one there is none. */
    private static byte[] inOneLine(byte[] document) {
        int at = 0;
        while (at < document.length && document[at] != '\n' && document[at] != '\r') {
            at++;
        }
        if (at == document.length) {
            return document;
        }
        var line = document.clone();
        for (; at < line.length; at++) {
            if (line[at] == '\n' || line[at] == '\r') {
                line[at] = ' ';
            }
        }
        return line;
    }

    /** The outcome of each document, in order: the answer's items. Empty where the answer says that all went well. */
    static List<JsonNode> items(JsonNode answer) {
        var items = new ArrayList<JsonNode>();
        if (answer.path("errors").asBoolean(true)) {
            answer.path("items").forEach(item -> items.add(item.path("index")));
        }
        return items;
    }
}

package io.millrace.firehose.processing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages in what CloudWatch Logs sends to a subscriber: {@code {messageType, owner, logGroup, logStream,
 * subscriptionFilters, logEvents[{id, timestamp, message}]}}.
 */
final class CloudWatchMessages {
    /** CloudWatch itself sends 10,000 at most. */
    static final int MAX_COUNT = 1 << 16;

    private static final JsonFactory JSON = new JsonFactory();

    private CloudWatchMessages() {}

    /** Each event's message; none for a control message. */
    static List<byte[]> of(byte[] record) throws UnprocessableException {
        var messages = new ArrayList<byte[]>();
        try (var parser = JSON.createParser(record)) {
            if (parser.nextToken() == null) {
                throw new UnprocessableException("The record is empty.");
            }
            while (parser.currentToken() != null) {
                read(parser, messages);
                parser.nextToken();
            }
        } catch (IOException e) {
            throw new UnprocessableException("The record is not a CloudWatch Logs message: " + e.getMessage());
        }
        return messages;
    }

    private static void read(JsonParser parser, List<byte[]> messages) throws IOException, UnprocessableException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new UnprocessableException("The record is not a CloudWatch Logs message: it is not a JSON object.");
        }
        int before = messages.size();
        boolean control = false;
        boolean events = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            if (name.equals("messageType")) {
                control = "CONTROL_MESSAGE".equals(parser.getText());
            } else if (name.equals("logEvents") && parser.currentToken() == JsonToken.START_ARRAY) {
                events = true;
                readEvents(parser, messages);
            }
            parser.skipChildren();
        }
        if (control) {
            messages.subList(before, messages.size()).clear();
        } else if (!events) {
            throw new UnprocessableException("The record is not a CloudWatch Logs message: it has no logEvents.");
        }
    }

    private static void readEvents(JsonParser parser, List<byte[]> messages)
            throws IOException, UnprocessableException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean message = parser.currentName().equals("message");
                if (parser.nextToken() == JsonToken.VALUE_STRING && message) {
                    messages.add(parser.getText().getBytes(StandardCharsets.UTF_8));
                }
                parser.skipChildren();
            }
            if (messages.size() > MAX_COUNT) {
                throw new UnprocessableException("The record has more than " + MAX_COUNT + " log events.");
            }
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw new UnprocessableException(
                    "The record is not a CloudWatch Logs message: a log event is not an object.");
        }
    }
}

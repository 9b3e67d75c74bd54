package io.millrace.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** An object or array as compact JSON text, for a column of strings. */
final class JsonText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder text = new StringBuilder();
    private final KeyRule rule;

    private JsonText(KeyRule rule) {
        this.rule = rule;
    }

    /** Writes what the parser has just begun, up to its end, with keys spelled by {@code rule}. */
    static String of(JsonParser parser, JsonToken begun, KeyRule rule) throws IOException {
        var json = new JsonText(rule);
        int depth = 0;
        var token = begun;
        do {
            json.append(parser, token);
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            token = depth == 0 ? token : parser.nextToken();
        } while (depth > 0);
        return json.text.toString();
    }

    private void append(JsonParser parser, JsonToken token) throws IOException {
        if (!token.isStructEnd()) {
            separate();
        }
        switch (token) {
            case FIELD_NAME -> {
                quote(rule.spelled(parser.currentName()));
                text.append(':');
            }
            case VALUE_STRING -> quote(parser.getText());
            default -> text.append(parser.getText());
        }
    }

    private void separate() {
        if (!text.isEmpty() && "[{:".indexOf(text.charAt(text.length() - 1)) < 0) {
            text.append(',');
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < ' ') {
                        text.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 0xF]);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}

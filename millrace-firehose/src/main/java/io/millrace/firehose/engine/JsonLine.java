package io.millrace.firehose.engine;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** One JSON object on a line of its own, with its members in the order in which they are added. */
final class JsonLine {
    private final StringBuilder text = new StringBuilder("{");

    JsonLine text(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    JsonLine number(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonLine base64(String name, byte[] value) {
        name(name);
        text.append('"').append(Base64.getEncoder().encodeToString(value)).append('"');
        return this;
    }

    /** An object inside; whatever is added up to {@link #end} is its own. */
    JsonLine begin(String name) {
        name(name);
        text.append('{');
        return this;
    }

    JsonLine end() {
        text.append('}');
        return this;
    }

    byte[] bytes() {
        return text.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private void name(String name) {
        if (text.charAt(text.length() - 1) != '{') {
            text.append(',');
        }
        quote(name);
        text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}

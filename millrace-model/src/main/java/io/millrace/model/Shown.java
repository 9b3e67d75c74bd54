package io.millrace.model;

import java.util.Collection;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;

/** A value as error texts show it. */
final class Shown {
    /** An own rule: a reply does not carry a hostile request's megabytes back, several times over. */
    static final int MAX_CHARS = 64 * 1024;

    private final StringBuilder text = new StringBuilder();

    private Shown() {}

    static String of(Object value) {
        var shown = new Shown();
        shown.append(value);
        return shown.text.toString();
    }

    private void append(Object value) {
        switch (value) {
            case Collection<?> list -> appendList(list);
            case Map<?, ?> map -> appendMap(map);
            case SdkBytes blob -> {
                int bytes = blob.asByteArrayUnsafe().length;
                append("java.nio.HeapByteBuffer[pos=0 lim=" + bytes + " cap=" + bytes + "]");
            }
            default -> append(value.toString());
        }
    }

    private void appendList(Collection<?> list) {
        append("[");
        var separator = "";
        for (var element : list) {
            append(separator);
            append(String.valueOf(element));
            separator = ", ";
        }
        append("]");
    }

    private void appendMap(Map<?, ?> map) {
        append("{");
        var separator = "";
        for (var entry : map.entrySet()) {
            append(separator);
            append(entry.getKey() + "=" + entry.getValue());
            separator = ", ";
        }
        append("}");
    }

    private void append(String piece) {
        text.append(piece, 0, Math.min(piece.length(), Math.max(0, MAX_CHARS - text.length())));
    }
}

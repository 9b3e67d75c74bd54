package io.millrace.gateway;

import org.jspecify.annotations.Nullable;

/** An {@code X-Amz-Target}, split at its first dot; a part that is not there is empty. */
record Target(String text, String service, String operation) {
    static Target parse(@Nullable String header) {
        if (header == null) {
            return new Target("", "", "");
        }
        int dot = header.indexOf('.');
        return dot < 0
                ? new Target(header, header, "")
                : new Target(header, header.substring(0, dot), header.substring(dot + 1));
    }
}

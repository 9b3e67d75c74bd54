package io.millrace.glue;

import io.millrace.model.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** NextTokens: the last name that was listed. They open nothing that their holder could not have asked for by name. */
final class PageToken {
    private static final String PREFIX = "after ";

    private PageToken() {}

    static String after(String name) {
        return Base64.getUrlEncoder().encodeToString((PREFIX + name).getBytes(StandardCharsets.UTF_8));
    }

    /** The name to go on after; empty to begin. */
    static String name(@Nullable String token) {
        if (token == null || token.isEmpty()) {
            return "";
        }
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(PREFIX)) {
                return text.substring(PREFIX.length());
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new InvalidInputException("Invalid NextToken: " + token);
    }
}

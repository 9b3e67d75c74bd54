package io.millrace.auth;

import org.jspecify.annotations.Nullable;

/** What authentication reads of a request, whatever carried it. */
public interface RequestHead {
    String method();

    /** The path and query as sent. */
    String target();

    /** The first value of a header, by case-insensitive name. */
    @Nullable String header(String name);

    /** The id this request is known by in replies and logs. */
    String requestId();
}

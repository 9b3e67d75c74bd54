package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request's head as HTTP/2 brings it: header names are in lower case. */
record Http2Head(Http2Headers headers, String requestId) implements RequestHead {
    @Override
    public String method() {
        return textOf(headers.method());
    }

    @Override
    public String target() {
        return textOf(headers.path());
    }

    @Override
    public @Nullable String header(String name) {
        var value = headers.get(name.toLowerCase(Locale.ROOT));
        return value == null ? null : value.toString();
    }

    private static String textOf(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }
}

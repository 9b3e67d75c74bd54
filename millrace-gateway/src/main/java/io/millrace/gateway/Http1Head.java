package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** A request's head as HTTP/1.1 brings it. */
record Http1Head(HttpRequest request, String requestId) implements RequestHead {
    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String target() {
        return request.uri();
    }

    @Override
    public @Nullable String header(String name) {
        return request.headers().get(name);
    }
}

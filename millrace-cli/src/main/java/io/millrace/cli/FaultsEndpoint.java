package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** A Millrace server's page of faults. Each call answers with what is set then, in JSON. */
record FaultsEndpoint(AdminEndpoint page) {
    private static final String PATH = "/admin/faults";

    FaultsEndpoint(Connection connection, AdminOptions admin) {
        this(new AdminEndpoint(connection, admin, PATH, "set faults"));
    }

    String list() {
        return page.send(SdkHttpFullRequest.builder().method(SdkHttpMethod.GET), new byte[0]);
    }

    String set(Output.JsonValue rule) throws IOException {
        var body = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(body)) {
            rule.writeTo(json);
        }
        return page.send(
                SdkHttpFullRequest.builder()
                        .method(SdkHttpMethod.PUT)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Content-Length", Integer.toString(body.size())),
                body.toByteArray());
    }

    String clear(Optional<String> stream, Optional<String> operation) {
        var request = SdkHttpFullRequest.builder().method(SdkHttpMethod.DELETE);
        stream.ifPresent(name -> request.putRawQueryParameter("stream", name));
        operation.ifPresent(name -> request.putRawQueryParameter("operation", name));
        return page.send(request, new byte[0]);
    }
}

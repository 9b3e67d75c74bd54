package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** A Millrace server's page of faults. Each call answers with what is set then, in JSON. */
record FaultsEndpoint(Connection connection, AdminOptions admin) {
    private static final String PATH = "/admin/faults";
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;

    String list() {
        return send(SdkHttpFullRequest.builder().method(SdkHttpMethod.GET), new byte[0]);
    }

    String set(Output.JsonValue rule) throws IOException {
        var body = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(body)) {
            rule.writeTo(json);
        }
        return send(
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
        return send(request, new byte[0]);
    }

    private String send(SdkHttpFullRequest.Builder request, byte[] body) {
        var url = connection
                .endpoint()
                .url()
                .orElseThrow(() -> new CommandFailure("Faults can be set in a Millrace server only, not in AWS."));
        request.uri(URI.create(url.getScheme() + "://" + url.getAuthority())).encodedPath(PATH);
        admin.token(connection.endpoint()).ifPresent(token -> request.putHeader("Authorization", "Bearer " + token));
        var call = HttpExecuteRequest.builder().request(request.build());
        if (body.length > 0) {
            call.contentStreamProvider(() -> new ByteArrayInputStream(body));
        }
        try (var http = connection.httpClient()) {
            var answer = http.prepareRequest(call.build()).call();
            var content = answer.responseBody();
            var text =
                    content.isEmpty() ? "" : new String(content.get().readAllBytes(), StandardCharsets.UTF_8).strip();
            return accepted(answer.httpResponse().statusCode(), text);
        } catch (IOException e) {
            throw new CommandFailure(Complaint.aboutCall(e, connection.endpoint()), e);
        }
    }

    private String accepted(int status, String text) {
        return switch (status) {
            case OK -> text;
            case FORBIDDEN ->
                throw new CommandFailure(connection.endpoint() + " does not let you set faults. Give --data-dir, if it"
                        + " runs on this machine as you, or its admin.token with --admin-token.");
            default -> throw new CommandFailure(connection.endpoint() + " refused: " + reason(status, text));
        };
    }

    private static String reason(int status, String text) {
        try {
            return JsonFields.parse(text.getBytes(StandardCharsets.UTF_8)).text("message");
        } catch (IllegalArgumentException _) {
            return "HTTP status " + status + ". Is it a Millrace server?";
        }
    }
}

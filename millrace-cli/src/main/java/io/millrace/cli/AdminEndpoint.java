package io.millrace.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpFullRequest;

/**
 * A page of a Millrace server that only those who administer it may ask.
 *
 * @param deed what it is that AWS has no such thing for, for refusals: {@code set faults}
 */
record AdminEndpoint(Connection connection, AdminOptions admin, String path, String deed) {
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;

    /** What it answers, in JSON. */
    String send(SdkHttpFullRequest.Builder request, byte[] body) {
        var url = connection
                .endpoint()
                .url()
                .orElseThrow(() -> new CommandFailure("You can " + deed + " in a Millrace server only, not in AWS."));
        request.uri(URI.create(url.getScheme() + "://" + url.getAuthority())).encodedPath(path);
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
                throw new CommandFailure(
                        connection.endpoint() + " does not let you " + deed
                                + ". Give --data-dir, if it runs on this machine as you, or its admin.token with --admin-token.");
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

package io.millrace.firehose.http;

import static io.millrace.firehose.delivery.Failure.Remedy.GIVE_UP;
import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Failure;
import java.util.Locale;
import java.util.Optional;

/** What an HTTP endpoint's response means: the contract's yes, or a failure. */
final class HttpEndpointAnswer {
    private static final int OK = 200;
    private static final int PAYLOAD_TOO_LARGE = 413;

    private HttpEndpointAnswer() {}

    static Optional<Failure> failure(String requestId, Answer answer) {
        return switch (answer) {
            case Answer.Trouble(var kind, var message) -> Optional.of(new Failure(code(kind), message, RETRY));
            case Answer.Response response
            when response.status() != OK ->
                Optional.of(new Failure(
                        "HttpEndpoint.DestinationException",
                        "The following response was received from the endpoint destination. " + response.status() + ": "
                                + response.excerpt(),
                        response.status() == PAYLOAD_TOO_LARGE ? GIVE_UP : RETRY));
            case Answer.Response response ->
                flaw(requestId, response)
                        .map(text -> new Failure("HttpEndpoint.InvalidResponseFromDestination", text, RETRY));
        };
    }

    private static String code(Answer.Kind kind) {
        return "HttpEndpoint."
                + switch (kind) {
                    case CONNECT_TIMEOUT, CONNECTION_FAILED -> "ConnectionFailed";
                    case CONNECTION_CLOSED -> "ConnectionReset";
                    case RESPONSE_TIMEOUT -> "RequestTimeout";
                    case RESPONSE_TOO_LARGE -> "ResponseTooLarge";
                    case TLS_HANDSHAKE, TLS_UNVERIFIED -> "SSLHandshakeFailure";
                };
    }

    private static Optional<String> flaw(String requestId, Answer.Response response) {
        var headers = response.headers();
        var type = headers.firstValue("Content-Type").orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return Optional.of("The response's Content-Type is '" + type + "' and not application/json");
        }
        if (headers.firstValue("Content-Encoding").isPresent()) {
            return Optional.of("The response has a Content-Encoding");
        }
        if (headers.firstValue("Content-Length").isEmpty()) {
            return Optional.of("The response has no Content-Length");
        }
        var body = Json.object(response.body());
        if (body.isEmpty()) {
            return Optional.of("The response is not a JSON object: " + response.excerpt());
        }
        if (body.get().hasNonNull("errorMessage")) {
            return Optional.of("The response has an errorMessage: "
                    + body.get().get("errorMessage").asText());
        }
        var answered = body.get().path("requestId").asText();
        if (!requestId.equals(answered)) {
            return Optional.of("The response's requestId is '" + answered + "' and not " + requestId);
        }
        return body.get().path("timestamp").isIntegralNumber()
                ? Optional.empty()
                : Optional.of("The response has no timestamp in milliseconds");
    }
}

package io.millrace.firehose.http;

import static io.millrace.firehose.delivery.Failure.Remedy.GIVE_UP;
import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.firehose.delivery.Failure;

/**
 * What the answers of <a
 * href="https://docs.snowflake.com/en/user-guide/snowpipe-streaming/snowpipe-streaming-high-performance-rest-api">Snowpipe
 * Streaming's REST interface</a> mean.
 */
final class SnowflakeAnswer {
    private static final int REDIRECTS = 300;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;

    private SnowflakeAnswer() {}

    /** The response that it is. */
    static Answer.Response taken(Answer answer) throws SnowflakeRefusalException {
        return switch (answer) {
            case Answer.Response response when response.status() >= OK && response.status() < REDIRECTS -> response;
            case Answer.Response response -> throw new SnowflakeRefusalException(failure(response));
            case Answer.Trouble(var kind, var message) ->
                throw new SnowflakeRefusalException(new Failure("Snowflake." + code(kind), message, RETRY));
        };
    }

    /** The same for rows, whose refusal may be their own fault. */
    static Answer.Response rowsTaken(Answer answer) throws SnowflakeRefusalException {
        if (answer instanceof Answer.Response response
                && !concernsTheChannel(response)
                && (response.status() == BAD_REQUEST
                        || response.status() == PAYLOAD_TOO_LARGE
                        || response.status() == UNPROCESSABLE)) {
            throw new SnowflakeRefusalException(
                    new Failure("Snowflake.InvalidInput", failure(response).message(), GIVE_UP));
        }
        return taken(answer);
    }

    /** The object that the response holds. */
    static JsonNode object(Answer.Response response) throws SnowflakeRefusalException {
        return Json.object(response.body()).orElseThrow(() -> garbage(response));
    }

    /** A member of the object that is text and not empty. */
    static String text(Answer.Response response, String member) throws SnowflakeRefusalException {
        var text = object(response).path(member).asText("");
        if (text.isEmpty()) {
            throw garbage(response);
        }
        return text;
    }

    private static SnowflakeRefusalException garbage(Answer.Response response) {
        return new SnowflakeRefusalException(new Failure(
                "Snowflake.InvalidResponse", "Snowflake's answer is not understood: " + response.excerpt(), RETRY));
    }

    /** Somebody else, or an earlier attempt of ours, has the channel: it has to be opened again. */
    private static boolean concernsTheChannel(Answer.Response response) {
        var code = code(response);
        return code.startsWith("STALE_") || code.startsWith("ERR_CHANNEL_");
    }

    private static Failure failure(Answer.Response response) {
        var code = code(response);
        var message = response.status() + (code.isEmpty() ? "" : " " + code) + ": "
                + Json.object(response.body())
                        .map(object -> object.path("message").asText(""))
                        .filter(text -> !text.isEmpty())
                        .orElseGet(response::excerpt);
        // Names and rights may be mended while we try again.
        return new Failure(
                "Snowflake." + (concernsTheChannel(response) ? "ChannelInvalidated" : code(response.status())),
                message,
                RETRY);
    }

    private static String code(Answer.Response response) {
        return Json.object(response.body())
                .map(object -> object.path("code").asText(""))
                .orElse("");
    }

    private static String code(int status) {
        return switch (status) {
            case UNAUTHORIZED, FORBIDDEN -> "AccessDenied";
            case NOT_FOUND -> "TableNotFound";
            case CONFLICT -> "ChannelInvalidated";
            case TOO_MANY_REQUESTS -> "Throttled";
            default -> "ServiceError";
        };
    }

    private static String code(Answer.Kind kind) {
        return switch (kind) {
            case CONNECT_TIMEOUT, RESPONSE_TIMEOUT -> "ConnectionTimeout";
            case CONNECTION_FAILED -> "InvalidUrl";
            case CONNECTION_CLOSED -> "ConnectionClosed";
            case RESPONSE_TOO_LARGE -> "InvalidResponse";
            case TLS_HANDSHAKE, TLS_UNVERIFIED -> "SSLHandshake";
        };
    }
}

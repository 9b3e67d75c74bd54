package io.millrace.firehose.http;

import static io.millrace.firehose.delivery.Failure.Remedy.GIVE_UP;
import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Failure;
import java.util.OptionalLong;

/**
 * What Splunk's answers mean. The numbers are the event collector's own: <a
 * href="https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector">status codes</a>.
 */
final class SplunkAnswer {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int SERVER_ERRORS = 500;
    private static final int UNAVAILABLE = 503;
    /** Splunk's own code of a request that it took. */
    private static final int SUCCESS = 0;

    private SplunkAnswer() {}

    static boolean indexed(Answer answer, long acknowledgment) {
        return answer instanceof Answer.Response response
                && response.status() == OK
                && Json.object(response.body())
                        .map(object -> object.path("acks")
                                .path(Long.toString(acknowledgment))
                                .asBoolean(false))
                        .orElse(false);
    }

    /** Whether asking again can't help. */
    static boolean permanent(Answer answer) {
        return answer instanceof Answer.Response response
                && response.status() != OK
                && failure(answer).remedy() == GIVE_UP;
    }

    /** The number by which to ask whether the data is indexed. */
    static OptionalLong acknowledgment(Answer.Response response) {
        var id = Json.object(response.body()).map(object -> object.path("ackId"));
        return id.isPresent() && id.get().isIntegralNumber()
                ? OptionalLong.of(id.get().asLong())
                : OptionalLong.empty();
    }

    /** Splunk took the data but will never say that it is indexed; or something in between answered in its place. */
    static Failure withoutAcknowledgment(Answer.Response response) {
        return splunkCode(response) == SUCCESS
                ? new Failure(
                        "Splunk.DisabledAck",
                        "Splunk's answer has no ackId; enable indexer acknowledgement for the token: "
                                + response.excerpt(),
                        GIVE_UP)
                : new Failure("Splunk.ServerError", "The answer is not Splunk's: " + response.excerpt(), RETRY);
    }

    private static int splunkCode(Answer.Response response) {
        return Json.object(response.body())
                .map(object -> object.path("code").asInt(-1))
                .orElse(-1);
    }

    static Failure failure(Answer answer) {
        return switch (answer) {
            case Answer.Trouble(var kind, var message) -> new Failure("Splunk." + code(kind), message, RETRY);
            case Answer.Response response -> refusal(response);
        };
    }

    private static String code(Answer.Kind kind) {
        return switch (kind) {
            case CONNECT_TIMEOUT, RESPONSE_TIMEOUT -> "ConnectionTimeout";
            case CONNECTION_FAILED -> "InvalidEndpoint";
            case CONNECTION_CLOSED, RESPONSE_TOO_LARGE -> "ConnectionClosed";
            case TLS_HANDSHAKE -> "SSLHandshake";
            case TLS_UNVERIFIED -> "SSLUnverified";
        };
    }

    private static Failure refusal(Answer.Response response) {
        var text = response.status() + ": " + response.excerpt();
        return switch (splunkCode(response)) {
            case 1 -> new Failure("Splunk.DisabledToken", text, GIVE_UP);
            case 2, 3, 4 -> new Failure("Splunk.InvalidToken", text, GIVE_UP);
            case 5, 6, 12, 13, 15 -> new Failure("Splunk.InvalidDataFormat", text, GIVE_UP);
            case 7 -> new Failure("Splunk.InvalidIndex", text, GIVE_UP);
            case 9 -> new Failure("Splunk.IndexerBusy", text, RETRY);
            case 10, 11 -> new Failure("Splunk.ProxyWithoutStickySessions", text, RETRY);
            case 14 -> new Failure("Splunk.DisabledAck", text, GIVE_UP);
            default -> new Failure("Splunk." + code(response.status()), text, RETRY);
        };
    }

    private static String code(int status) {
        return switch (status) {
            case NOT_FOUND, GONE -> "URLNotFound";
            case UNAVAILABLE -> "IndexerBusy";
            default -> status >= SERVER_ERRORS ? "ServerError" : "ConfigurationException";
        };
    }
}

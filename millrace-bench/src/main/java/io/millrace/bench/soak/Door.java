package io.millrace.bench.soak;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Calls to the server, wherever it is in its lives. Anyone may use it; each call blocks its caller. */
final class Door {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(100);
    private static final Duration INSIST_MAX = Duration.ofMinutes(2);
    private static final int OK = 200;
    private static final int FAULT = 500;
    private static final int UNAVAILABLE = 503;
    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=SOAK/20260101/us-east-1/kinesis/aws4_request, "
                    + "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64);

    private final Lives lives;
    private final Findings findings;
    private HttpClient client = newClient();
    private int clientOfEndings;

    Door(Lives lives, Findings findings) {
        this.lives = lives;
        this.findings = findings;
    }

    /** What came of a call. */
    sealed interface Outcome {
        record Success(Json body) implements Outcome {}

        /** A 4xx: it was not done. */
        record Refusal(String type, String message) implements Outcome {}

        /** Nobody answered, or with a 5xx: it was done or not. */
        record Unknown() implements Outcome {}
    }

    /** Waits until the server is there, and calls it once. */
    Outcome call(String operation, String json) throws InterruptedException {
        var moment = lives.awaitUp();
        try {
            var response = client(moment).send(request(operation, json), HttpResponse.BodyHandlers.ofString());
            return outcome(operation, response.statusCode(), response.body(), moment);
        } catch (IOException e) {
            unanswered(operation, e.toString(), moment);
            return new Outcome.Unknown();
        }
    }

    /** Calls until there is an answer; for what may be done twice. */
    Outcome insist(String operation, String json) throws InterruptedException {
        long giveUpAt = System.nanoTime() + INSIST_MAX.toNanos();
        while (true) {
            var outcome = call(operation, json);
            if (!(outcome instanceof Outcome.Unknown)) {
                return outcome;
            }
            if (System.nanoTime() > giveUpAt) {
                throw new SoakException(operation + " got no answer within " + INSIST_MAX);
            }
            Thread.sleep(ASK_AGAIN_AFTER);
        }
    }

    /** As {@link #insist}, of what can't be refused. */
    Json need(String operation, String json) throws InterruptedException {
        return switch (insist(operation, json)) {
            case Outcome.Success(var body) -> body;
            case Outcome.Refusal(var type, var message) ->
                throw new SoakException(operation + " of " + json + " was refused: " + type + ": " + message);
            case Outcome.Unknown _ -> throw new AssertionError("insisted");
        };
    }

    /** An answer that goes on and on, or the outcome that there is instead. */
    sealed interface Opening {
        record Open(InputStream messages, Lives.Moment since) implements Opening {}

        record Closed(Outcome outcome) implements Opening {}
    }

    Opening open(String operation, String json) throws InterruptedException {
        var moment = lives.awaitUp();
        try {
            var response = client(moment).send(request(operation, json), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() == OK) {
                return new Opening.Open(response.body(), moment);
            }
            var body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            return new Opening.Closed(outcome(operation, response.statusCode(), body, moment));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(e.toString()); // a stream says it so
            }
            unanswered(operation, e.toString(), moment);
            return new Opening.Closed(new Outcome.Unknown());
        }
    }

    /** Notes that something broke off, which is wrong unless the server was being ended. */
    void unanswered(String operation, String why, Lives.Moment since) {
        if (lives.endedSince(since)) {
            findings.count("cut: " + operation);
        } else {
            findings.wrong(operation + " broke off although nobody had ended the server: " + why);
        }
    }

    private Outcome outcome(String operation, int status, String body, Lives.Moment since) {
        if (status == OK) {
            findings.count("done: " + operation);
            // Many successes have no body at all.
            return new Outcome.Success(Json.parse(body.isBlank() ? "{}" : body));
        }
        var type = typeOf(body);
        findings.count("refused: " + operation + " " + type);
        if (status < FAULT) {
            return new Outcome.Refusal(type, body);
        }
        // A server that is short of room may say so, and one that is being stopped.
        if (status != UNAVAILABLE && !lives.endedSince(since)) {
            findings.wrong(operation + " was answered " + status + ": " + body);
        }
        return new Outcome.Unknown();
    }

    private static String typeOf(String body) {
        try {
            var type = Json.parse(body).text("__type").orElse("?");
            return type.substring(type.indexOf('#') + 1);
        } catch (IllegalArgumentException _) {
            return "?";
        }
    }

    /** Each life of the server has a client of its own, which has no connection to the one before in its pool. */
    private synchronized HttpClient client(Lives.Moment moment) {
        if (clientOfEndings < moment.endings()) {
            client.shutdownNow();
            client = newClient();
            clientOfEndings = moment.endings();
        }
        return client;
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private HttpRequest request(String operation, String json) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lives.port() + "/"))
                .timeout(ANSWER_MAX)
                .header("X-Amz-Target", "Kinesis_20131202." + operation)
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Date", "20260101T000000Z")
                .header("Authorization", AUTHORIZATION)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }
}

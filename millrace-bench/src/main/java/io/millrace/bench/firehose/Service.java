package io.millrace.bench.firehose;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A server's operations, for whoever needs no more of them than a few at a time. Safe for use by several threads. */
final class Service {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final URI endpoint;

    /** Whose operation it is. */
    enum Api {
        STREAMS("Kinesis_20131202.", "kinesis"),
        FIREHOSE("Firehose_20150804.", "firehose"),
        GLUE("AWSGlue.", "glue");

        private final String targetPrefix;
        private final String signedFor;

        Api(String targetPrefix, String signedFor) {
            this.targetPrefix = targetPrefix;
            this.signedFor = signedFor;
        }
    }

    Service(URI endpoint) {
        this.endpoint = endpoint;
    }

    URI endpoint() {
        return endpoint;
    }

    /**
     * The answer's body.
     *
     * @throws IOException if it is not a success
     */
    String ask(Api api, String operation, String json) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(endpoint)
                        .header("X-Amz-Target", api.targetPrefix + operation)
                        .header("Content-Type", "application/x-amz-json-1.1")
                        .header("X-Amz-Date", "20260101T000000Z")
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=BENCH/20260101/us-east-1/" + api.signedFor
                                        + "/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature="
                                        + "0".repeat(64))
                        .POST(BodyPublishers.ofString(json)),
                operation);
    }

    /** What the server tells of itself. */
    String metrics() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(endpoint.resolve("/metrics")).GET(), "/metrics");
    }

    /** For a server that is a store too. */
    void createBucket(String bucket) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(endpoint.resolve("/" + bucket)).PUT(BodyPublishers.noBody()), "the bucket");
    }

    private static String send(HttpRequest.Builder request, String what) throws IOException, InterruptedException {
        var answer = CLIENT.send(request.timeout(ANSWERS_WITHIN).build(), BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new IOException(what + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}

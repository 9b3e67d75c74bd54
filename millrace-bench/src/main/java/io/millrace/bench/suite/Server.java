package io.millrace.bench.suite;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A server that was started and has answered. */
record Server(String label, URI endpoint, Child child, Duration firstReplyAfter) implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final Duration ACTIVE_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(2);
    private static final Pattern ACTIVE = Pattern.compile("\"StreamStatus\"\\s*:\\s*\"ACTIVE\"");
    private static final int OK = 200;
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Starts it and asks for its streams until it answers that. */
    static Server start(Contender contender, Ground ground, Path data) throws IOException, InterruptedException {
        int port = Ground.freePort();
        var endpoint = URI.create("http://127.0.0.1:" + port);
        var launch = contender.launch(ground, port, data);
        long startedAt = System.nanoTime();
        var child = Child.start(ground, launch.command(), launch.environment());
        while (!answers(endpoint)) {
            if (!child.isAlive() || System.nanoTime() - startedAt > STARTS_WITHIN.toNanos()) {
                child.close();
                throw new IOException("did not start; " + child.lastWords());
            }
            LockSupport.parkNanos(ASK_AGAIN_AFTER.toNanos());
        }
        return new Server(contender.label(), endpoint, child, Duration.ofNanos(System.nanoTime() - startedAt));
    }

    /** The answer's body, which must be a success. */
    String ask(String operation, String json) throws IOException, InterruptedException {
        var answer = CLIENT.send(request(endpoint, operation, json), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new IOException(operation + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    /** Returns when the stream is active. */
    void createStream(String name, int shards) throws IOException, InterruptedException {
        ask("CreateStream", "{\"StreamName\":\"" + name + "\",\"ShardCount\":" + shards + "}");
        long giveUpAt = System.nanoTime() + ACTIVE_WITHIN.toNanos();
        while (!ACTIVE.matcher(ask("DescribeStreamSummary", "{\"StreamName\":\"" + name + "\"}"))
                .find()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IOException("the stream is not active after " + ACTIVE_WITHIN);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Override
    public void close() {
        child.close();
    }

    private static boolean answers(URI endpoint) throws InterruptedException {
        // A knock costs the server next to nothing of the cores it starts on; a client's request would.
        try (var _ = new Socket(endpoint.getHost(), endpoint.getPort())) {
            return CLIENT.send(request(endpoint, "ListStreams", "{}"), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == OK;
        } catch (IOException _) {
            return false;
        }
    }

    private static HttpRequest request(URI endpoint, String operation, String json) {
        return HttpRequest.newBuilder(endpoint)
                .timeout(ANSWERS_WITHIN)
                .header("X-Amz-Target", "Kinesis_20131202." + operation)
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Date", "20260101T000000Z")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=BENCH/20260101/us-east-1/kinesis/aws4_request, "
                                + "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }
}

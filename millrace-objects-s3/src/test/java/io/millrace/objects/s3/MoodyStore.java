package io.millrace.objects.s3;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A store that does as it is told, request by request, and remembers what it was asked; when told nothing it says yes. */
final class MoodyStore implements AutoCloseable {
    private final HttpServer server;
    private final Queue<Mood> moods = new ConcurrentLinkedQueue<>();
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    record Asked(String method, URI uri, Headers headers, int bodyBytes) {}

    sealed interface Mood {
        record Answers(int status, String code) implements Mood {}

        /** Reads this much of the request's body and hangs up. */
        record HangsUpAfter(int bytes) implements Mood {}

        /** Reads everything and never answers. */
        record Sleeps() implements Mood {}
    }

    MoodyStore() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    MoodyStore then(Mood mood) {
        moods.add(mood);
        return this;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void handle(HttpExchange exchange) throws IOException {
        var mood = moods.poll();
        switch (mood) {
            case null -> answer(exchange, 200, yes(exchange));
            case Mood.Answers(int status, String code) ->
                answer(
                        exchange,
                        status,
                        code.isEmpty() ? "" : "<Error><Code>" + code + "</Code><Message>because</Message></Error>");
            case Mood.HangsUpAfter(int bytes) -> {
                exchange.getRequestBody().readNBytes(bytes);
                note(exchange, bytes);
                exchange.close();
            }
            case Mood.Sleeps() -> {
                note(exchange, exchange.getRequestBody().readAllBytes().length);
                try {
                    closed.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            }
        }
    }

    private static String yes(HttpExchange exchange) {
        var query = exchange.getRequestURI().getQuery();
        if (exchange.getRequestMethod().equals("POST") && "uploads".equals(query)) {
            return "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
        }
        return exchange.getRequestMethod().equals("POST")
                ? "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
                : "";
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        note(exchange, exchange.getRequestBody().readAllBytes().length);
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("ETag", "\"e\"");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void note(HttpExchange exchange, int bodyBytes) {
        asked.add(new Asked(
                exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), bodyBytes));
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}

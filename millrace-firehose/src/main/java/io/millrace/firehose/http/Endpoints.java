package io.millrace.firehose.http;

import io.millrace.firehose.delivery.MissingSecretException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * The one HTTP client of all HTTP destinations. Follows no redirects, speaks HTTP/1.1, and turns whatever can go wrong into an
 * {@link Answer}. May be used by many threads.
 */
final class Endpoints implements AutoCloseable {
    private static final Duration CONNECT_WAIT_MAX = Duration.ofSeconds(10);

    private final HttpClient client;

    Endpoints(SSLContext tls) {
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_WAIT_MAX)
                .sslContext(tls)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /**
     * Sends and waits.
     *
     * @param wait the most time from the first byte sent to the last received
     */
    Answer send(HttpRequest.Builder request, Duration wait, int responseMaxBytes) throws InterruptedException {
        try {
            // The client's own time-out ends with the response's head; the body's time has to be watched as well.
            var response = client.sendAsync(request.timeout(wait).build(), BoundedBody.atMost(responseMaxBytes));
            return await(response, wait);
        } catch (IllegalArgumentException e) {
            return new Answer.Trouble(Answer.Kind.CONNECTION_FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Sets a header whose value no message may show, the client's own about characters that headers can't have included. */
    static void secretHeader(HttpRequest.Builder request, String name, String value) throws MissingSecretException {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException _) {
            throw new MissingSecretException("The value of " + name + " has characters that no header may have");
        }
    }

    private static Answer await(CompletableFuture<HttpResponse<byte[]>> response, Duration wait)
            throws InterruptedException {
        try {
            var whole = response.get(wait.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer.Response(whole.statusCode(), whole.headers(), whole.body());
        } catch (TimeoutException _) {
            return new Answer.Trouble(Answer.Kind.RESPONSE_TIMEOUT, "No whole response within " + wait);
        } catch (ExecutionException e) {
            return trouble(e.getCause() == null ? e : e.getCause());
        } finally {
            response.cancel(true);
        }
    }

    private static Answer.Trouble trouble(Throwable cause) {
        return new Answer.Trouble(kind(cause), message(cause));
    }

    private static Answer.Kind kind(Throwable cause) {
        return switch (cause) {
            case BodyTooLargeException _ -> Answer.Kind.RESPONSE_TOO_LARGE;
            case HttpConnectTimeoutException _ -> Answer.Kind.CONNECT_TIMEOUT;
            case HttpTimeoutException _ -> Answer.Kind.RESPONSE_TIMEOUT;
            case SSLException tls when unverified(tls) -> Answer.Kind.TLS_UNVERIFIED;
            case SSLException _ -> Answer.Kind.TLS_HANDSHAKE;
            case ConnectException _, UnresolvedAddressException _ -> Answer.Kind.CONNECTION_FAILED;
            case IOException wrapped
            when wrapped.getCause() instanceof BodyTooLargeException -> Answer.Kind.RESPONSE_TOO_LARGE;
            case IOException _ -> Answer.Kind.CONNECTION_CLOSED;
            default -> throw new IllegalStateException("An exchange failed in a way nobody knows", cause);
        };
    }

    private static boolean unverified(Throwable tls) {
        for (var cause = tls; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                return true;
            }
        }
        return false;
    }

    /** The client often throws without words; the class then says most. */
    private static String message(Throwable cause) {
        var text = cause.getMessage();
        return text == null ? cause.getClass().getSimpleName() : text;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

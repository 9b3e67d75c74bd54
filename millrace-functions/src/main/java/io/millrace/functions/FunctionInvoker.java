package io.millrace.functions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.functions.FunctionsConfig.Endpoint;
import io.millrace.functions.FunctionsConfig.Form;
import io.millrace.functions.Invocation.Answered;
import io.millrace.functions.Invocation.Reason;
import io.millrace.functions.Invocation.Unanswered;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls functions, each call once. May be used by many threads at once; the connections are made at the first call, and a
 * server without functions has none.
 */
public final class FunctionInvoker implements AutoCloseable {
    /** The largest event and the largest answer, as Lambda has it. */
    public static final int PAYLOAD_MAX_BYTES = 6_291_556;

    static final Duration CONNECT_WAIT_MAX = Duration.ofSeconds(10);

    private static final String LATEST = "$LATEST";
    private static final String EMULATOR_PATH = "/2015-03-31/functions/function/invocations";
    private static final JsonFactory JSON = new JsonFactory();

    private final FunctionsConfig config;
    private final InstantSource clock;
    private final Map<URI, Semaphore> emulators = new ConcurrentHashMap<>();
    private final Connections connections = new Connections();

    public FunctionInvoker(FunctionsConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /** The client, made when it is first asked for. */
    private static final class Connections {
        private Optional<HttpClient> client = Optional.empty();
        private boolean closed;

        synchronized HttpClient client() {
            if (closed) {
                throw new IllegalStateException("functions are called after their invoker was closed");
            }
            if (client.isEmpty()) {
                client = Optional.of(HttpClient.newBuilder()
                        // Emulators stumble over the upgrade to HTTP/2 that the client asks for by itself.
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_WAIT_MAX)
                        .build());
            }
            return client.get();
        }

        synchronized void close() {
            closed = true;
            client.ifPresent(HttpClient::shutdownNow);
        }
    }

    /**
     * Calls a function once and waits for its answer until the deadline at the latest. Trouble is an answer, not an
     * exception.
     *
     * @param arn any form of a function's name
     * @param qualifier a version or an alias; empty for the one that the name says, or else {@code $LATEST}
     * @param event JSON, at most {@link #PAYLOAD_MAX_BYTES}
     */
    public Invocation invoke(String arn, Optional<String> qualifier, byte[] event, Instant deadline)
            throws InterruptedException {
        var parsed = FunctionName.parse(arn);
        if (parsed.isEmpty()) {
            return new Unanswered(Reason.UNBOUND, "Invalid function name: " + arn);
        }
        var named = parsed.get();
        var function = qualifier.isEmpty()
                ? named
                : new FunctionName(named.partition(), named.region(), named.account(), named.name(), qualifier);
        var endpoint = config.endpointOf(function);
        if (endpoint.isEmpty()) {
            return new Unanswered(
                    Reason.UNBOUND,
                    "Function not found: " + function
                            + ". Neither functions.endpoints nor functions.endpoint say where it is.");
        }
        if (event.length > PAYLOAD_MAX_BYTES) {
            return new Answered(413, Optional.empty(), new byte[0], LATEST, "");
        }
        return switch (endpoint.get().form()) {
            case LAMBDA, BRIDGE -> call(function, endpoint.get(), event, deadline);
            case EMULATOR -> callAlone(function, endpoint.get(), event, deadline);
        };
    }

    /** An emulator refuses a second call while it serves one: ours wait for each other here. */
    private Invocation callAlone(FunctionName function, Endpoint endpoint, byte[] event, Instant deadline)
            throws InterruptedException {
        var turn = emulators.computeIfAbsent(endpoint.uri(), _ -> new Semaphore(1, true));
        if (!turn.tryAcquire(nanosUntil(deadline), TimeUnit.NANOSECONDS)) {
            return new Unanswered(Reason.TIMED_OUT, "No turn at " + endpoint.uri() + " before the deadline.");
        }
        try {
            return call(function, endpoint, event, deadline);
        } finally {
            turn.release();
        }
    }

    private Invocation call(FunctionName function, Endpoint endpoint, byte[] event, Instant deadline)
            throws InterruptedException {
        var request = request(function, endpoint, event);
        // The request's own timeout ends with the answer's headers; a body that never ends needs this wait.
        var answer = connections.client().sendAsync(request, _ -> new BoundedBody(PAYLOAD_MAX_BYTES));
        try {
            return answered(endpoint.form(), answer.get(nanosUntil(deadline), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return new Unanswered(Reason.TIMED_OUT, "No answer from " + endpoint.uri() + " before the deadline.");
        } catch (ExecutionException e) {
            return new Unanswered(Reason.CONNECTION, "No answer from " + endpoint.uri() + ": " + said(e));
        } finally {
            answer.cancel(true);
        }
    }

    private static String said(ExecutionException e) {
        var cause = e.getCause() == null ? e : e.getCause();
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private long nanosUntil(Instant deadline) {
        return Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
    }

    private HttpRequest request(FunctionName function, Endpoint endpoint, byte[] event) {
        var uri = switch (endpoint.form()) {
            case LAMBDA -> lambdaUri(endpoint.uri(), function);
            case EMULATOR -> URI.create(withoutSlash(endpoint.uri()) + EMULATOR_PATH);
            case BRIDGE -> endpoint.uri();
        };
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(event));
        if (endpoint.form() == Form.LAMBDA) {
            request.header("X-Amz-Invocation-Type", "RequestResponse").header("X-Amz-Log-Type", "None");
            config.credentials().ifPresent(credentials -> {
                var region = function.region().orElse(config.region());
                new RequestSignature(credentials, region, clock.instant())
                        .headers(uri, event)
                        .forEach(request::header);
            });
        }
        return request.build();
    }

    private static URI lambdaUri(URI base, FunctionName function) {
        var qualifier = function.qualifier()
                .map(text -> "?Qualifier=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .orElse("");
        return URI.create(withoutSlash(base) + "/2015-03-31/functions/" + function.name() + "/invocations" + qualifier);
    }

    private static String withoutSlash(URI base) {
        var text = base.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static Invocation answered(Form form, HttpResponse<Optional<byte[]>> response) {
        int status = response.statusCode();
        var version = response.headers().firstValue("X-Amz-Executed-Version").orElse(LATEST);
        var requestId = response.headers().firstValue("x-amzn-RequestId").orElse("");
        if (response.body().isEmpty()) {
            return new Answered(200, Optional.of("Unhandled"), tooLarge(), version, requestId);
        }
        var payload = response.body().get();
        return switch (form) {
            case LAMBDA ->
                new Answered(
                        status, response.headers().firstValue("X-Amz-Function-Error"), payload, version, requestId);
            case EMULATOR -> {
                Optional<String> error =
                        status / 100 == 2 && isError(payload) ? Optional.of("Unhandled") : Optional.empty();
                yield new Answered(status, error, payload, version, requestId);
            }
            case BRIDGE -> {
                boolean failed = status / 100 != 2;
                yield new Answered(
                        // Being told to slow down is the one refusal that a web server gives for the function.
                        failed && status != 429 ? 200 : status,
                        failed && status != 429 ? Optional.of("Unhandled") : Optional.empty(),
                        payload,
                        version,
                        requestId);
            }
        };
    }

    private static byte[] tooLarge() {
        return ("{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (" + PAYLOAD_MAX_BYTES
                        + " bytes).\",\"errorType\":\"Function.ResponseSizeTooLarge\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a payload is the description of an error: an object with an {@code errorType} or an {@code errorMessage}. */
    private static boolean isError(byte[] payload) {
        try (var parser = JSON.createParser(payload)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                if (name.equals("errorType") || name.equals("errorMessage")) {
                    return true;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (IOException _) {
            return false; // not JSON: not an error's description, and what it is the caller finds out
        }
    }

    /** Breaks off the calls that are being waited for. */
    @Override
    public void close() {
        connections.close();
    }
}

package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.millrace.gateway.Operations.Served;
import io.millrace.gateway.Operations.ServedEvents;
import io.millrace.gateway.Operations.ServedParked;
import io.millrace.gateway.Operations.ServedUnary;
import io.millrace.model.AwsException;
import io.millrace.model.SerializationException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.model.UnknownOperationException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.ErrorBody;
import io.millrace.wire.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Finds out what a whole request wants, and answers those that want nothing we have. The order of the questions is
 * AWS's: it decides which of several things that are wrong with a request is told.
 */
final class Door {
    private static final String ACCESS_DENIED = """
            <AccessDeniedException>
              <Message>Unable to determine service/operation name to be authorized</Message>
            </AccessDeniedException>
            """;
    private static final String UNKNOWN_OPERATION = "<UnknownOperationException/>\n";
    private static final String PLAIN_JSON = "application/json";
    private static final int ADMIN_BODY_MAX_BYTES = 64 * 1024;

    private final Operations operations;
    private final Map<String, Supplier<Page>> pages;
    private final UnaryDoor unaryDoor;
    private final EventDoor eventDoor;
    private final GatewayLimits limits;
    private final RequestMeters meters;
    private final Optional<RequestLog> requestLog;
    private final Executor threads;
    private final Tally active;

    Door(
            Operations operations,
            Map<String, Supplier<Page>> pages,
            UnaryDoor unaryDoor,
            EventDoor eventDoor,
            GatewayLimits limits,
            Tally active,
            RequestMeters meters,
            Optional<RequestLog> requestLog,
            Executor threads) {
        this.operations = operations;
        this.pages = Map.copyOf(pages);
        this.unaryDoor = unaryDoor;
        this.eventDoor = eventDoor;
        this.limits = limits;
        this.active = active;
        this.meters = meters;
        this.requestLog = requestLog;
        this.threads = threads;
    }

    /** How a request's body is written, by the word of its {@code Content-Type}. */
    private enum BodyType {
        JSON,
        CBOR,
        DEPRECATED_JSON,
        OTHER
    }

    /** Counts a request in, and returns when it began. */
    long begin() {
        active.add();
        return meters.nanoTime();
    }

    /** Counts a request out that nobody waits for any more. */
    void abandoned() {
        active.remove();
    }

    /** Counts a request out and takes note of it. */
    void answered(Exchange exchange, Reply reply) {
        active.remove();
        long nanos = meters.nanoTime() - exchange.startNanos();
        meters.answered(exchange.operation(), reply.status(), nanos);
        requestLog.ifPresent(log -> log.answered(exchange, reply.status(), reply.bodyBytes(), nanos));
    }

    /** Counts a request out that is answered with events from now on: its time is the time to the first of them. */
    void eventsBegun(Exchange exchange, int status) {
        active.remove();
        meters.answered(exchange.operation(), status, meters.nanoTime() - exchange.startNanos());
    }

    /** Takes note of the end of events. */
    void eventsEnded(Exchange exchange, int status, long bytes) {
        long nanos = meters.nanoTime() - exchange.startNanos();
        requestLog.ifPresent(log -> log.answered(exchange, status, bytes, nanos));
    }

    /** The answer when we have no room for the request. */
    Reply unavailable(Exchange exchange) {
        return refusal(errorProtocol(bodyType(exchange.head())), new ServiceUnavailableException());
    }

    /** Answers a request whose body is complete. */
    void serve(Exchange exchange) {
        var head = exchange.head();
        if (Cors.isPreflight(head)) {
            exchange.answer(Reply.empty(200));
            return;
        }
        if (!head.method().equals("POST")) {
            servePage(exchange);
            return;
        }
        var bodyType = bodyType(head);
        var target = Target.parse(head.header("x-amz-target"));
        var served = operations.find(target);
        served.ifPresent(known -> exchange.operation(known.operation().name()));
        if (exchange.body().length() == 0) {
            var refusal = served.isPresent() ? new SerializationException() : new UnknownOperationException();
            exchange.answer(refusal(errorProtocol(bodyType), refusal));
            return;
        }
        switch (bodyType) {
            case OTHER -> exchange.answer(refusalWithoutProtocol(target));
            case DEPRECATED_JSON -> exchange.answer(refusalInDeprecatedJson(exchange.body()));
            case JSON -> serve(exchange, served, Protocol.JSON);
            case CBOR -> serve(exchange, served, Protocol.CBOR);
        }
    }

    private void serve(Exchange exchange, Optional<Served> served, Protocol protocol) {
        if (active.count() > limits.requestsInFlightMax()) {
            exchange.answer(refusal(protocol, new ServiceUnavailableException()));
        } else if (served.isPresent()) {
            // Its codec looks whether the body is well-formed.
            lead(exchange, served.get(), protocol);
        } else if (!isObject(protocol, exchange.body())) {
            exchange.answer(refusal(protocol, new SerializationException()));
        } else {
            exchange.answer(refusal(protocol, new UnknownOperationException()));
        }
    }

    private void lead(Exchange exchange, Served served, Protocol protocol) {
        switch (served) {
            case ServedUnary<?, ?> unary -> unaryDoor.serve(exchange, unary, protocol);
            case ServedParked<?, ?> parked -> unaryDoor.serve(exchange, parked, protocol);
            case ServedEvents<?, ?> events -> eventDoor.serve(exchange, events, protocol);
        }
    }

    private void servePage(Exchange exchange) {
        var head = exchange.head();
        var adminPage = operations.adminPage(pathOf(head.target()));
        if (adminPage.isPresent() && !isForAws(head) && adminPage.get().admits(head)) {
            serveAdmin(exchange, adminPage.get());
            return;
        }
        var page = pages.get(pathOf(head.target()));
        boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
        if (page == null || !reads || hasCredentials(head)) {
            exchange.answer(Reply.untyped(403, ACCESS_DENIED));
            return;
        }
        threads.execute(() -> {
            var reply = replyOf(exchange, page);
            exchange.lane().ready(() -> exchange.answer(reply));
        });
    }

    private void serveAdmin(Exchange exchange, AdminPage page) {
        var received = exchange.body();
        if (received.length() > ADMIN_BODY_MAX_BYTES) {
            exchange.answer(Reply.empty(413));
            return;
        }
        var body = received.length() == 0
                ? ""
                : new String(received.array(), received.offset(), received.length(), StandardCharsets.UTF_8);
        threads.execute(() -> {
            var reply = replyOf(exchange, () -> page.answer(exchange.head(), body));
            exchange.lane().ready(() -> exchange.answer(reply));
        });
    }

    /** Makes a page, whatever happens. */
    private static Reply replyOf(Exchange exchange, Supplier<Page> maker) {
        try {
            var page = maker.get();
            return Reply.of(page.status(), page.contentType(), page.body());
        } catch (Throwable failure) {
            return refusal(Protocol.JSON, Admission.refusalOf(exchange.head(), failure));
        }
    }

    static Reply refusal(Protocol protocol, AwsException refusal) {
        var body = new BodyWriter();
        ErrorBody.write(protocol, refusal, body);
        return Reply.of(refusal.httpStatus(), protocol.contentType(), body);
    }

    private static Reply refusalWithoutProtocol(Target target) {
        return target.service().isEmpty() || target.operation().isEmpty()
                ? Reply.untyped(403, ACCESS_DENIED)
                : Reply.untyped(404, UNKNOWN_OPERATION);
    }

    private Reply refusalInDeprecatedJson(RequestBody body) {
        return isObject(Protocol.JSON, body)
                ? deprecatedJson(404, "UnknownOperationException")
                : deprecatedJson(400, "SerializationException");
    }

    private static Reply deprecatedJson(int status, String type) {
        return Reply.of(
                status,
                PLAIN_JSON,
                "{\"Output\":{\"__type\":\"com.amazon.coral.service#" + type + "\"},\"Version\":\"1.0\"}");
    }

    private boolean isObject(Protocol protocol, RequestBody body) {
        var codec = operations.anyCodec();
        if (codec.isEmpty()) {
            return true;
        }
        try {
            codec.get().decode(protocol, body.array(), body.offset(), body.length());
            return true;
        } catch (SerializationException e) {
            return !e.malformedBody();
        } catch (AwsException _) {
            // It read the body well enough to find a fault in a member.
            return true;
        }
    }

    private static BodyType bodyType(RequestHead head) {
        var contentType = head.header("content-type");
        if (contentType == null) {
            return BodyType.OTHER;
        }
        int parameters = contentType.indexOf(';');
        var type = (parameters < 0 ? contentType : contentType.substring(0, parameters)).trim();
        if (type.equals(Protocol.JSON.contentType())) {
            return BodyType.JSON;
        }
        if (type.equals(Protocol.CBOR.contentType())) {
            return BodyType.CBOR;
        }
        return type.equals(PLAIN_JSON) ? BodyType.DEPRECATED_JSON : BodyType.OTHER;
    }

    /** AWS answers in CBOR what it can't tell the protocol of. */
    private static Protocol errorProtocol(BodyType bodyType) {
        return bodyType == BodyType.JSON ? Protocol.JSON : Protocol.CBOR;
    }

    private static boolean isForAws(RequestHead head) {
        var authorization = head.header("authorization");
        return (authorization != null && authorization.startsWith("AWS"))
                || head.header("x-amz-target") != null
                || head.target().contains("X-Amz-Algorithm");
    }

    private static boolean hasCredentials(RequestHead head) {
        return head.header("authorization") != null || head.target().contains("X-Amz-Algorithm");
    }

    private static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}

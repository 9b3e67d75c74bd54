package io.millrace.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.firehose.engine.Deliveries;
import io.millrace.firehose.engine.DeliveryState;
import io.millrace.gateway.Page;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The page that deliveries are watched by: GET shows how delivery streams are doing, all of them or that of {@code ?name=};
 * PUT with {@code ?name=} delivers what one holds now, whatever its buffering says.
 */
final class DeliveriesPage {
    private static final String JSON = "application/json";
    private static final Duration FLUSH_WAIT_MAX = Duration.ofSeconds(30);
    private static final String NAME = "name=";

    private final Deliveries deliveries;
    private final InstantSource clock;

    DeliveriesPage(Deliveries deliveries, InstantSource clock) {
        this.deliveries = deliveries;
        this.clock = clock;
    }

    Page answer(String method, String query, String body) {
        if (!query.isEmpty() && !query.startsWith(NAME)) {
            return problem(400, "the only parameter is name");
        }
        var name = Optional.of(query)
                .filter(given -> !given.isEmpty())
                .map(given -> URLDecoder.decode(given.substring(NAME.length()), StandardCharsets.UTF_8));
        return switch (method) {
            case "GET" -> states(name);
            case "PUT" -> name.map(this::flush).orElseGet(() -> problem(400, "PUT delivers what ?name= holds"));
            default -> problem(405, "GET shows deliveries, PUT delivers what is buffered");
        };
    }

    private Page states(Optional<String> name) {
        var states = deliveries.states(name);
        if (name.isPresent() && states.isEmpty()) {
            return unknown(name.get());
        }
        var page = Json.MAPPER.createObjectNode();
        var all = page.putArray("deliveryStreams");
        states.forEach(state -> show(state, all.addObject()));
        return page(200, page);
    }

    private void show(DeliveryState state, ObjectNode shown) {
        shown.put("name", state.name()).put("arn", state.arn()).put("version", state.version());
        shown.put("bufferedBytes", state.bufferedBytes());
        state.oldestArrival()
                .ifPresent(arrival -> shown.put(
                        "oldestRecordAgeSeconds",
                        Math.max(0, Duration.between(arrival, clock.instant()).toSeconds())));
        shown.put("failedAttempts", state.retries());
        shown.put("lostRecords", state.lostRecords());
        state.lastProblem()
                .ifPresent(problem -> shown.putObject("lastProblem")
                        .put("at", problem.at().toString())
                        .put("code", problem.code())
                        .put("message", problem.message()));
        var events = shown.putArray("events");
        state.events()
                .forEach(event -> events.addObject()
                        .put("number", event.number())
                        .put("at", event.at().toString())
                        .put("text", event.text()));
    }

    private Page flush(String name) {
        try {
            var delivered = deliveries.flush(name, FLUSH_WAIT_MAX);
            return delivered
                    .map(all -> page(200, Json.MAPPER.createObjectNode().put("delivered", all)))
                    .orElseGet(() -> unknown(name));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return problem(503, "the server stops");
        }
    }

    private static Page unknown(String name) {
        return problem(404, "there is no delivery stream " + name);
    }

    private static Page problem(int status, String sentence) {
        return page(status, Json.MAPPER.createObjectNode().put("message", sentence));
    }

    private static Page page(int status, ObjectNode page) {
        return new Page(status, JSON, page.toPrettyString() + "\n");
    }

    /** Loaded with the first question, because a start has no time for it. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}

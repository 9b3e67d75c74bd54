package io.millrace.server.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gateway.Page;
import io.millrace.model.Firehose;
import io.millrace.model.Glue;
import io.millrace.model.Kinesis;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page that faults are seen and set by: GET lists them, PUT sets one, DELETE takes back those of {@code ?stream=} and
 * {@code ?operation=}, or all. Each answers with what is set then.
 */
public final class FaultsPage {
    private static final String JSON = "application/json";
    private static final Set<String> MEMBERS = Set.of(
            "stream",
            "operation",
            "throttle",
            "internalFailure",
            "unavailable",
            "recordThrottle",
            "recordInternalFailure",
            "breakOff",
            "latencyMillis",
            "latencyMillisMax",
            "forSeconds",
            "seed");
    private static final Set<String> OPERATIONS = Stream.of(Kinesis.ALL, Firehose.ALL, Glue.ALL)
            .flatMap(List::stream)
            .map(operation -> operation.name())
            .collect(Collectors.toUnmodifiableSet());

    private final Faults faults;
    private final RandomGenerator random;

    FaultsPage(Faults faults, RandomGenerator random) {
        this.faults = faults;
        this.random = random;
    }

    /**
     * Answers a request that may be made: who may is decided before.
     *
     * @param query what stands behind the question mark, without it
     */
    public Page answer(String method, String query, String body) {
        try {
            return switch (method) {
                case "GET" -> list();
                case "PUT" -> {
                    faults.set(rule(body));
                    yield list();
                }
                case "DELETE" -> {
                    clear(query);
                    yield list();
                }
                default -> problem(405, "GET lists faults, PUT sets one, DELETE takes them back");
            };
        } catch (IllegalArgumentException e) {
            return problem(400, String.valueOf(e.getMessage()));
        }
    }

    private void clear(String query) {
        var given = parameters(query);
        if (!Set.of("stream", "operation").containsAll(given.keySet())) {
            throw new IllegalArgumentException("DELETE takes stream and operation, not " + given.keySet());
        }
        faults.clear(Optional.ofNullable(given.get("stream")), Optional.ofNullable(given.get("operation")));
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new HashMap<String, String>();
        for (var pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            } else if (!pair.isEmpty()) {
                throw new IllegalArgumentException(pair + " has no value");
            }
        }
        return parameters;
    }

    private FaultRule rule(String body) {
        var json = object(body);
        json.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException("there is no " + name + " in a fault");
            }
        });
        var operation = text(json, "operation");
        if (operation.isPresent() && !OPERATIONS.contains(operation.get())) {
            throw new IllegalArgumentException("there is no operation " + operation.get());
        }
        long least = whole(json, "latencyMillis").orElse(0L);
        long most = whole(json, "latencyMillisMax").orElse(least);
        return new FaultRule(
                text(json, "stream"),
                operation,
                new FaultRule.CallRates(
                        rate(json, "throttle"), rate(json, "internalFailure"), rate(json, "unavailable")),
                new FaultRule.RecordRates(rate(json, "recordThrottle"), rate(json, "recordInternalFailure")),
                rate(json, "breakOff"),
                new FaultRule.Latency(Duration.ofMillis(least), Duration.ofMillis(most)),
                whole(json, "forSeconds").map(Duration::ofSeconds),
                whole(json, "seed").orElseGet(() -> random.nextLong(1L << 31)));
    }

    private static ObjectNode object(String body) {
        try {
            if (Json.MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException _) {
            // Refused below, with the same words.
        }
        throw new IllegalArgumentException("the body must be a JSON object");
    }

    private static Optional<String> text(JsonNode json, String name) {
        var value = given(json, name);
        if (value != null && (!value.isTextual() || value.asText().isEmpty())) {
            throw new IllegalArgumentException(name + " must be a name");
        }
        return Optional.ofNullable(value).map(JsonNode::asText);
    }

    private static double rate(JsonNode json, String name) {
        var value = given(json, name);
        if (value != null && !value.isNumber()) {
            throw new IllegalArgumentException(name + " must be a number from 0 to 1");
        }
        return value == null ? 0 : value.asDouble();
    }

    private static Optional<Long> whole(JsonNode json, String name) {
        var value = given(json, name);
        if (value != null && !(value.isIntegralNumber() && value.canConvertToInt())) {
            throw new IllegalArgumentException(name + " must be a whole number");
        }
        return Optional.ofNullable(value).map(JsonNode::asLong);
    }

    private static @Nullable JsonNode given(JsonNode json, String name) {
        var value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private Page list() {
        var page = Json.MAPPER.createObjectNode();
        var all = page.putArray("faults");
        faults.list().forEach(fault -> show(fault, all));
        return new Page(200, JSON, text(page));
    }

    private static void show(ActiveFault fault, ArrayNode all) {
        var rule = fault.rule();
        var shown = all.addObject();
        rule.stream().ifPresent(name -> shown.put("stream", name));
        rule.operation().ifPresent(name -> shown.put("operation", name));
        showRate(shown, "throttle", rule.calls().throttle());
        showRate(shown, "internalFailure", rule.calls().internalFailure());
        showRate(shown, "unavailable", rule.calls().unavailable());
        showRate(shown, "recordThrottle", rule.records().throttle());
        showRate(shown, "recordInternalFailure", rule.records().internalFailure());
        showRate(shown, "breakOff", rule.breakOff());
        if (!rule.latency().none()) {
            shown.put("latencyMillis", rule.latency().least().toMillis());
            shown.put("latencyMillisMax", rule.latency().most().toMillis());
        }
        fault.expiresAt().ifPresent(moment -> shown.put("expiresAt", moment.toString()));
        shown.put("seed", rule.seed());
    }

    private static void showRate(ObjectNode shown, String name, double rate) {
        if (rate > 0) {
            shown.put(name, rate);
        }
    }

    private static Page problem(int status, String sentence) {
        var page = Json.MAPPER.createObjectNode().put("message", sentence);
        return new Page(status, JSON, text(page));
    }

    private static String text(ObjectNode page) {
        return page.toPrettyString() + "\n";
    }

    /** Loaded with the first question, because a start has no time for it. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}

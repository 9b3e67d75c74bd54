package io.millrace.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.Page;
import io.millrace.gateway.Unary;
import io.millrace.model.AwsException;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Kinesis;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.server.calls.IdleStreams;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

class FaultsTest {
    private static final String ACCOUNT = "000000000000";
    private static final String CONSUMER = "arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/billing:1";

    private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Duration> waits = new ArrayList<>();
    private IdleStreams streams;
    private Faults faults;
    private FaultsPage page;
    private Unary<DescribeStreamRequest, DescribeStreamResponse> describe;
    private Unary<ListShardsRequest, ListShardsResponse> list;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        streams = new IdleStreams(directory, clock);
        faults = new Faults(streams.targets(), clock, meters, duration -> {
            waits.add(duration);
            return CompletableFuture.completedFuture(null);
        });
        page = faults.page(new SplittableRandom(1));
        describe = faults.unary(
                Kinesis.DESCRIBE_STREAM,
                (_, _) -> DescribeStreamResponse.builder().build());
        list = faults.unary(
                Kinesis.LIST_SHARDS, (_, _) -> ListShardsResponse.builder().build());
    }

    @AfterEach
    void close() throws IOException {
        streams.close();
    }

    @Test
    void aRuleHoldsAsLongAsItSays() {
        set("{\"stream\": \"orders\", \"internalFailure\": 1, \"forSeconds\": 60}");
        assertThat(listed().get(0).path("expiresAt").asText()).isEqualTo("2030-01-01T00:01:00Z");

        clock.advance(Duration.ofSeconds(60).minusMillis(1));
        refuses(InternalFailureException.class, () -> describe("orders"));

        clock.advance(Duration.ofMillis(1));
        describe("orders");
        assertThat(listed()).isEmpty();
    }

    @Test
    void theMoreExactRuleCountsWhicheverWasSetFirst() {
        for (var rules : List.of(List.of(0, 1, 2, 3), List.of(3, 2, 1, 0), List.of(1, 3, 0, 2))) {
            answer(200, "DELETE", "", "");
            for (int rule : rules) {
                set(List.of(
                                "{\"internalFailure\": 1}",
                                "{\"operation\": \"DescribeStream\", \"unavailable\": 1}",
                                "{\"stream\": \"orders\", \"internalFailure\": 1}",
                                "{\"stream\": \"orders\", \"operation\": \"DescribeStream\", \"unavailable\": 1}")
                        .get(rule));
            }
            // The stream alone is more exact than the operation alone.
            refuses(ServiceUnavailableException.class, () -> describe("orders"));
            refuses(InternalFailureException.class, () -> list("orders"));
            refuses(ServiceUnavailableException.class, () -> describe("clicks"));
            refuses(InternalFailureException.class, () -> list("clicks"));
        }
    }

    @Test
    void aSecondRuleForTheSamePlaceTakesTheFirstOnesPlace() {
        set("{\"stream\": \"orders\", \"internalFailure\": 1}");
        set("{\"stream\": \"orders\", \"unavailable\": 1}");

        assertThat(listed()).hasSize(1);
        refuses(ServiceUnavailableException.class, () -> describe("orders"));
    }

    @Test
    void takesBackThoseOfAStreamAndOfAnOperationAndOfBothAtOnce() {
        setFour();
        answer(200, "DELETE", "stream=orders", "");
        assertThat(places()).containsExactlyInAnyOrder("/", "/DescribeStream", "clicks/");

        setFour();
        answer(200, "DELETE", "operation=DescribeStream", "");
        assertThat(places()).containsExactlyInAnyOrder("/", "orders/", "clicks/");

        setFour();
        answer(200, "DELETE", "stream=orders&operation=DescribeStream", "");
        assertThat(places()).containsExactlyInAnyOrder("/", "/DescribeStream", "orders/", "clicks/");

        answer(200, "DELETE", "", "");
        assertThat(places()).isEmpty();
    }

    private void setFour() {
        set("{\"internalFailure\": 1}");
        set("{\"operation\": \"DescribeStream\", \"internalFailure\": 1}");
        set("{\"stream\": \"orders\", \"internalFailure\": 1}");
        set("{\"stream\": \"clicks\", \"internalFailure\": 1}");
        set("{\"stream\": \"orders\", \"operation\": \"DescribeStream\", \"internalFailure\": 1}");
    }

    @Test
    void holdsAThousandRulesAndForgetsExpiredOnesForNewOnes() {
        for (int rule = 0; rule < 1_000; rule++) {
            set("{\"stream\": \"s%d\", \"internalFailure\": 1, \"forSeconds\": %d}".formatted(rule, rule + 1));
        }

        assertThat(answer(400, "PUT", "", "{\"stream\": \"more\", \"internalFailure\": 1}")
                        .path("message")
                        .asText())
                .contains("1000 rules");
        set("{\"stream\": \"s7\", \"unavailable\": 1}");
        clock.advance(Duration.ofSeconds(1));
        set("{\"stream\": \"more\", \"internalFailure\": 1}");
        assertThat(listed()).hasSize(1_000);
    }

    @Test
    void refusesPartOfTheCallsAsOftenAsItSays() {
        set("{\"stream\": \"orders\", \"internalFailure\": 0.5, \"unavailable\": 0.25, \"seed\": 5}");
        int failed = 0;
        int unavailable = 0;
        for (int call = 0; call < 1_000; call++) {
            try {
                describe("orders");
            } catch (InternalFailureException _) {
                failed++;
            } catch (ServiceUnavailableException _) {
                unavailable++;
            }
        }

        assertThat(failed).isBetween(430, 570);
        assertThat(unavailable).isBetween(190, 310);
        assertThat(injected("DescribeStream", "InternalFailure")).isEqualTo(failed);
        assertThat(injected("DescribeStream", "ServiceUnavailable")).isEqualTo(unavailable);
    }

    @Test
    void aLateCallWaitsBetweenTheLeastAndTheMostThenIsServed() {
        set("{\"stream\": \"orders\", \"latencyMillis\": 100, \"latencyMillisMax\": 300}");

        for (int call = 0; call < 100; call++) {
            describe("orders");
        }

        assertThat(waits)
                .hasSize(100)
                .allMatch(wait -> wait.toMillis() >= 100 && wait.compareTo(Duration.ofMillis(300)) <= 0);
        assertThat(waits.stream().distinct()).hasSizeGreaterThan(50);
    }

    @Test
    void aSubscriptionIsLateAndRefusedBeforeItsFirstEvent() {
        set("{\"stream\": \"orders\", \"operation\": \"SubscribeToShard\", \"unavailable\": 1, \"latencyMillis\": 40}");
        var subscribe = faults.events(Kinesis.SUBSCRIBE_TO_SHARD, (_, _) -> {
            throw new AssertionError("refused before");
        });

        refuses(
                ServiceUnavailableException.class,
                () -> subscribe.handle(
                        IdleStreams.caller(ACCOUNT),
                        SubscribeToShardRequest.builder().consumerARN(CONSUMER).build()));
        assertThat(waits).containsExactly(Duration.ofMillis(40));
    }

    private void describe(String stream) {
        describe.handle(
                IdleStreams.caller(ACCOUNT),
                DescribeStreamRequest.builder().streamName(stream).build());
    }

    private void list(String stream) {
        list.handle(
                IdleStreams.caller(ACCOUNT),
                ListShardsRequest.builder().streamName(stream).build());
    }

    private static void refuses(Class<? extends AwsException> refusal, Runnable call) {
        assertThatExceptionOfType(refusal).isThrownBy(call::run);
    }

    private double injected(String operation, String fault) {
        return meters.get("millrace.faults.injected")
                .tags("operation", operation, "fault", fault)
                .counter()
                .count();
    }

    private void set(String rule) {
        answer(200, "PUT", "", rule);
    }

    private JsonNode listed() {
        return answer(200, "GET", "", "").path("faults");
    }

    /** {@code stream/operation} of each rule. */
    private List<String> places() {
        var places = new ArrayList<String>();
        listed().forEach(rule -> places.add(
                rule.path("stream").asText() + "/" + rule.path("operation").asText()));
        return places;
    }

    private JsonNode answer(int status, String method, String query, String body) {
        Page answer = page.answer(method, query, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}

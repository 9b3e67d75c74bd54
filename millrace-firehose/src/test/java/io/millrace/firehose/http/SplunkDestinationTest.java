package io.millrace.firehose.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.testkit.TestEndpoint;
import io.millrace.testkit.TestEndpoint.Reply;
import io.millrace.testkit.TestEndpoint.Request;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.HECEndpointType;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;

class SplunkDestinationTest {
    @TempDir
    Path scratch;

    private Instant now = Instant.parse("2030-01-02T00:00:00Z");
    private TestEndpoint splunk = TestEndpoint.start(SplunkDestinationTest::indexAtOnce);

    @AfterEach
    void stop() {
        splunk.close();
    }

    @Test
    void sendsRawRecordsWithNothingBetweenThem() throws Exception {
        var batch = TestBatch.of("one\n", "two", "three");

        assertThat(attempt(batch, HECEndpointType.RAW)).isEqualTo(new Attempt.Delivered());

        var request = splunk.requests().getFirst();
        assertThat(request.target()).isEqualTo("/services/collector/raw?channel=" + batch.id());
        assertThat(request.text()).isEqualTo("one\ntwothree");
        assertThat(request.headers())
                .containsEntry("authorization", "Splunk 11111111-2222")
                .containsEntry("x-splunk-request-channel", batch.id().toString());
    }

    @Test
    void sendsEventsToTheEventDoor() throws Exception {
        attempt(TestBatch.of("{\"event\":1}", "{\"event\":2}"), HECEndpointType.EVENT);

        assertThat(splunk.requests().getFirst().target()).isEqualTo("/services/collector/event");
        assertThat(splunk.requests().getFirst().text()).isEqualTo("{\"event\":1}{\"event\":2}");
    }

    @Test
    void waitsUntilTheDataIsIndexed() throws Exception {
        var asked = new AtomicInteger();
        restart(request -> request.target().contains("/ack")
                ? Reply.json(200, "{\"acks\":{\"7\":" + (asked.incrementAndGet() == 4) + "}}")
                : Reply.json(200, "{\"text\":\"Success\",\"code\":0,\"ackId\":7}"));
        var batch = TestBatch.of("x");

        assertThat(attempt(batch, HECEndpointType.RAW)).isEqualTo(new Attempt.Delivered());

        assertThat(asked).hasValue(4);
        assertThat(splunk.requests().getLast().target()).isEqualTo("/services/collector/ack?channel=" + batch.id());
        assertThat(splunk.requests().getLast().text()).isEqualTo("{\"acks\":[7]}");
    }

    @Test
    void sendsAgainWhatIsNotIndexedInTime() throws Exception {
        restart(request -> request.target().contains("/ack")
                ? Reply.json(200, "{\"acks\":{\"7\":false}}")
                : Reply.json(200, "{\"code\":0,\"ackId\":7}"));
        var start = now;

        assertRefused("Splunk.AckTimeout", Failure.Remedy.RETRY);

        assertThat(now).isBetween(start.plusSeconds(198), start.plusSeconds(200));
    }

    @Test
    void sortsSplunksRefusals() throws Exception {
        assertRefused(403, 1, "Splunk.DisabledToken", Failure.Remedy.GIVE_UP);
        assertRefused(401, 2, "Splunk.InvalidToken", Failure.Remedy.GIVE_UP);
        assertRefused(403, 4, "Splunk.InvalidToken", Failure.Remedy.GIVE_UP);
        assertRefused(400, 6, "Splunk.InvalidDataFormat", Failure.Remedy.GIVE_UP);
        assertRefused(400, 7, "Splunk.InvalidIndex", Failure.Remedy.GIVE_UP);
        assertRefused(500, 8, "Splunk.ServerError", Failure.Remedy.RETRY);
        assertRefused(503, 9, "Splunk.IndexerBusy", Failure.Remedy.RETRY);
        assertRefused(400, 11, "Splunk.ProxyWithoutStickySessions", Failure.Remedy.RETRY);
        assertRefused(400, 14, "Splunk.DisabledAck", Failure.Remedy.GIVE_UP);
        restart(_ -> Reply.json(404, "nothing here"));
        assertRefused("Splunk.URLNotFound", Failure.Remedy.RETRY);
    }

    @Test
    void givesUpWhereNothingIsEverAcknowledged() throws Exception {
        restart(_ -> Reply.json(200, "{\"text\":\"Success\",\"code\":0}"));

        assertRefused("Splunk.DisabledAck", Failure.Remedy.GIVE_UP);
    }

    @Test
    void triesAgainWhereSomethingElseAnswersForSplunk() throws Exception {
        restart(_ -> Reply.json(200, "<html>Welcome</html>"));

        assertRefused("Splunk.ServerError", Failure.Remedy.RETRY);
    }

    @Test
    void sendsNothingWhereAllRecordsAreEmpty() throws Exception {
        assertThat(attempt(TestBatch.of("", ""), HECEndpointType.RAW)).isEqualTo(new Attempt.Delivered());
        assertThat(splunk.requests()).isEmpty();
    }

    @Test
    void survivesLostReplies() throws Exception {
        restart(_ -> new Reply.Reset());
        assertRefused("Splunk.ConnectionClosed", Failure.Remedy.RETRY);
        splunk.close();
        assertRefused("Splunk.InvalidEndpoint", Failure.Remedy.RETRY);
    }

    @Test
    void asksOnWhenAnAcknowledgementIsLost() throws Exception {
        var asked = new AtomicInteger();
        restart(request -> {
            if (!request.target().contains("/ack")) {
                return Reply.json(200, "{\"code\":0,\"ackId\":7}");
            }
            return asked.incrementAndGet() < 3 ? new Reply.Reset() : Reply.json(200, "{\"acks\":{\"7\":true}}");
        });

        assertThat(attempt(TestBatch.of("x"), HECEndpointType.RAW)).isEqualTo(new Attempt.Delivered());
    }

    private void assertRefused(int status, int code, String expected, Failure.Remedy remedy) throws Exception {
        restart(_ -> Reply.json(status, "{\"text\":\"no\",\"code\":" + code + "}"));
        assertRefused(expected, remedy);
    }

    private void assertRefused(String code, Failure.Remedy remedy) throws Exception {
        var failure = ((Attempt.Refused) attempt(TestBatch.of("x"), HECEndpointType.RAW)).failure();
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.remedy()).isEqualTo(remedy);
    }

    private Attempt attempt(TestBatch batch, HECEndpointType type) throws Exception {
        var configuration = SplunkDestinationConfiguration.builder()
                .hecEndpoint(splunk.url() + "/")
                .hecEndpointType(type)
                .hecToken("11111111-2222")
                .hecAcknowledgmentTimeoutInSeconds(200)
                .build();
        var tls = SSLContext.getDefault();
        try (var destinations = new HttpDestinations(
                HttpDestinationsConfig.anonymous(scratch),
                _ -> Optional.empty(),
                () -> tls,
                () -> now,
                length -> now = now.plus(length))) {
            return destinations.splunk(TestBatch.STREAM, configuration).attempt(batch);
        }
    }

    private void restart(Function<Request, Reply> behaviour) {
        splunk.close();
        splunk = TestEndpoint.start(behaviour);
    }

    private static Reply indexAtOnce(Request request) {
        return request.target().contains("/ack")
                ? Reply.json(200, "{\"acks\":{\"0\":true}}")
                : Reply.json(200, "{\"text\":\"Success\",\"code\":0,\"ackId\":0}");
    }
}

package io.millrace.firehose.http;

import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.MissingSecretException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.HECEndpointType;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;

/**
 * Splunk's HTTP Event Collector with <a
 * href="https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck">indexer acknowledgement</a>: a batch is
 * delivered when Splunk says that it has been indexed, not when it was taken. Nothing is put between records.
 */
final class SplunkDestination implements Destination {
    private static final Duration RESPONSE_WAIT = Duration.ofMinutes(1);
    private static final Duration DEFAULT_ACKNOWLEDGMENT_WAIT = Duration.ofMinutes(3);
    private static final Duration ACKNOWLEDGMENT_POLL_PAUSE = Duration.ofSeconds(1);
    private static final int RESPONSE_MAX_BYTES = 1 << 20;
    private static final int OK = 200;

    private final SplunkDestinationConfiguration configuration;
    private final Endpoints endpoints;
    private final SecretValue token;
    private final Path scratchFolder;
    private final InstantSource clock;
    private final Pause pause;

    SplunkDestination(
            SplunkDestinationConfiguration configuration,
            Endpoints endpoints,
            SecretValue token,
            Path scratchFolder,
            InstantSource clock,
            Pause pause) {
        this.configuration = configuration;
        this.endpoints = endpoints;
        this.token = token;
        this.scratchFolder = scratchFolder;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public String name() {
        return "Splunk";
    }

    @Override
    public String errorOutputType() {
        return "splunk-failed";
    }

    @Override
    public Duration retryDuration() {
        return Duration.ofSeconds(configuration.retryOptions().durationInSeconds());
    }

    @Override
    public Map<String, String> details(DeliveryRecord record) {
        var position = record.position();
        return Map.of("EventId", position.shard() + ":" + position.offset() + "." + position.sub());
    }

    @Override
    public Attempt attempt(Batch batch) throws InterruptedException {
        // The channel is the batch's own: acknowledgement ids count within a channel, and a replay must not meet old
        // ones.
        var channel = batch.id().toString();
        try (var body = new RequestBody(scratchFolder)) {
            try (var records = batch.records()) {
                while (records.hasNext()) {
                    body.write(records.next().data());
                }
            }
            if (body.length() == 0) {
                // Splunk refuses a request without data, and there is none to lose.
                return new Attempt.Delivered();
            }
            var failure = deliver(channel, body);
            return failure.<Attempt>map(Attempt.Refused::new).orElseGet(Attempt.Delivered::new);
        } catch (MissingSecretException e) {
            return new Attempt.Refused(new Failure("Splunk.ConfigurationException", e.getMessage(), RETRY));
        } catch (IOException e) {
            // Only the scratch file's trouble comes here: Splunk's is an answer.
            throw new UncheckedIOException("A request could not be prepared in " + scratchFolder, e);
        }
    }

    private Optional<Failure> deliver(String channel, RequestBody body)
            throws IOException, InterruptedException, MissingSecretException {
        var path = configuration.hecEndpointType() == HECEndpointType.EVENT
                ? "/services/collector/event"
                : "/services/collector/raw?channel=" + channel;
        var request = request(path, channel).POST(body.publisher());
        var answer = endpoints.send(request, RESPONSE_WAIT, RESPONSE_MAX_BYTES);
        if (!(answer instanceof Answer.Response response) || response.status() != OK) {
            return Optional.of(SplunkAnswer.failure(answer));
        }
        var acknowledgment = SplunkAnswer.acknowledgment(response);
        return acknowledgment.isPresent()
                ? awaitIndexed(channel, acknowledgment.getAsLong())
                : Optional.of(SplunkAnswer.withoutAcknowledgment(response));
    }

    private Optional<Failure> awaitIndexed(String channel, long acknowledgment)
            throws InterruptedException, MissingSecretException {
        var deadline = clock.instant().plus(acknowledgmentWait());
        var question = "{\"acks\":[" + acknowledgment + "]}";
        while (true) {
            var request = request("/services/collector/ack?channel=" + channel, channel)
                    .POST(HttpRequest.BodyPublishers.ofString(question, StandardCharsets.US_ASCII));
            var answer = endpoints.send(request, RESPONSE_WAIT, RESPONSE_MAX_BYTES);
            if (SplunkAnswer.indexed(answer, acknowledgment)) {
                return Optional.empty();
            }
            if (SplunkAnswer.permanent(answer)) {
                return Optional.of(SplunkAnswer.failure(answer));
            }
            if (!clock.instant().plus(ACKNOWLEDGMENT_POLL_PAUSE).isBefore(deadline)) {
                return Optional.of(new Failure(
                        "Splunk.AckTimeout",
                        "Splunk did not acknowledge the data within "
                                + acknowledgmentWait().toSeconds() + " seconds",
                        RETRY));
            }
            pause.take(ACKNOWLEDGMENT_POLL_PAUSE);
        }
    }

    private Duration acknowledgmentWait() {
        var seconds = configuration.hecAcknowledgmentTimeoutInSeconds();
        return seconds == null ? DEFAULT_ACKNOWLEDGMENT_WAIT : Duration.ofSeconds(seconds);
    }

    private HttpRequest.Builder request(String path, String channel) throws MissingSecretException {
        var base = configuration.hecEndpoint();
        var root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        var request = HttpRequest.newBuilder(URI.create(root + path))
                .header("Content-Type", "application/json")
                .header("X-Splunk-Request-Channel", channel);
        Endpoints.secretHeader(request, "Authorization", "Splunk " + token.now().orElse(""));
        return request;
    }

    /** The connections are shared with all HTTP destinations. */
    @Override
    public void close() {}
}

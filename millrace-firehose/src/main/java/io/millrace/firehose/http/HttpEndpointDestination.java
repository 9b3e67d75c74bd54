package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.RecordPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.firehose.model.ContentEncoding;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;

/**
 * The generic HTTP endpoint: <a
 * href="https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html">Firehose's request and response
 * contract</a>. A batch that is too large for one request goes as several, one after another; the request ids are derived
 * from the batch's, so that a repeated delivery has the same ones.
 */
final class HttpEndpointDestination implements Destination {
    private static final Duration RESPONSE_WAIT = Duration.ofMinutes(3);
    private static final int RESPONSE_MAX_BYTES = 1 << 20;

    private final StreamIdentity stream;
    private final HttpEndpointDestinationConfiguration configuration;
    private final Endpoints endpoints;
    private final SecretValue accessKey;
    private final Path scratchFolder;
    private final InstantSource clock;
    private final ContentEncoding encoding;
    private final Map<String, String> commonAttributes = new LinkedHashMap<>();

    HttpEndpointDestination(
            StreamIdentity stream,
            HttpEndpointDestinationConfiguration configuration,
            Endpoints endpoints,
            SecretValue accessKey,
            Path scratchFolder,
            InstantSource clock) {
        this.stream = stream;
        this.configuration = configuration;
        this.endpoints = endpoints;
        this.accessKey = accessKey;
        this.scratchFolder = scratchFolder;
        this.clock = clock;
        var request = configuration.requestConfiguration();
        encoding = request != null && request.contentEncoding() == ContentEncoding.GZIP
                ? ContentEncoding.GZIP
                : ContentEncoding.NONE;
        if (request != null) {
            request.commonAttributes()
                    .forEach(each -> commonAttributes.put(each.attributeName(), each.attributeValue()));
        }
    }

    @Override
    public String name() {
        return "HttpEndpoint";
    }

    @Override
    public String errorOutputType() {
        return "http-endpoint-failed";
    }

    @Override
    public Duration retryDuration() {
        return Duration.ofSeconds(configuration.retryOptions().durationInSeconds());
    }

    @Override
    public Map<String, String> details(DeliveryRecord record) {
        var position = record.position();
        var details = new LinkedHashMap<String, String>();
        details.put("subsequenceNumber", String.valueOf(position.sub()));
        details.put("dataId", position.shard() + ":" + position.offset());
        return details;
    }

    @Override
    public Attempt attempt(Batch batch) throws InterruptedException {
        var remainder = new Remainder();
        try (var records = new PeekedRecords(batch.records())) {
            while (records.hasNext() && !remainder.isToBeTriedAgain()) {
                var requestId = requestId(batch, records.peek().position());
                try (var body = new RequestBody(scratchFolder)) {
                    int count = HttpEndpointBody.write(records, requestId, clock.millis(), encoding, body);
                    remainder.add(count, HttpEndpointAnswer.failure(requestId, post(requestId, body)));
                }
            }
            return remainder.of(batch, this::details);
        } catch (MissingSecretException e) {
            return new Attempt.Refused(new Failure("HttpEndpoint.MissingSecret", e.getMessage(), Failure.Remedy.RETRY));
        } catch (IOException e) {
            // Only the scratch file's trouble comes here: the endpoint's is an answer.
            throw new UncheckedIOException("A request could not be prepared in " + scratchFolder, e);
        }
    }

    /**
     * By the request's first record and not by its place in the batch: what is left of a batch is tried again as a smaller one,
     * and an endpoint that knows an id takes it for what it had under that id.
     */
    private static String requestId(Batch batch, RecordPosition first) {
        var name = batch.id() + "/" + first.shard() + "/" + first.offset() + "/" + first.sub();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private Answer post(String requestId, RequestBody body)
            throws IOException, InterruptedException, MissingSecretException {
        var request = HttpRequest.newBuilder(
                        URI.create(configuration.endpointConfiguration().url()))
                .header("Content-Type", "application/json")
                .header("User-Agent", "Amazon Kinesis Data Firehose Agent/1.0")
                .header("X-Amz-Firehose-Protocol-Version", "1.0")
                .header("X-Amz-Firehose-Request-Id", requestId)
                .header("X-Amz-Firehose-Source-Arn", stream.arn())
                .POST(body.publisher());
        var key = accessKey.now();
        if (key.isPresent()) {
            Endpoints.secretHeader(request, "X-Amz-Firehose-Access-Key", key.get());
        }
        if (!commonAttributes.isEmpty()) {
            request.header("X-Amz-Firehose-Common-Attributes", Json.text(Map.of("commonAttributes", commonAttributes)));
        }
        if (encoding == ContentEncoding.GZIP) {
            request.header("Content-Encoding", "gzip");
        }
        return endpoints.send(request, RESPONSE_WAIT, RESPONSE_MAX_BYTES);
    }

    /** The connections are shared with all HTTP destinations. */
    @Override
    public void close() {}
}

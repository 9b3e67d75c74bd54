package io.millrace.firehose.http;

import static io.millrace.firehose.delivery.Failure.Remedy.GIVE_UP;
import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.StreamIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenSearch, Elasticsearch and OpenSearch Serverless through {@code _bulk}, over plain HTTP, so that no server version is
 * preferred. One record is one document. Documents that the server refuses for good are given up at once; the others of
 * the batch are not touched by that.
 */
final class SearchDestination implements Destination {
    private static final Duration RESPONSE_WAIT = Duration.ofMinutes(2);
    private static final int RESPONSE_MAX_BYTES = 16 << 20;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;
    private static final int FIRST_UNTYPED_VERSION = 7;
    /** Encoded as signatures want it. */
    private static final String BULK = "/_bulk?filter_path=errors%2Citems.%2A.status%2Citems.%2A.error";

    private final StreamIdentity stream;
    private final SearchService service;
    private final Optional<String> endpoint;
    private final SearchIndex index;
    private final Duration retryDuration;
    private final Endpoints endpoints;
    private final HttpDestinationsConfig.SearchLogin login;
    private final Path scratchFolder;
    private final InstantSource clock;

    SearchDestination(
            StreamIdentity stream,
            SearchService service,
            Optional<String> endpoint,
            SearchIndex index,
            Duration retryDuration,
            Endpoints endpoints,
            HttpDestinationsConfig config,
            InstantSource clock) {
        this.stream = stream;
        this.service = service;
        this.endpoint = endpoint;
        this.index = index;
        this.retryDuration = retryDuration;
        this.endpoints = endpoints;
        this.clock = clock;
        login = config.search();
        scratchFolder = config.scratchFolder();
    }

    @Override
    public String name() {
        return service.metricName();
    }

    @Override
    public String errorOutputType() {
        return service.errorOutputType();
    }

    @Override
    public Duration retryDuration() {
        return retryDuration;
    }

    @Override
    public Map<String, String> details(DeliveryRecord record) {
        var details = new LinkedHashMap<String, String>();
        details.put(
                service.detailPrefix() + "DocumentId",
                index.documentId(stream, record).orElse(""));
        details.put(service.detailPrefix() + "IndexName", index.nameFor(record));
        if (service != SearchService.OPEN_SEARCH_SERVERLESS) {
            details.put(service.detailPrefix() + "TypeName", index.type());
        }
        return details;
    }

    @Override
    public Attempt attempt(Batch batch) throws InterruptedException {
        return endpoint.isPresent()
                ? attempt(batch, endpoint.get().replaceFirst("/$", ""))
                : new Attempt.Refused(new Failure(
                        service.codePrefix() + ".InvalidEndpoint",
                        "The domain has no endpoint in the settings: firehose.search-endpoints",
                        RETRY));
    }

    private Attempt attempt(Batch batch, String root) throws InterruptedException {
        var undelivered = new ArrayList<Attempt.Undelivered>();
        try (var records = new PeekedRecords(batch.records())) {
            boolean typed = !index.type().isEmpty() && wantsTypes(root);
            int documentsMaxCount = BulkRequest.DOCUMENTS_MAX_COUNT;
            boolean first = true;
            while (records.hasNext()) {
                var bulk = new BulkRequest(stream, index, typed, documentsMaxCount);
                try (var body = new RequestBody(scratchFolder)) {
                    bulk.write(records, body);
                    var request = request("POST", root + BULK, body)
                            .header("Content-Type", "application/x-ndjson")
                            .POST(body.publisher());
                    switch (endpoints.send(request, RESPONSE_WAIT, RESPONSE_MAX_BYTES)) {
                        case Answer.Response response
                        when response.status() == OK -> undelivered.addAll(refused(bulk.records(), response));
                        case Answer answer
                        when isTooLarge(answer) && bulk.records().size() > 1 -> {
                            documentsMaxCount = (bulk.records().size() + 1) / 2;
                            records.putBack(bulk.records());
                            continue;
                        }
                        case Answer answer -> {
                            var failure = failure(answer);
                            boolean rest = failure.remedy() == RETRY;
                            if (first && (rest || !records.hasNext())) {
                                return new Attempt.Refused(failure);
                            }
                            bulk.records().forEach(each -> undelivered.add(undelivered(each, failure)));
                            while (rest && records.hasNext()) {
                                undelivered.add(undelivered(records.next(), failure));
                            }
                        }
                    }
                }
                first = false;
            }
        } catch (MissingSecretException e) {
            return new Attempt.Refused(new Failure(service.codePrefix() + ".AccessDenied", e.getMessage(), RETRY));
        } catch (IOException e) {
            // Only the scratch file's trouble comes here: the server's is an answer.
            throw new UncheckedIOException("A request could not be prepared in " + scratchFolder, e);
        }
        return undelivered.isEmpty() ? new Attempt.Delivered() : new Attempt.Partly(undelivered);
    }

    private static boolean isTooLarge(Answer answer) {
        return answer instanceof Answer.Response response && response.status() == PAYLOAD_TOO_LARGE;
    }

    private List<Attempt.Undelivered> refused(List<DeliveryRecord> records, Answer.Response response) {
        var answer = Json.object(response.body());
        if (answer.isEmpty()) {
            return all(records, "The answer is not a JSON object: " + response.excerpt());
        }
        var items = BulkRequest.items(answer.get());
        boolean allWell = items.isEmpty() && !answer.get().path("errors").asBoolean(true);
        if (!allWell && items.size() != records.size()) {
            return all(records, "The answer speaks of " + items.size() + " documents of " + records.size());
        }
        var refused = new ArrayList<Attempt.Undelivered>();
        for (int each = 0; each < items.size(); each++) {
            int status = items.get(each).path("status").asInt();
            if (status < OK || status >= 300) {
                refused.add(undelivered(records.get(each), failure(status, items.get(each))));
            }
        }
        return refused;
    }

    private List<Attempt.Undelivered> all(List<DeliveryRecord> records, String message) {
        var failure = new Failure(service.codePrefix() + ".ServiceException", message, RETRY);
        return records.stream().map(each -> undelivered(each, failure)).toList();
    }

    private Attempt.Undelivered undelivered(DeliveryRecord record, Failure failure) {
        return new Attempt.Undelivered(record, failure, details(record));
    }

    private static Failure failure(int status, JsonNode item) {
        var error = item.path("error");
        var message = error.isObject()
                ? error.path("type").asText() + ": " + error.path("reason").asText()
                : error.asText();
        return new Failure(String.valueOf(status), message, remedy(status));
    }

    private static Failure.Remedy remedy(int status) {
        boolean passing = status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS;
        return passing ? RETRY : GIVE_UP;
    }

    private Failure failure(Answer answer) {
        return switch (answer) {
            case Answer.Response response ->
                new Failure(
                        String.valueOf(response.status()),
                        response.excerpt(),
                        // What the bulk door itself refuses may be mended by its operator, but not what is no bulk
                        // request.
                        response.status() == BAD_REQUEST || response.status() == PAYLOAD_TOO_LARGE ? GIVE_UP : RETRY);
            case Answer.Trouble(var kind, var message) ->
                new Failure(service.codePrefix() + "." + code(kind), message, RETRY);
        };
    }

    private static String code(Answer.Kind kind) {
        return switch (kind) {
            case CONNECT_TIMEOUT, RESPONSE_TIMEOUT -> "ConnectionTimeout";
            case CONNECTION_FAILED, CONNECTION_CLOSED -> "ConnectionError";
            case RESPONSE_TOO_LARGE -> "ServiceException";
            case TLS_HANDSHAKE, TLS_UNVERIFIED -> "SSLHandshakeException";
        };
    }

    /** Servers before version 7 need a document type, later ones refuse it; OpenSearch never had one. */
    private boolean wantsTypes(String root) throws IOException, InterruptedException, MissingSecretException {
        Answer answer;
        try (var nothing = new RequestBody(scratchFolder)) {
            answer = endpoints.send(request("GET", root + "/", nothing).GET(), RESPONSE_WAIT, RESPONSE_MAX_BYTES);
        }
        if (!(answer instanceof Answer.Response response)) {
            return false;
        }
        var version = Json.object(response.body()).map(object -> object.path("version"));
        if (version.isEmpty() || version.get().path("distribution").asText().equals("opensearch")) {
            return false;
        }
        var major = version.get().path("number").asText().split("\\.", 2)[0];
        return major.matches("\\d{1,4}") && Integer.parseInt(major) < FIRST_UNTYPED_VERSION;
    }

    private HttpRequest.Builder request(String method, String url, RequestBody body)
            throws IOException, MissingSecretException {
        var uri = URI.create(url);
        var request = HttpRequest.newBuilder(uri);
        if (isSigned(uri)) {
            var region = SearchSignature.regionOf(uri).orElse(stream.region());
            var signature = new SearchSignature(
                    login.accessKey().orElseThrow(), service.signingName(), region, clock.instant());
            for (var header : signature.headers(method, uri, body.hash()).entrySet()) {
                Endpoints.secretHeader(request, header.getKey(), header.getValue());
            }
        } else if (login.password().isPresent()) {
            var password = login.password().get();
            var pair = password.user() + ":" + password.password();
            Endpoints.secretHeader(
                    request,
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    private boolean isSigned(URI uri) {
        return login.accessKey().isPresent()
                && switch (login.signed()) {
                    case ALL_HOSTS -> true;
                    case AWS_HOSTS -> SearchSignature.regionOf(uri).isPresent();
                };
    }

    /** The connections are shared with all HTTP destinations. */
    @Override
    public void close() {}
}

package io.millrace.firehose.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.MissingSecretException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;

/**
 * The way into one table: its own pipe, which every table has, through Snowpipe Streaming's REST interface. Keeps the host and
 * the token that rows are sent with, and renews them when Snowflake wants no more of them. May be used by many threads.
 */
final class SnowflakePipe {
    private static final Duration RESPONSE_WAIT = Duration.ofMinutes(1);
    private static final int RESPONSE_MAX_BYTES = 1 << 20;

    private final SnowflakeAccount account;
    private final SnowflakeLogin login;
    private final Optional<String> role;
    private final String path;
    private final Endpoints endpoints;
    private final InstantSource clock;
    private volatile @Nullable Access access;

    SnowflakePipe(
            SnowflakeAccount account,
            SnowflakeLogin login,
            SnowflakeDestinationConfiguration configuration,
            Endpoints endpoints,
            InstantSource clock) {
        this.account = account;
        this.login = login;
        this.endpoints = endpoints;
        this.clock = clock;
        var wanted = configuration.snowflakeRoleConfiguration();
        role = wanted == null || !Boolean.TRUE.equals(wanted.enabled())
                ? Optional.empty()
                : Optional.ofNullable(wanted.snowflakeRole());
        path = "databases/" + encoded(configuration.database()) + "/schemas/" + encoded(configuration.schema())
                + "/pipes/" + encoded(configuration.table() + "-STREAMING");
    }

    private record Access(String ingestRoot, String token) {}

    /** An open channel, and what must be shown with the first rows. */
    record Opened(String continuation, Status status) {}

    /**
     * What Snowflake says of a channel.
     *
     * @param committed the offset token of the last row that is safe; empty if there is none
     * @param errors how many rows were refused since the channel was made
     * @param lastErrorBound the offset token at which the last of them was, or after which
     */
    record Status(String code, String committed, long errors, String lastError, String lastErrorBound) {
        static Status of(JsonNode node) {
            return new Status(
                    node.path("channel_status_code").asText(""),
                    text(node, "last_committed_offset_token"),
                    // The interface's own description has both names.
                    Math.max(
                            node.path("rows_error_count").asLong(),
                            node.path("rows_errors").asLong()),
                    text(node, "last_error_message"),
                    text(node, "last_error_offset_upper_bound"));
        }

        /** An absent member and null are both nothing. */
        private static String text(JsonNode node, String member) {
            return node.path(member).isTextual() ? node.path(member).textValue() : "";
        }
    }

    /** A request with whatever access there is at the time. */
    @FunctionalInterface
    private interface Question {
        HttpRequest.Builder with(Access access) throws IOException, MissingSecretException;
    }

    /** Opens a channel, which drops what was sent on it and is not committed. */
    Opened open(String channel)
            throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var response = SnowflakeAnswer.taken(
                ask(access -> request(access, "/v2/streaming/" + path + "/channels/" + encoded(channel))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{}"))));
        return new Opened(
                SnowflakeAnswer.text(response, "next_continuation_token"),
                Status.of(SnowflakeAnswer.object(response).path("channel_status")));
    }

    /** Sends rows; returns what must be shown with the next. That they are taken does not mean that they are safe. */
    String append(String channel, String continuation, SnowflakeOffset last, RequestBody rows)
            throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var target = "/v2/streaming/data/" + path + "/channels/" + encoded(channel) + "/rows?continuationToken="
                + encoded(continuation) + "&startOffsetToken=" + last.text() + "&endOffsetToken=" + last.text();
        return SnowflakeAnswer.text(
                SnowflakeAnswer.rowsTaken(ask(access -> request(access, target)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(rows.publisher()))),
                "next_continuation_token");
    }

    Status status(String channel)
            throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var question = Json.text(Map.of("channel_names", List.of(channel)));
        var response =
                SnowflakeAnswer.taken(ask(access -> request(access, "/v2/streaming/" + path + ":bulk-channel-status")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(question))));
        var status = SnowflakeAnswer.object(response).path("channel_statuses").path(channel);
        if (!status.isObject()) {
            throw new SnowflakeRefusalException(new Failure(
                    "Snowflake.ChannelInvalidated", "Snowflake knows no channel " + channel, Failure.Remedy.RETRY));
        }
        return Status.of(status);
    }

    private Answer ask(Question question)
            throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var used = access();
        var answer = endpoints.send(question.with(used), RESPONSE_WAIT, RESPONSE_MAX_BYTES);
        if (answer instanceof Answer.Response response && response.status() == SnowflakeAnswer.UNAUTHORIZED) {
            forget(used);
            return endpoints.send(question.with(access()), RESPONSE_WAIT, RESPONSE_MAX_BYTES);
        }
        return answer;
    }

    private synchronized void forget(Access used) {
        if (used.equals(access)) {
            access = null;
        }
    }

    private synchronized Access access()
            throws InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var present = access;
        if (present == null) {
            present = login();
            access = present;
        }
        return present;
    }

    private Access login() throws InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var token = login.token(account, clock.instant());
        var host = plainOr(
                "hostname",
                SnowflakeAnswer.taken(endpoints.send(
                        signed(HttpRequest.newBuilder(URI.create(account.root() + "/v2/streaming/hostname")), token)
                                .header("X-Snowflake-Authorization-Token-Type", "KEYPAIR_JWT")
                                .GET(),
                        RESPONSE_WAIT,
                        RESPONSE_MAX_BYTES)));
        var ingestRoot = account.ingestRoot(host);
        var form = "grant_type=" + encoded("urn:ietf:params:oauth:grant-type:jwt-bearer") + "&scope="
                + encoded(ingestRoot.substring(ingestRoot.indexOf("://") + "://".length()));
        var scoped = plainOr(
                "token",
                SnowflakeAnswer.taken(endpoints.send(
                        signed(HttpRequest.newBuilder(URI.create(account.root() + "/oauth/token")), token)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(form)),
                        RESPONSE_WAIT,
                        RESPONSE_MAX_BYTES)));
        return new Access(ingestRoot, scoped);
    }

    /** Snowflake's reference shows an object, its tutorial takes the body as it is. */
    private static String plainOr(String member, Answer.Response response) throws SnowflakeRefusalException {
        var body = new String(response.body(), StandardCharsets.UTF_8).strip();
        return body.isEmpty() || body.startsWith("{") ? SnowflakeAnswer.text(response, member) : body;
    }

    private HttpRequest.Builder request(Access access, String target) throws MissingSecretException {
        var request = signed(HttpRequest.newBuilder(URI.create(access.ingestRoot() + target)), access.token());
        role.ifPresent(name -> request.header("X-Snowflake-Role", name));
        return request;
    }

    private static HttpRequest.Builder signed(HttpRequest.Builder request, String token) throws MissingSecretException {
        Endpoints.secretHeader(request, "Authorization", "Bearer " + token);
        return request;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

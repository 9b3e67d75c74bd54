package io.millrace.testkit;

import io.millrace.testkit.TestEndpoint.Reply;
import io.millrace.testkit.TestEndpoint.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A stand-in for Snowflake, made after the published description of Snowpipe Streaming's REST interface; nobody has compared it
 * with a real one. It checks key-pair tokens, gives scoped ones, opens channels, takes rows and commits them later, and
 * misbehaves on command.
 */
public final class TestSnowflake implements AutoCloseable {
    private static final int ROWS_MAX_BYTES = 4_000_000;
    private static final Pattern OPEN =
            Pattern.compile("/v2/streaming/databases/([^/]+)/schemas/([^/]+)/pipes/([^/]+)/channels/([^/?]+)");
    private static final Pattern APPEND = Pattern.compile(
            "/v2/streaming/data/databases/([^/]+)/schemas/([^/]+)/pipes/" + "([^/]+)/channels/([^/]+)/rows\\?(.*)");
    private static final Pattern STATUS =
            Pattern.compile("/v2/streaming/databases/([^/]+)/schemas/([^/]+)/pipes/([^/]+):bulk-channel-status");
    private static final Pattern CHANNEL_NAME = Pattern.compile("\\[\"([^\"]+)\"]");

    /** Making one takes as long as many tests. */
    private static final KeyPair KEYS = keys();

    private final TestEndpoint endpoint;
    private final KeyPair keys = KEYS;
    private final Map<Step, Deque<Fault>> faults = new EnumMap<>(Step.class);
    private final Map<String, Channel> channels = new TreeMap<>();
    private final Set<String> tokens = new HashSet<>();
    private final List<String> rows = new ArrayList<>();
    private String refusedText = "\u0000";
    private int tokensGiven;
    private int commitsLeft = Integer.MAX_VALUE;
    private int pollsBeforeCommit;

    private TestSnowflake() {
        endpoint = TestEndpoint.start(this::answer);
    }

    /** What a request asks for. */
    public enum Step {
        HOSTNAME,
        TOKEN,
        OPEN,
        APPEND,
        STATUS
    }

    /** What goes wrong with one request. */
    public sealed interface Fault {
        /** It is refused and not done. */
        record Refuse(int status, String code) implements Fault {}

        /** It is done, and the reply is lost. */
        record LoseReply() implements Fault {}

        /** It is not done, and the connection breaks. */
        record Reset() implements Fault {}

        /** It is not done, and nothing is ever said. */
        record Hang() implements Fault {}

        /** The answer is no JSON. */
        record Garbage() implements Fault {}
    }

    /** Rows that were sent together. */
    private record Sent(List<String> rows, String offset) {}

    private static final class Channel {
        private final Deque<Sent> pending = new ArrayDeque<>();
        private int sequencer;
        private int appends;
        private int errors;
        private int inserted;
        private String committed = "";
        private String errorBound = "";
    }

    public static TestSnowflake start() {
        return new TestSnowflake();
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public String url() {
        return endpoint.url();
    }

    /** The user's, as configurations have it. */
    public String privateKey() {
        return Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded());
    }

    /** What is safe in the table. */
    public synchronized List<String> rows() {
        return List.copyOf(rows);
    }

    public List<Request> requests() {
        return endpoint.requests();
    }

    public synchronized void next(Step step, Fault fault) {
        faults.computeIfAbsent(step, _ -> new ArrayDeque<>()).add(fault);
    }

    /** Rows with this in them are refused when they are committed. */
    public synchronized void refuseRowsWith(String text) {
        refusedText = text;
    }

    /** Only the rows of so many requests are committed from now on. */
    public synchronized void commitOnly(int requests) {
        commitsLeft = requests;
    }

    /** Rows are committed when their channel's status has been asked for so often. */
    public synchronized void commitAfter(int polls) {
        pollsBeforeCommit = polls;
    }

    /** All tokens given so far are good no more. */
    public synchronized void expireTokens() {
        tokens.clear();
    }

    private synchronized Reply answer(Request request) {
        var step = step(request);
        var planned = faults.getOrDefault(step, new ArrayDeque<>()).poll();
        return switch (planned) {
            case null -> done(step, request);
            case Fault.Refuse(var status, var code) -> refusal(status, code);
            case Fault.LoseReply() -> {
                done(step, request);
                yield new Reply.Reset();
            }
            case Fault.Reset() -> new Reply.Reset();
            case Fault.Hang() -> new Reply.Silence();
            case Fault.Garbage() -> Reply.json(200, "<html>");
        };
    }

    private static Step step(Request request) {
        var target = request.target();
        if (target.equals("/v2/streaming/hostname")) {
            return Step.HOSTNAME;
        }
        if (target.equals("/oauth/token")) {
            return Step.TOKEN;
        }
        if (STATUS.matcher(target).matches()) {
            return Step.STATUS;
        }
        return APPEND.matcher(target).matches() ? Step.APPEND : Step.OPEN;
    }

    private Reply done(Step step, Request request) {
        return switch (step) {
            case HOSTNAME -> isUser(request) ? Reply.json(200, "{\"hostname\":\"" + host() + "\"}") : unauthorized();
            case TOKEN -> isUser(request) ? token(request) : unauthorized();
            case OPEN -> isScoped(request) ? open(request) : unauthorized();
            case APPEND -> isScoped(request) ? append(request) : unauthorized();
            case STATUS -> isScoped(request) ? status(request) : unauthorized();
        };
    }

    private String host() {
        return endpoint.url().substring("http://".length());
    }

    private Reply token(Request request) {
        var form = URLDecoder.decode(request.text(), StandardCharsets.UTF_8);
        if (!form.equals("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&scope=" + host())) {
            return refusal(400, "INVALID_SCOPE");
        }
        var token = "scoped-" + ++tokensGiven;
        tokens.add(token);
        return Reply.json(200, "{\"token\":\"" + token + "\"}");
    }

    private Reply open(Request request) {
        var path = OPEN.matcher(request.target());
        if (!path.matches() || !request.method().equals("PUT")) {
            return refusal(404, "NOT_FOUND");
        }
        var channel = channels.computeIfAbsent(key(path.group(3), path.group(4)), _ -> new Channel());
        reopen(channel);
        return Reply.json(
                200,
                "{\"next_continuation_token\":\"" + continuation(channel) + "\",\"channel_status\":"
                        + described(path.group(4), channel) + "}");
    }

    private static void reopen(Channel channel) {
        channel.pending.clear();
        channel.sequencer++;
        channel.appends = 0;
    }

    private static String continuation(Channel channel) {
        return channel.sequencer + "/" + channel.appends;
    }

    private Reply append(Request request) {
        var path = APPEND.matcher(request.target());
        if (!path.matches()) {
            return refusal(404, "NOT_FOUND");
        }
        var channel = channels.get(key(path.group(3), path.group(4)));
        var query = query(path.group(5));
        if (channel == null || !continuation(channel).equals(query.get("continuationToken"))) {
            return refusal(400, "STALE_CONTINUATION_TOKEN_SEQUENCER");
        }
        if (request.body().length > ROWS_MAX_BYTES) {
            return refusal(413, "PAYLOAD_TOO_LARGE");
        }
        if (!request.text().endsWith("\n")) {
            return refusal(400, "INVALID_NDJSON");
        }
        channel.pending.add(new Sent(request.text().lines().toList(), query.getOrDefault("endOffsetToken", "")));
        channel.appends++;
        return Reply.json(200, "{\"next_continuation_token\":\"" + continuation(channel) + "\"}");
    }

    private Reply status(Request request) {
        var path = STATUS.matcher(request.target());
        var name = CHANNEL_NAME.matcher(request.text());
        if (!path.matches() || !name.find()) {
            return refusal(400, "INVALID_REQUEST");
        }
        var channel = channels.get(key(path.group(3), name.group(1)));
        if (channel == null) {
            return Reply.json(200, "{\"channel_statuses\":{}}");
        }
        if (pollsBeforeCommit > 0) {
            pollsBeforeCommit--;
        } else {
            commit(channel);
        }
        return Reply.json(
                200, "{\"channel_statuses\":{\"" + name.group(1) + "\":" + described(name.group(1), channel) + "}}");
    }

    private void commit(Channel channel) {
        while (commitsLeft > 0 && !channel.pending.isEmpty()) {
            var sent = channel.pending.remove();
            for (var row : sent.rows()) {
                if (row.contains(refusedText)) {
                    channel.errors++;
                    channel.errorBound = sent.offset();
                } else {
                    channel.inserted++;
                    rows.add(row);
                }
            }
            channel.committed = sent.offset();
            commitsLeft--;
        }
    }

    private static String described(String name, Channel channel) {
        return "{\"channel_name\":\"" + name + "\",\"channel_status_code\":\"ACTIVE\",\"last_committed_offset_token\":"
                + orNull(channel.committed) + ",\"rows_inserted\":" + channel.inserted + ",\"rows_error_count\":"
                + channel.errors + ",\"last_error_message\":"
                + orNull(channel.errors == 0 ? "" : "Numeric value is not recognized")
                + ",\"last_error_offset_upper_bound\":" + orNull(channel.errorBound) + "}";
    }

    private static String orNull(String text) {
        return text.isEmpty() ? "null" : "\"" + text + "\"";
    }

    private static String key(String pipe, String channel) {
        return pipe + " " + channel;
    }

    private static Map<String, String> query(String text) {
        var query = new TreeMap<String, String>();
        for (var pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static Reply refusal(int status, String code) {
        return Reply.json(status, "{\"code\":\"" + code + "\",\"message\":\"as commanded\"}");
    }

    private static Reply unauthorized() {
        return refusal(401, "390144");
    }

    private boolean isScoped(Request request) {
        return tokens.contains(bearer(request));
    }

    private static String bearer(Request request) {
        return request.headers().getOrDefault("authorization", "").replaceFirst("^Bearer ", "");
    }

    /** Whether the token is signed with the user's key and says so. */
    private boolean isUser(Request request) {
        var parts = bearer(request).split("\\.", -1);
        if (parts.length != 3) {
            return false;
        }
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded());
            var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.contains(".LOADER.SHA256:" + Base64.getEncoder().encodeToString(digest) + "\"")
                    && claims.contains(".LOADER\"");
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public void close() {
        endpoint.close();
    }
}

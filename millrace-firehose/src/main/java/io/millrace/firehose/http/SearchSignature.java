package io.millrace.firehose.http;

import io.millrace.firehose.http.HttpDestinationsConfig.AccessKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 of a request to a search service, whose query has one parameter at most, encoded as signatures have it.
 *
 * @param service {@code es}, or {@code aoss} for the serverless one
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">the rules</a>
 */
record SearchSignature(AccessKey key, String service, String region, Instant time) {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int DATE_CHARS = 8;
    private static final Pattern AWS_HOST =
            Pattern.compile("(?:.*\\.)?([a-z0-9-]+)\\.(?:es|aoss)\\.amazonaws\\.com(?:\\.cn)?");
    private static final String UNRESERVED = "-._~/";

    /** The region in the name of a host of AWS's; empty for the hosts of others. */
    static Optional<String> regionOf(URI uri) {
        var host = AWS_HOST.matcher(uri.getHost() == null ? "" : uri.getHost());
        return host.matches() ? Optional.of(host.group(1)) : Optional.empty();
    }

    /**
     * The headers that make the request a signed one.
     *
     * @param bodyHash SHA-256 in hex
     */
    Map<String, String> headers(String method, URI uri, String bodyHash) {
        var timestamp = TIMESTAMP.format(time);
        var scope = timestamp.substring(0, DATE_CHARS) + "/" + region + "/" + service + "/aws4_request";
        var added = new LinkedHashMap<String, String>();
        added.put("x-amz-content-sha256", bodyHash);
        added.put("x-amz-date", timestamp);
        key.sessionToken().ifPresent(token -> added.put("x-amz-security-token", token));

        var signed = new TreeMap<>(added);
        signed.put("host", host(uri));
        var names = String.join(";", signed.keySet());
        var canonical = new StringBuilder(method)
                .append('\n')
                .append(encodedAgain(uri.getRawPath()))
                .append('\n')
                .append(uri.getRawQuery() == null ? "" : uri.getRawQuery())
                .append('\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        canonical.append('\n').append(names).append('\n').append(bodyHash);

        var toSign = "AWS4-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n" + Sha256.hex(canonical.toString());
        var secret = ("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8);
        for (var part : scope.split("/", -1)) {
            secret = mac(secret, part);
        }
        added.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + key.id() + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                        + HexFormat.of().formatHex(mac(secret, toSign)));
        return added;
    }

    /** As the client sends it: with the port unless it is the scheme's own. */
    private static String host(URI uri) {
        int schemesOwn = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return uri.getPort() < 0 || uri.getPort() == schemesOwn ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /** Of a path that already is: all services but S3 sign it so. */
    private static String encodedAgain(String path) {
        var encoded = new StringBuilder();
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xFF);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(String.format("%02X", (int) c));
            }
        }
        return encoded.isEmpty() ? "/" : encoded.toString();
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }
}

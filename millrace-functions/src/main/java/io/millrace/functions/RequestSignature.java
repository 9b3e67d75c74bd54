package io.millrace.functions;

import io.millrace.functions.FunctionsConfig.Credentials;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 of a POST to the Lambda API, whose paths need no encoding and whose queries have one parameter at
 * most.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">the rules</a>
 */
record RequestSignature(Credentials credentials, String region, Instant time) {
    private static final String SERVICE = "lambda";
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** The headers that make the request a signed one. */
    Map<String, String> headers(URI uri, byte[] body) {
        var timestamp = TIMESTAMP.format(time);
        var scope = timestamp.substring(0, 8) + "/" + region + "/" + SERVICE + "/aws4_request";
        var added = new LinkedHashMap<String, String>();
        added.put("x-amz-content-sha256", hash(body));
        added.put("x-amz-date", timestamp);
        credentials.sessionToken().ifPresent(token -> added.put("x-amz-security-token", token));

        var signed = new TreeMap<>(added);
        signed.put("host", host(uri));
        var names = String.join(";", signed.keySet());
        var canonical = new StringBuilder("POST\n")
                .append(uri.getRawPath())
                .append('\n')
                .append(uri.getRawQuery() == null ? "" : uri.getRawQuery())
                .append('\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        canonical.append('\n').append(names).append('\n').append(hash(body));

        var toSign = "AWS4-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n"
                + hash(canonical.toString().getBytes(StandardCharsets.UTF_8));
        var key = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (var part : scope.split("/", -1)) {
            key = mac(key, part);
        }
        added.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + credentials.accessKeyId() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + HexFormat.of().formatHex(mac(key, toSign)));
        return added;
    }

    /** As the client sends it: with the port unless it is the scheme's own. */
    private static String host(URI uri) {
        int schemesOwn = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return uri.getPort() < 0 || uri.getPort() == schemesOwn ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
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

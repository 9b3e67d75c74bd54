package io.millrace.bench.stored;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Calls one server in JSON, from any thread; the JDK keeps a connection for each. */
record Client(URI endpoint) {
    private static final int OK = 200;
    private static final int WAIT_MAX_MILLIS = 60_000;
    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=BENCH/20260101/us-east-1/kinesis/aws4_request, "
                    + "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64);

    /**
     * The reply's body.
     *
     * @throws IOException if nobody answers, or not with success
     */
    byte[] call(String operation, byte[] body) throws IOException {
        var connection = (HttpURLConnection) endpoint.toURL().openConnection();
        connection.setConnectTimeout(WAIT_MAX_MILLIS);
        connection.setReadTimeout(WAIT_MAX_MILLIS);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("X-Amz-Target", "Kinesis_20131202." + operation);
        connection.setRequestProperty("Content-Type", "application/x-amz-json-1.1");
        connection.setRequestProperty("X-Amz-Date", "20260101T000000Z");
        connection.setRequestProperty("Authorization", AUTHORIZATION);
        connection.getOutputStream().write(body);
        if (connection.getResponseCode() != OK) {
            var said = connection.getErrorStream();
            throw new IOException(operation + " was answered " + connection.getResponseCode() + ": "
                    + (said == null ? "" : new String(said.readAllBytes(), StandardCharsets.UTF_8)));
        }
        try (var reply = connection.getInputStream()) {
            return reply.readAllBytes();
        }
    }

    String call(String operation, String body) throws IOException {
        return new String(call(operation, body.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}

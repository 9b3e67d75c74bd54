package io.millrace.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Requests that say exactly what a test wants said. They carry credentials unless a test leaves them out. */
final class RawClient implements AutoCloseable {
    static final String JSON = "application/x-amz-json-1.1";
    static final String CBOR = "application/x-amz-cbor-1.1";
    static final String TARGET_PREFIX = "Kinesis_20131202.";
    static final String AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=millrace/20300101/us-east-1/kinesis/aws4_request,"
            + " SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000";
    static final String DATE = "20300101T000000Z";

    private static final Duration REPLY_WAIT_MAX = Duration.ofSeconds(30);
    private static final ObjectMapper JSON_MAPPER = new ObjectMapper();
    private static final CBORMapper CBOR_MAPPER = new CBORMapper();

    private final URI endpoint;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RawClient(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** Calls an operation in JSON. */
    Reply call(String operation, String body) {
        return request(operation).contentType(JSON).body(body).send();
    }

    /** Calls an operation in CBOR with what this JSON text says. */
    Reply callInCbor(String operation, String json) {
        return request(operation).contentType(CBOR).body(cborOf(json)).send();
    }

    /** Calls an operation in CBOR with a body of exactly these bytes. */
    Reply callInCbor(String operation, byte[] body) {
        return request(operation).contentType(CBOR).body(body).send();
    }

    /** A signed POST to one operation, to be completed. */
    Request request(String operation) {
        return post().target(TARGET_PREFIX + operation).signed();
    }

    /** A bare POST, to be completed. */
    Request post() {
        return new Request("/");
    }

    static byte[] cborOf(String json) {
        try {
            return CBOR_MAPPER.writeValueAsBytes(JSON_MAPPER.readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /** A request in the making. */
    final class Request {
        private final HttpRequest.Builder building;
        private String method = "POST";
        private byte[] body = {};

        private Request(String path) {
            building = HttpRequest.newBuilder(endpoint.resolve(path)).timeout(REPLY_WAIT_MAX);
        }

        Request method(String name) {
            method = name;
            return this;
        }

        Request path(String pathAndQuery) {
            building.uri(endpoint.resolve(pathAndQuery));
            return this;
        }

        Request header(String name, String value) {
            building.setHeader(name, value);
            return this;
        }

        Request target(String value) {
            return header("X-Amz-Target", value);
        }

        Request contentType(String value) {
            return header("Content-Type", value);
        }

        Request signed() {
            return header("Authorization", AUTHORIZATION).header("X-Amz-Date", DATE);
        }

        Request body(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        Request body(byte[] bytes) {
            body = bytes;
            return this;
        }

        Reply send() {
            var publisher = body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body);
            try {
                return new Reply(
                        http.send(building.method(method, publisher).build(), HttpResponse.BodyHandlers.ofByteArray()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a reply", e);
            }
        }
    }

    /** What came back. */
    static final class Reply {
        private final HttpResponse<byte[]> response;

        private Reply(HttpResponse<byte[]> response) {
            this.response = response;
        }

        int status() {
            return response.statusCode();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        byte[] body() {
            return response.body();
        }

        String text() {
            return new String(body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return tree(JSON_MAPPER);
        }

        JsonNode cbor() {
            return tree(CBOR_MAPPER);
        }

        private JsonNode tree(ObjectMapper mapper) {
            try {
                return mapper.readTree(body());
            } catch (IOException e) {
                throw new AssertionError("status " + status() + " with a body that can't be read: " + text(), e);
            }
        }
    }
}

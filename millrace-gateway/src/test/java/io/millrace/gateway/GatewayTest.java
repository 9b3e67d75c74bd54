package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private final TestDoor door = TestDoor.open();

    @AfterEach
    void closeDoor() {
        door.close();
    }

    @Test
    void answersAUnaryOperationOverHttp1() {
        try (var client = door.connect()) {
            var answer = client.send(RawClient.call("ListStreams", "{\"a\":1}")).read();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"a\":1}");
            assertThat(answer.headers())
                    .containsEntry("content-type", "application/x-amz-json-1.1")
                    .containsEntry("content-length", "7")
                    .containsEntry("date", "Wed, 02 Jan 2030 03:04:05 GMT");
            assertThat(answer.headers().get("x-amzn-requestid"))
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(answer.headers().get("x-amz-id-2")).matches("[A-Za-z0-9+/]{96}");
        }
    }

    @Test
    void answersAParkedOperationWhenItsStageCompletes() {
        var stage = new CompletableFuture<String>();
        door.parked = (_, _) -> stage;
        try (var client = door.connect()) {
            client.send(RawClient.call("PutRecord", "{}"));
            stage.complete("{\"done\":true}");
            assertThat(client.read().text()).isEqualTo("{\"done\":true}");
        }
    }

    @Test
    void speaksHttp2AndHttp1OverTls() throws Exception {
        try (var client =
                HttpClient.newBuilder().sslContext(door.trustingContext()).build()) {
            var http2 = client.send(call(HttpClient.Version.HTTP_2), HttpResponse.BodyHandlers.ofString());
            assertThat(http2.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(http2.body()).isEqualTo("{\"b\":2}");

            var http1 = client.send(call(HttpClient.Version.HTTP_1_1), HttpResponse.BodyHandlers.ofString());
            assertThat(http1.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(http1.body()).isEqualTo("{\"b\":2}");
        }
    }

    private HttpRequest call(HttpClient.Version version) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + door.port() + "/"))
                .version(version)
                .header("X-Amz-Target", "Kinesis_20131202.ListStreams")
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(HttpRequest.BodyPublishers.ofString("{\"b\":2}"))
                .build();
    }
}

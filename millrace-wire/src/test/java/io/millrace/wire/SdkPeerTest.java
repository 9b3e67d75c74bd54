package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The AWS SDK for Java writes the requests we read and reads the replies we write. */
class SdkPeerTest {
    private static final int SEEDS = 15;

    static Stream<Operation<?, ?>> operations() {
        // Its reply is an event stream, which the synchronous client does not offer.
        return Kinesis.ALL.stream().filter(operation -> !operation.equals(Kinesis.SUBSCRIBE_TO_SHARD));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void understandsUsAsWeUnderstandIt(Operation<?, ?> operation) {
        Seeds.forEach(SEEDS, random -> {
            for (var protocol : Protocol.values()) {
                var request = Any.object(operation.wireInput().get(), random);
                var reply = Any.object(replyBuilder(operation), random);
                var server = new OneReply(protocol, reply);
                try (var client = client(server, protocol)) {
                    var understood = call(client, operation, request);
                    assertThat(reply.equalsBySdkFields(understood))
                            .as("%s is not %s", understood, reply)
                            .isTrue();
                }
                var tokens = GenericCodec.tokens(protocol, server.received, 0, server.received.length);
                assertThat(RequestReader.read(operation.wireInput().get(), tokens))
                        .isEqualTo(request);
            }
        });
    }

    private static Object call(KinesisClient client, Operation<?, ?> operation, SdkPojo request)
            throws ReflectiveOperationException {
        var method = Character.toLowerCase(operation.name().charAt(0))
                + operation.name().substring(1);
        return KinesisClient.class.getMethod(method, request.getClass()).invoke(client, request);
    }

    private static SdkPojo replyBuilder(Operation<?, ?> operation) throws ReflectiveOperationException {
        var name = KinesisClient.class.getPackageName() + ".model." + operation.name() + "Response";
        return (SdkPojo) Class.forName(name).getMethod("builder").invoke(null);
    }

    private static KinesisClient client(OneReply server, Protocol protocol) {
        // The switch is read when a client is built; nothing else in these tests builds one.
        System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), String.valueOf(protocol == Protocol.CBOR));
        return KinesisClient.builder()
                .httpClient(server)
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://localhost"))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .build();
    }

    /** Answers every request with the same reply and keeps what was asked. */
    private static final class OneReply implements SdkHttpClient {
        private final Protocol protocol;
        private final byte[] reply;
        private byte[] received = {};

        OneReply(Protocol protocol, SdkPojo reply) {
            this.protocol = protocol;
            var body = new BodyWriter();
            new ReplyWriter(Notation.of(protocol, body)).write(reply);
            this.reply = Arrays.copyOf(body.array(), body.length());
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            assertThat(request.httpRequest().firstMatchingHeader("Content-Type"))
                    .contains(protocol.contentType());
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    try (InputStream body =
                            request.contentStreamProvider().orElseThrow().newStream()) {
                        received = body.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpResponse.builder()
                                    .statusCode(200)
                                    .putHeader("Content-Type", protocol.contentType())
                                    .putHeader("Content-Length", String.valueOf(reply.length))
                                    .build())
                            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(reply)))
                            .build();
                }

                @Override
                public void abort() {}
            };
        }

        @Override
        public void close() {}
    }
}

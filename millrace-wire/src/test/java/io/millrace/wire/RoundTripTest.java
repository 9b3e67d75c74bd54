package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

class RoundTripTest {
    private static final int SEEDS = 60;

    static Iterable<Operation<?, ?>> operations() {
        return Kinesis.ALL;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void readsEveryRequestItHasWritten(Operation<?, ?> operation) {
        staysTheSame(operation.wireInput());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void readsEveryReplyItHasWritten(Operation<?, ?> operation) {
        staysTheSame(replyOf(operation));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void writesWhatAnotherParserCallsWellFormed(Operation<?, ?> operation) {
        Seeds.forEach(SEEDS, random -> {
            var object = Any.object(replyOf(operation).get(), random);
            for (var protocol : Protocol.values()) {
                var body = written(protocol, object);
                try (var parser = peer(protocol, body)) {
                    assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
                    parser.skipChildren();
                    assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
                    assertThat(parser.nextToken()).isNull();
                }
            }
        });
    }

    private static void staysTheSame(Supplier<? extends SdkPojo> builders) {
        Seeds.forEach(SEEDS, random -> {
            var object = Any.object(builders.get(), random);
            for (var protocol : Protocol.values()) {
                var body = written(protocol, object);
                var tokens = GenericCodec.tokens(protocol, body, 0, body.length);
                assertThat(RequestReader.read(builders.get(), tokens))
                        .as(protocol.name())
                        .isEqualTo(object);
            }
        });
    }

    private static byte[] written(Protocol protocol, SdkPojo object) {
        var body = new BodyWriter();
        new ReplyWriter(Notation.of(protocol, body)).write(object);
        return Arrays.copyOf(body.array(), body.length());
    }

    private static JsonParser peer(Protocol protocol, byte[] body) throws IOException {
        return switch (protocol) {
            case JSON -> new JsonFactory().createParser(body);
            case CBOR -> new CBORFactory().createParser(body);
        };
    }

    private static Supplier<? extends SdkPojo> replyOf(Operation<?, ?> operation) {
        if (operation.name().equals("SubscribeToShard")) {
            return SubscribeToShardEvent::builder;
        }
        return () -> {
            try {
                var reply =
                        operation.wireInput().get().getClass().getPackageName() + "." + operation.name() + "Response";
                return (SdkPojo) Class.forName(reply).getMethod("builder").invoke(null);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        };
    }
}

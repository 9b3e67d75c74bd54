package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.model.AwsException;
import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.model.SerializationException;
import io.millrace.testkit.Seeds;
import io.millrace.wire.Tokens.Token;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;

class HostileBodiesTest {
    private static final int BODY_BYTES = 16 * 1024 * 1024;

    @ParameterizedTest
    @EnumSource
    void neverEndInAnythingButARefusal(Protocol protocol) {
        Seeds.forEach(8_000, random -> {
            var operation = Kinesis.ALL.get(random.nextInt(Kinesis.ALL.size()));
            byte[] body;
            if (random.nextInt(3) == 0) {
                body = Any.bytes(random.nextInt(60), random);
            } else {
                var written = new BodyWriter();
                var request = Any.object(operation.wireInput().get(), random);
                new ReplyWriter(Notation.of(protocol, written)).write(request);
                body = Arrays.copyOf(written.array(), written.length());
                for (int i = random.nextInt(4); i > 0; i--) {
                    body = HotCodecsTest.mutated(body.length == 0 ? new byte[1] : body, random);
                }
            }
            try {
                Codecs.of(operation).decode(protocol, body, 0, body.length);
            } catch (AwsException e) {
                assertThat(e.httpStatus()).isEqualTo(400);
            }
        });
    }

    /** Jackson knows the grammar as well as we do; it is only more lenient with text that is no Unicode. */
    @Test
    void areMalformedJsonWhereAnotherParserSaysSo() {
        Seeds.forEach(20_000, random -> {
            var written = new BodyWriter();
            new ReplyWriter(Notation.of(Protocol.JSON, written))
                    .write(Any.object(CreateStreamRequest.builder(), random));
            var body = Arrays.copyOf(written.array(), written.length());
            for (int i = random.nextInt(3); i > 0 && body.length > 0; i--) {
                body = HotCodecsTest.mutated(body, random);
            }
            boolean unicode = Utf8.wellFormed(body, 0, body.length);
            assertThat(isWellFormed(body)).isEqualTo(unicode && jacksonTakes(body));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{}}",
                "{} x",
                "{},",
                "[]",
                "\"a\"",
                "1",
                "true",
                "null",
                "nul",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":NaN}",
                "{\"a\":[1,]}",
                "{\"a\":[1}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00\"}",
                "{\"a\":\"\\ud800\\u0041\"}",
                "{\"a\":\"\\ud800x\"}",
                "{\"a\":-}",
                "{\"a\":tru}",
                "\uFEFF{}",
                "{\"a\":1 \"b\":2}",
                "{\"a\" 1}",
                "//\n{}",
            })
    void areMalformedJson(String json) {
        refusesAsMalformed(Protocol.JSON, Any.utf8(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7b2261223a22c0af227d", // overlong
                "7b2261223a22eda080227d", // a surrogate
                "7b2261223a22f4908080227d", // beyond Unicode
                "7b2261223a22ff227d",
                "7b2261223a22e282227d", // cut short
                "7b22ff223a317d", // in a name
            })
    void areMalformedUtf8(String hex) {
        refusesAsMalformed(Protocol.JSON, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80",
                "01",
                "f6",
                "a0a0",
                "bf",
                "a1",
                "a16161",
                "ff",
                "a10101", // a key that is no text
                "bf6161ff", // a key without a value
                "a161617f6161", // chunks without an end
                "a161617f4161ff", // a chunk of the other kind
                "a161617f7f6161ffff", // chunks in chunks
                "a1616162ff41", // no UTF-8
                "a161611c",
                "a16161f8ff",
                "a16161f97e00", // reserved, unknown simple value, not a number
                "a161615bffffffffffffffff",
                "a161617affffffff", // longer than the body
                "bbffffffffffffffff",
                "a161619bffffffffffffffff",
                "a161619b7fffffffffffffff",
                "a16161c1",
                "a16161c1ff",
            })
    void areMalformedCbor(String hex) {
        refusesAsMalformed(Protocol.CBOR, HexFormat.of().parseHex(hex));
    }

    @Test
    void mayNotBeNestedDeeply() {
        for (int depth : List.of(Tokens.NESTING_MAX, 10_000, 1_000_000)) {
            refusesAsMalformed(Protocol.JSON, Any.utf8("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}"));
            refusesAsMalformed(Protocol.JSON, Any.utf8("{\"a\":".repeat(depth + 1) + "1" + "}".repeat(depth + 1)));
            var cbor = new byte[depth + 4];
            Arrays.fill(cbor, (byte) 0x81);
            cbor[0] = (byte) 0xA1;
            cbor[1] = 0x61;
            cbor[2] = 'a';
            cbor[depth + 3] = 1;
            refusesAsMalformed(Protocol.CBOR, cbor);
        }
        int most = Tokens.NESTING_MAX - 1;
        var deepest = Any.utf8("{\"a\":" + "[".repeat(most) + "]".repeat(most) + "}");
        Codecs.of(Kinesis.LIST_STREAMS).decode(Protocol.JSON, deepest, 0, deepest.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e999999999", "1E+99999999999999999999", "123456789012345678901234567890", "100000000000.9"})
    void haveTheirHugeNumbersClamped(String number) {
        refuses(
                Kinesis.CREATE_STREAM,
                "{\"StreamName\":\"a\",\"ShardCount\":" + number + "}",
                "'2147483647' at 'shardCount'");
        refuses(
                Kinesis.CREATE_STREAM,
                "{\"StreamName\":\"a\",\"ShardCount\":-" + number + "}",
                "'-2147483648' at 'shardCount'");
    }

    @Test
    void haveNumbersOfMillionsOfDigitsReadInOneGo() {
        var digits = "9".repeat(4_000_000);
        refuses(Kinesis.CREATE_STREAM, "{\"StreamName\":\"a\",\"ShardCount\":" + digits + "}", "'2147483647' at");
        refuses(Kinesis.CREATE_STREAM, "{\"StreamName\":\"a\",\"ShardCount\":0." + digits + "}", "'0' at 'shardCount'");
        refuses(
                Kinesis.CREATE_STREAM,
                "{\"StreamName\":\"a\",\"ShardCount\":" + digits + "e-" + digits + "}",
                "'0' at 'shardCount'");
    }

    @Test
    void doNotMakeAFewBytesIntoManyObjects() {
        var json = new StringBuilder("{\"StreamName\":\"a\",\"Records\":[{}");
        json.repeat(",{}", BODY_BYTES / 3).append("]}");
        refuses(Kinesis.PUT_RECORDS, json.toString(), "Value at 'records' failed");

        var tags = new StringBuilder("{\"StreamName\":\"a\",\"TagKeys\":[\"\"");
        tags.repeat(",\"\"", BODY_BYTES / 3).append("]}");
        refuses(Kinesis.REMOVE_TAGS_FROM_STREAM, tags.toString(), "less than or equal to 50");
    }

    @Test
    void getLongAnswersOnlyUpToAPoint() {
        var json = "{\"Data\":\"" + "!".repeat(BODY_BYTES) + "\"}";

        assertThatThrownBy(() -> decode(Kinesis.PUT_RECORD, json))
                .isInstanceOfSatisfying(
                        SerializationException.class,
                        e -> assertThat(e.text().orElseThrow()).hasSizeLessThan(2 * Base64Text.SHOWN_MAX_CHARS));
    }

    private static boolean isWellFormed(byte[] body) {
        try {
            var tokens = new JsonTokens(body, 0, body.length);
            while (tokens.next() != Token.END) {
                // Only whether it ends.
            }
            return true;
        } catch (SerializationException _) {
            return false;
        }
    }

    private static boolean jacksonTakes(byte[] body) throws IOException {
        var factory = JsonFactory.builder()
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .build();
        try (var parser = factory.createParser(body)) {
            int values = 0;
            int depth = 0;
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                values += depth == 0 ? 1 : 0;
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                    if (!parser.getText().codePoints().allMatch(c -> c < 0xD800 || c > 0xDFFF)) {
                        return false;
                    }
                }
            }
            return values == 1;
        } catch (JsonProcessingException _) {
            return false;
        }
    }

    private static void refusesAsMalformed(Protocol protocol, byte[] body) {
        for (var operation : List.of(Kinesis.LIST_STREAMS, Kinesis.PUT_RECORD, Kinesis.PUT_RECORDS)) {
            assertThatThrownBy(() -> Codecs.of(operation).decode(protocol, body, 0, body.length))
                    .isInstanceOfSatisfying(
                            SerializationException.class,
                            e -> assertThat(e.malformedBody()).isTrue());
        }
    }

    private static void refuses(Operation<?, ?> operation, String json, String text) {
        assertThatThrownBy(() -> decode(operation, json)).hasMessageContaining(text);
    }

    private static void decode(Operation<?, ?> operation, String json) {
        var body = Any.utf8(json);
        Codecs.of(operation).decode(Protocol.JSON, body, 0, body.length);
    }
}

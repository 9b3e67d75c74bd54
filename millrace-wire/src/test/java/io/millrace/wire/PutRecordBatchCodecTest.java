package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.AwsException;
import io.millrace.model.Firehose;
import io.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;

class PutRecordBatchCodecTest {
    private static final OperationCodec<PutRecordBatchRequest, PutRecordBatchResponse> HOT =
            Codecs.of(Firehose.PUT_RECORD_BATCH);
    private static final OperationCodec<PutRecordBatchRequest, PutRecordBatchResponse> GENERIC =
            Codecs.generic(Firehose.PUT_RECORD_BATCH);

    @Test
    void readsWhatWasSent() {
        Seeds.forEach(50, random -> {
            var data = data(random);
            var body = body(data, random);
            var request = HOT.decode(Protocol.JSON, body, 0, body.length);
            assertThat(request.deliveryStreamName()).isEqualTo("logs");
            assertThat(request.records()).hasSameSizeAs(data);
            for (int i = 0; i < data.size(); i++) {
                assertThat(request.records().get(i).data().asByteArrayUnsafe()).isEqualTo(data.get(i));
            }
        });
    }

    /** The usual way and the one that knows all errors must have one verdict on every body. */
    @Test
    void judgesEveryBodyAsTheGenericCodecDoes() {
        Seeds.forEach(3_000, random -> {
            var body = body(data(random), random);
            for (int i = random.nextInt(4); i > 0; i--) {
                body[random.nextInt(body.length)] = (byte) "{}[]\",:\\ D09nul".charAt(random.nextInt(15));
            }
            assertThat(verdict(HOT, body.clone())).isEqualTo(verdict(GENERIC, body));
        });
    }

    @Test
    void refusesWhatIsTooLargeOrTooManyInTheGenericCodecsWords() {
        var random = new SplittableRandom(1);
        var many = new ArrayList<byte[]>();
        for (int i = 0; i < 501; i++) {
            many.add(new byte[1]);
        }
        for (var data : List.of(many, List.of(new byte[1_024_001]), List.<byte[]>of())) {
            var body = body(data, random);
            assertThat(verdict(HOT, body.clone()))
                    .isEqualTo(verdict(GENERIC, body))
                    .contains("validation error");
        }
    }

    @Test
    void writesWhatTheGenericCodecWrites() {
        for (int failed : new int[] {0, 1}) {
            var response = PutRecordBatchResponse.builder()
                    .failedPutCount(failed)
                    .encrypted(failed == 0)
                    .requestResponses(
                            PutRecordBatchResponseEntry.builder()
                                    .recordId("one")
                                    .build(),
                            failed == 0
                                    ? PutRecordBatchResponseEntry.builder()
                                            .recordId("two")
                                            .build()
                                    : PutRecordBatchResponseEntry.builder()
                                            .errorCode("ServiceUnavailableException")
                                            .errorMessage("Slow down.")
                                            .build())
                    .build();
            assertThat(written(HOT, response)).isEqualTo(written(GENERIC, response));
        }
    }

    private static String written(OperationCodec<?, PutRecordBatchResponse> codec, PutRecordBatchResponse response) {
        var body = new BodyWriter();
        codec.encode(Protocol.JSON, response, body);
        return new String(body.array(), 0, body.length(), UTF_8);
    }

    private static String verdict(OperationCodec<PutRecordBatchRequest, ?> codec, byte[] body) {
        try {
            var request = codec.decode(Protocol.JSON, body, 0, body.length);
            var text = new StringBuilder(request.deliveryStreamName());
            request.records()
                    .forEach(record -> text.append(Arrays.hashCode(record.data().asByteArrayUnsafe()))
                            .append(' '));
            return text.toString();
        } catch (AwsException e) {
            return e.getClass().getSimpleName() + e.getMessage();
        }
    }

    private static List<byte[]> data(SplittableRandom random) {
        var all = new ArrayList<byte[]>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            var data = new byte[random.nextInt(20)];
            random.nextBytes(data);
            all.add(data);
        }
        return all;
    }

    private static byte[] body(List<byte[]> data, SplittableRandom random) {
        var records = data.stream()
                .map(one -> "{\"Data\":\"" + Base64.getEncoder().encodeToString(one) + "\"}")
                .toList();
        var name = "\"DeliveryStreamName\":\"logs\"";
        var list = "\"Records\": [" + String.join(" , ", records) + "]";
        return (random.nextBoolean() ? "{" + name + "," + list + "}" : "{" + list + "," + name + "}").getBytes(UTF_8);
    }
}

package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.GetRecordsPage;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

class BodyWriterTest {

    @Test
    void aPageIsTheSameWhetherItOverflowsOrNot() {
        Seeds.forEach(40, random -> {
            var page = anyPage(random);
            for (var protocol : Protocol.values()) {
                var whole = new BodyWriter();
                Codecs.GET_RECORDS.encode(protocol, page, whole);
                var poured = new ByteArrayOutputStream();
                var body = new BodyWriter(poured::write);
                Codecs.GET_RECORDS.encode(protocol, page, body);
                assertThat(body.length()).isEqualTo(whole.length());
                body.finish();
                if (poured.size() == 0) {
                    poured.write(body.array(), 0, body.length());
                }
                assertThat(poured.toByteArray()).isEqualTo(Arrays.copyOf(whole.array(), whole.length()));
            }
        });
    }

    private static GetRecordsPage anyPage(RandomGenerator random) {
        var records = new ArrayList<DeliveredRecord>();
        int maxBytes = random.nextBoolean() ? 300 : 150_000;
        for (int count = random.nextInt(100); count > 0; count--) {
            var data = new byte[random.nextInt(maxBytes)];
            random.nextBytes(data);
            var key = "\"k\\".repeat(random.nextInt(80)) + "k";
            records.add(new DeliveredRecord(
                    Long.toString(random.nextLong(Long.MAX_VALUE)),
                    random.nextLong(1L << 41),
                    ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer(),
                    ByteBuffer.wrap(data).asReadOnlyBuffer(),
                    EncryptionType.NONE));
        }
        return new GetRecordsPage(records, "next", 0, List.of());
    }

    @Test
    void keepsLittleOfWhatOverflows() {
        var poured = new AtomicInteger();
        var body = new BodyWriter((_, _, count) -> poured.addAndGet(count));
        var bytes = new byte[1000];
        for (int count = 0; count < 1000; count++) {
            body.write(bytes, 0, bytes.length);
            assertThat(body.array().length).isLessThanOrEqualTo(2 * BodyWriter.KEPT_MAX_BYTES);
        }
        body.finish();
        assertThat(poured.get()).isEqualTo(1_000_000);
        assertThat(body.length()).isEqualTo(1_000_000);
    }

    @Test
    void aShortBodyDoesNotOverflow() {
        var body = new BodyWriter((_, _, _) -> {
            throw new AssertionError("it fits");
        });
        var bytes = new byte[BodyWriter.KEPT_MAX_BYTES];
        body.write(bytes, 0, bytes.length);
        body.finish();
        assertThat(body.length()).isEqualTo(bytes.length);
    }

    @Test
    void aPageIsClosedWhenItIsWritten() {
        var closed = new AtomicInteger();
        var page = new GetRecordsPage(List.of(), "next", 0, List.of(), closed::incrementAndGet);
        Codecs.GET_RECORDS.encode(Protocol.JSON, page, new BodyWriter());
        assertThat(closed.get()).isEqualTo(1);
    }
}

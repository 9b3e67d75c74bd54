package io.millrace.bench.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records that are sent again and again: random bytes from the load driver's seed, known by their keys. */
final class Records {
    private static final int SEED = 4567;
    private static final String KEY_PREFIX = "record-";

    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final int payloadBytes;

    Records(String topic, int count, int payloadBytes) {
        this.payloadBytes = payloadBytes;
        var random = new Random(SEED);
        for (int number = 0; number < count; number++) {
            var payload = new byte[payloadBytes];
            random.nextBytes(payload);
            var key = (KEY_PREFIX + String.format("%07d", number)).getBytes(StandardCharsets.US_ASCII);
            records.add(new ProducerRecord<>(topic, key, payload));
        }
    }

    int count() {
        return records.size();
    }

    int payloadBytes() {
        return payloadBytes;
    }

    ProducerRecord<byte[], byte[]> get(int number) {
        return records.get(number % records.size());
    }

    /** Whether a record that was read is, to the last byte, the one that its key names. */
    boolean holds(ConsumerRecord<byte[], byte[]> read) {
        int number = 0;
        for (int i = KEY_PREFIX.length(); i < read.key().length; i++) {
            number = number * 10 + read.key()[i] - '0';
        }
        return number >= 0
                && number < records.size()
                && Arrays.equals(records.get(number).value(), read.value());
    }
}

package io.millrace.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final byte[] EVENT = message(":message-type", "event", ":event-type", "Brought", "{\"a\": 1}");

    @Test
    void readsEventsUntilTheEnd() throws IOException {
        try (var messages = new Messages(new ByteArrayInputStream(EVENT))) {
            assertThat(messages.next()).contains(new Messages.Message(true, "Brought", "{\"a\": 1}"));
            assertThat(messages.next()).isEmpty();
        }
    }

    @Test
    void tellsExceptionsFromEvents() throws IOException {
        var exception = message(":message-type", "exception", ":exception-type", "InternalFailureException", "{}");
        try (var messages = new Messages(new ByteArrayInputStream(exception))) {
            assertThat(messages.next()).contains(new Messages.Message(false, "InternalFailureException", "{}"));
        }
    }

    @Test
    void refusesAMessageThatIsDamagedAnywhere() {
        for (int at = 0; at < EVENT.length; at++) {
            var damaged = EVENT.clone();
            damaged[at] ^= 1;
            assertThatThrownBy(() -> new Messages(new ByteArrayInputStream(damaged)).next())
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesAMessageThatBreaksOff() {
        for (int length = 1; length < EVENT.length; length++) {
            var begun = Arrays.copyOf(EVENT, length);
            assertThatThrownBy(() -> new Messages(new ByteArrayInputStream(begun)).next())
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }

    private static byte[] message(String kindName, String kind, String typeName, String type, String payload) {
        var message = new byte[1_000];
        var bytes = ByteBuffer.wrap(message).position(12);
        header(bytes, kindName, kind);
        header(bytes, typeName, type);
        int headersLength = bytes.position() - 12;
        bytes.put(payload.getBytes(StandardCharsets.UTF_8));
        int end = bytes.position();
        bytes.putInt(0, end + 4).putInt(4, headersLength).putInt(8, checksum(message, 8));
        bytes.putInt(checksum(message, end));
        return Arrays.copyOf(message, bytes.position());
    }

    private static void header(ByteBuffer bytes, String name, String value) {
        bytes.put((byte) name.length()).put(name.getBytes(StandardCharsets.UTF_8));
        bytes.put((byte) 7).putShort((short) value.length()).put(value.getBytes(StandardCharsets.UTF_8));
    }

    private static int checksum(byte[] bytes, int end) {
        var checksum = new CRC32();
        checksum.update(bytes, 0, end);
        return (int) checksum.getValue();
    }
}

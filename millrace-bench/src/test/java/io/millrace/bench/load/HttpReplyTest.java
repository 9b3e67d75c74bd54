package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HttpReplyTest {
    @Test
    void readsAReplyWhereverTheNetworkCutsIt() {
        Seeds.forEach(200, random -> {
            var body = "x".repeat(random.nextInt(200_000));
            var wire = "HTTP/1.1 200 OK\r\nContent-Type: a\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;

            var reply = readWhole(new Cuts(wire, random));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.bodyText()).isEqualTo(body);
            assertThat(reply.closes()).isFalse();
        });
    }

    @Test
    void joinsChunksWhereverTheNetworkCutsThem() {
        Seeds.forEach(200, random -> {
            var body = new StringBuilder();
            var wire = new StringBuilder(
                    "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
            for (int chunk = random.nextInt(5); chunk > 0; chunk--) {
                var data = Character.toString('a' + chunk).repeat(random.nextInt(1, 50_000));
                wire.append(Integer.toHexString(data.length()))
                        .append("\r\n")
                        .append(data)
                        .append("\r\n");
                body.append(data);
            }
            wire.append("0\r\n\r\n");

            var reply = readWhole(new Cuts(wire.toString(), random));

            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.bodyText()).isEqualTo(body.toString());
            assertThat(reply.closes()).isTrue();
        });
    }

    @Test
    void refusesAReplyThatEndsTooEarly() {
        var cut = new Cuts("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", new SplittableRandom(1));

        assertThatThrownBy(() -> readWhole(cut)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesMoreThanWasAskedFor() {
        var twice = new Cuts("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", new SplittableRandom(1));

        assertThatThrownBy(() -> readWhole(twice)).isInstanceOf(WrongAnswerException.class);
    }

    private static HttpReply readWhole(ReadableByteChannel channel) throws IOException {
        var reply = new HttpReply();
        reply.clear();
        while (!reply.readFrom(channel)) {
            // A socket without bytes would be waited for; this one has more at once.
        }
        return reply;
    }

    /** A channel that hands its bytes out in pieces of any size, with pauses in between. */
    private static final class Cuts implements ReadableByteChannel {
        private final ByteBuffer wire;
        private final SplittableRandom random;

        Cuts(String wire, SplittableRandom random) {
            this.wire = ByteBuffer.wrap(wire.getBytes(StandardCharsets.US_ASCII));
            this.random = random;
        }

        @Override
        public int read(ByteBuffer into) {
            if (!wire.hasRemaining()) {
                return -1;
            }
            int longest = Math.min(wire.remaining(), into.remaining());
            int count = random.nextInt(10) == 0 ? 0 : random.nextInt(1, longest + 1);
            into.put(wire.slice(wire.position(), count));
            wire.position(wire.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}

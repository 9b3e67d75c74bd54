package io.millrace.bench.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyStreamsTest {
    private static final Pattern DATA = Pattern.compile("\"Data\":\"([^\"]+)\"");

    @TempDir
    Path bucket;

    @Test
    void missesWhatWasAcknowledgedAndNotDelivered() throws Exception {
        var streams = put(3, 2);

        streams.look();

        assertThat(streams.missing()).isEqualTo(1);
    }

    @Test
    void countsWhatWasDeliveredTwice() throws Exception {
        var streams = put(3, 3);
        Files.copy(bucket.resolve("object-0"), bucket.resolve("again"));

        streams.look();
        streams.look();

        assertThat(streams.missing()).isZero();
        assertThat(streams.twice()).isEqualTo(1);
    }

    /** Puts a record into each, of which only so many get to the bucket. */
    private BusyStreams put(int count, int delivered) throws Exception {
        var streams = new BusyStreams(count, bucket);
        var calls = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var data = DATA.matcher(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                int call = calls.getAndIncrement();
                if (call < delivered && data.find()) {
                    Files.write(
                            bucket.resolve("object-" + call),
                            Base64.getDecoder().decode(data.group(1)));
                }
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
        try {
            streams.putToAll(new Service(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort())));
        } finally {
            server.stop(0);
        }
        return streams;
    }
}

package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Streams for tests that send their requests by hand. */
final class Streams {
    private static final int WAIT_MAX_SECONDS = 30;
    private static final long ASK_AGAIN_NANOS = 5_000_000;

    private Streams() {}

    /** An ACTIVE stream with this many shards. */
    static String create(RawClient client, int shardCount) {
        var name = Kinesis.uniqueName();
        var reply = client.call("CreateStream", """
                {"StreamName": "%s", "ShardCount": %d}""".formatted(name, shardCount));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return awaitActive(client, name);
    }

    static String awaitActive(RawClient client, String name) {
        var deadline = Instant.now().plusSeconds(WAIT_MAX_SECONDS);
        while (!status(client, name).equals("ACTIVE")) {
            assertThat(Instant.now()).as("waiting for %s", name).isBefore(deadline);
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
        }
        return name;
    }

    /** The stream's state, empty if there is no such stream. */
    static String status(RawClient client, String name) {
        return client.call("DescribeStreamSummary", "{\"StreamName\":\"" + name + "\"}")
                .json()
                .path("StreamDescriptionSummary")
                .path("StreamStatus")
                .asText("");
    }
}

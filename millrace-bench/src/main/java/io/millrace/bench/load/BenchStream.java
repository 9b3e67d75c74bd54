package io.millrace.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The driver's own stream: created for one scenario, deleted after it. */
final class BenchStream implements AutoCloseable {
    private static final Duration BECOMES_ACTIVE_MAX = Duration.ofSeconds(60);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(50);
    private static final int OK = 200;
    private static final Pattern SHARD_ID = Pattern.compile("\"ShardId\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern ACTIVE = Pattern.compile("\"StreamStatus\"\\s*:\\s*\"ACTIVE\"");
    private static final Pattern MORE = Pattern.compile("\"HasMoreShards\"\\s*:\\s*true");

    private final Calls calls;
    private final List<String> shardIds;

    private BenchStream(Calls calls, List<String> shardIds) {
        this.calls = calls;
        this.shardIds = shardIds;
    }

    /** Creates the stream that the JSON calls name and waits until it is active. */
    static BenchStream create(Calls calls, int shards) throws IOException, InterruptedException {
        require(calls.address(), calls.createStream(shards));
        long giveUpAt = System.nanoTime() + BECOMES_ACTIVE_MAX.toNanos();
        while (!ACTIVE.matcher(require(calls.address(), calls.describeStream("")))
                .find()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IOException("the stream is not active after " + BECOMES_ACTIVE_MAX);
            }
            Thread.sleep(ASK_AGAIN_AFTER);
        }
        return new BenchStream(calls, shardIds(calls));
    }

    List<String> shardIds() {
        return shardIds;
    }

    @Override
    public void close() throws IOException {
        require(calls.address(), calls.deleteStream());
    }

    private static List<String> shardIds(Calls calls) throws IOException {
        var found = new ArrayList<String>();
        String description;
        do {
            description = require(calls.address(), calls.describeStream(found.isEmpty() ? "" : found.getLast()));
            var matcher = SHARD_ID.matcher(description);
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        } while (MORE.matcher(description).find());
        return List.copyOf(found);
    }

    /** One call on a connection of its own, which must succeed. */
    private static String require(InetSocketAddress address, HttpCall call) throws IOException {
        try (var socket = SocketChannel.open(address)) {
            var bytes = call.bytes().duplicate();
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
            var reply = new HttpReply();
            reply.clear();
            while (!reply.readFrom(socket)) {
                Thread.onSpinWait();
            }
            if (reply.status() != OK) {
                throw new IOException("the server answered " + reply.status() + ": " + reply.bodyText());
            }
            return reply.bodyText();
        }
    }
}

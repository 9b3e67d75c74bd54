package io.millrace.bench.limits;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One TCP connection over loopback between two threads: the kernel's part of every request. */
final class LoopbackLimit {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int MESSAGE_BYTES = 128;

    private LoopbackLimit() {}

    /** One thread sends, the other reads and drops. */
    static Ceiling throughput(Duration duration) throws IOException {
        return withPeer(LoopbackLimit::dropAll, socket -> {
            var chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
            return rate("loopback, one way, 256 KiB writes", CHUNK_BYTES, duration, () -> writeWhole(socket, chunk));
        });
    }

    /** One thread asks, the other answers, one message at a time. */
    static Ceiling roundTrips(Duration duration) throws IOException {
        return withPeer(LoopbackLimit::echoAll, socket -> {
            var message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
            return rate("loopback, round trips of 128 B, one connection", MESSAGE_BYTES, duration, () -> {
                writeWhole(socket, message);
                readWhole(socket, message);
            });
        });
    }

    private interface Step {
        void run() throws IOException;
    }

    private interface Peer {
        void serve(SocketChannel socket) throws IOException;
    }

    private interface Measurement {
        Ceiling take(SocketChannel socket) throws IOException;
    }

    private static Ceiling withPeer(Peer peer, Measurement measurement) throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var thread = Thread.ofPlatform().name("loopback-peer").daemon().start(() -> {
                try (var socket = listener.accept()) {
                    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    peer.serve(socket);
                } catch (IOException _) {
                    // The other side has measured enough and hung up.
                }
            });
            try (var socket = SocketChannel.open(listener.getLocalAddress())) {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                return measurement.take(socket);
            } finally {
                thread.interrupt();
            }
        }
    }

    private static Ceiling rate(String name, int bytesEach, Duration duration, Step step) throws IOException {
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < duration.toNanos()) {
            step.run();
            count++;
        }
        return new Ceiling(name, count * 1e9 / (System.nanoTime() - start), bytesEach, "");
    }

    private static void dropAll(SocketChannel socket) throws IOException {
        var buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (socket.read(buffer.clear()) >= 0) {
            // Dropped: only the way here counts.
        }
    }

    private static void echoAll(SocketChannel socket) throws IOException {
        var message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
        while (true) {
            readWhole(socket, message);
            writeWhole(socket, message);
        }
    }

    private static void readWhole(SocketChannel socket, ByteBuffer into) throws IOException {
        into.clear();
        while (into.hasRemaining()) {
            if (socket.read(into) < 0) {
                throw new IOException("the peer hung up");
            }
        }
    }

    private static void writeWhole(SocketChannel socket, ByteBuffer from) throws IOException {
        from.clear();
        while (from.hasRemaining()) {
            socket.write(from);
        }
    }
}

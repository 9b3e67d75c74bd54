package io.millrace.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A wire to a service on the loopback that misbehaves on command: is cut, hangs, carries requests and loses what comes back. A
 * connection has two virtual threads, one for each direction.
 */
final class TroubledWire implements AutoCloseable {
    private static final int CHUNK_BYTES = 8_192;
    /** Of the answer to a request; enough to have begun and never the whole. */
    private static final int HALF_BYTES = 7;

    /** What becomes of the connections that there are, and of new ones. */
    enum Mood {
        WELL,
        /** Every connection ends at once. */
        CUT,
        /** Requests arrive and answers don't. */
        LOSES_ANSWERS,
        /** An answer begins, and then the connection is closed. */
        HALF_CLOSES,
        /** Nothing moves until the mood changes; then those connections break. */
        HANGS
    }

    private final ServerSocket listener;
    private final int port;
    private final CopyOnWriteArrayList<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.WELL;

    private TroubledWire(ServerSocket listener, int port) {
        this.listener = listener;
        this.port = port;
    }

    static TroubledWire to(int port) throws IOException {
        var wire = new TroubledWire(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), port);
        Thread.ofVirtual().name("wire").start(wire::accept);
        return wire;
    }

    int port() {
        return listener.getLocalPort();
    }

    void becomes(Mood next) {
        var before = mood;
        mood = next;
        if (next == Mood.CUT || before == Mood.HANGS || before == Mood.LOSES_ANSWERS) {
            sockets.forEach(TroubledWire::end);
            sockets.clear();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException _) {
                // Closed, or whoever came has gone again.
            }
        }
    }

    private void connect(Socket near) throws IOException {
        if (mood == Mood.CUT) {
            near.close();
            return;
        }
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException _) {
            // There is nobody behind us.
            near.close();
            return;
        }
        sockets.add(near);
        sockets.add(far);
        if (mood == Mood.CUT || listener.isClosed()) {
            // Whoever ended all connections in the meantime may not have found these.
            end(near);
            end(far);
            return;
        }
        Thread.ofVirtual().name("wire-there").start(() -> carryRequests(near, far));
        Thread.ofVirtual().name("wire-back").start(() -> carryAnswers(far, near));
    }

    private void carryRequests(Socket from, Socket to) {
        try (from;
                to) {
            var out = to.getOutputStream();
            for (var bytes = read(from.getInputStream()); bytes.length > 0; bytes = read(from.getInputStream())) {
                if (mood != Mood.HANGS) {
                    out.write(bytes);
                }
            }
        } catch (IOException _) {
            // One of the two has gone; the other goes too.
        }
    }

    private void carryAnswers(Socket from, Socket to) {
        try (from;
                to) {
            var out = to.getOutputStream();
            for (var bytes = read(from.getInputStream()); bytes.length > 0; bytes = read(from.getInputStream())) {
                switch (mood) {
                    case WELL -> out.write(bytes);
                    case HALF_CLOSES -> {
                        out.write(bytes, 0, Math.min(bytes.length - 1, HALF_BYTES));
                        return;
                    }
                    case CUT -> {
                        return;
                    }
                    case HANGS, LOSES_ANSWERS -> {
                        // Gone.
                    }
                }
            }
        } catch (IOException _) {
            // One of the two has gone; the other goes too.
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        var buffer = new byte[CHUNK_BYTES];
        int count = in.read(buffer);
        return count < 0 ? new byte[0] : Arrays.copyOf(buffer, count);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(TroubledWire::end);
    }
}

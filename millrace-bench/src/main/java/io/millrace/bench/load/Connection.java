package io.millrace.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A keep-alive connection that runs one errand: one request at a time, the next as soon as the reply is whole. */
final class Connection {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InetSocketAddress address;
    private final Selector selector;
    private final Errand errand;
    private final HttpReply reply = new HttpReply();
    private SocketChannel socket;
    private SelectionKey key;
    private ByteBuffer outgoing = NOTHING;
    private long sentAt;
    private long pausedUntil;
    private State state = State.IDLE;

    private enum State {
        IDLE,
        WAITING_FOR_REPLY,
        DONE
    }

    Connection(InetSocketAddress address, Selector selector, Errand errand) throws IOException {
        this.address = address;
        this.selector = selector;
        this.errand = errand;
        socket = connect();
        key = socket.register(selector, SelectionKey.OP_READ, this);
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /** How long until there is something to do without the socket; a long time while a reply is awaited. */
    long idleNanos(long now) {
        return state == State.IDLE ? Math.max(0, pausedUntil - now) : Long.MAX_VALUE;
    }

    /** Asks the errand for its next step, unless a reply is awaited or the pause is not over. */
    void proceed(long now) throws IOException {
        if (state != State.IDLE || now < pausedUntil) {
            return;
        }
        switch (errand.next(now)) {
            case Errand.Step.Send(var call) -> {
                outgoing = call.bytes().duplicate();
                reply.clear();
                state = State.WAITING_FOR_REPLY;
                sentAt = System.nanoTime();
                write();
            }
            case Errand.Step.Pause(var until) -> pausedUntil = until;
            case Errand.Step.Done _ -> close();
        }
    }

    /** Goes on with whatever the socket is ready for. */
    void ready() throws IOException {
        if (key.isWritable()) {
            write();
        }
        if (key.isReadable() && reply.readFrom(socket)) {
            long now = System.nanoTime();
            if (outgoing.hasRemaining()) {
                throw new IOException("the server answered " + reply.status() + " before it had read the request");
            }
            errand.answered(reply, sentAt, now);
            if (reply.closes()) {
                reconnect();
            }
            state = State.IDLE;
            proceed(now);
        }
    }

    void close() throws IOException {
        state = State.DONE;
        socket.close();
    }

    private void write() throws IOException {
        socket.write(outgoing);
        int wanted = outgoing.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    private void reconnect() throws IOException {
        socket.close();
        socket = connect();
        key = socket.register(selector, SelectionKey.OP_READ, this);
    }

    private SocketChannel connect() throws IOException {
        var opened = SocketChannel.open(address);
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.configureBlocking(false);
        return opened;
    }
}

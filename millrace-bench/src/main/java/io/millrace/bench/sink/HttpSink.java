package io.millrace.bench.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;

/**
 * Reads requests, drops their bodies and answers that all is well: one thread, no parsing beyond the length, no disk.
 * Knows just enough of Kinesis that a driver's puts run against it; prints its endpoint and serves until it is killed.
 */
public final class HttpSink {
    private final Selector selector;
    private final ServerSocketChannel listener;

    private HttpSink() throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(String[] words) throws IOException {
        var sink = new HttpSink();
        System.out.println("http://127.0.0.1:" + sink.listener.socket().getLocalPort());
        while (true) {
            sink.selector.select(sink::ready);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                ((SinkConnection) key.attachment()).read();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        var socket = listener.accept();
        if (socket != null) {
            socket.configureBlocking(false);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.register(selector, SelectionKey.OP_READ, new SinkConnection(socket));
        }
    }
}

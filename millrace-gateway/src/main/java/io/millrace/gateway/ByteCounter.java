package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells an HTTP/1.1 connection that bytes arrive, which its codec keeps to itself until they make a whole head. */
final class ByteCounter extends ChannelInboundHandlerAdapter {
    private final Http1Connection connection;

    ByteCounter(Http1Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        connection.arrived(((ByteBuf) message).readableBytes());
        context.fireChannelRead(message);
    }
}

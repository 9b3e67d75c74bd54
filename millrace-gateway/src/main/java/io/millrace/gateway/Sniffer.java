package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Tells by a connection's first bytes what the client speaks: TLS, HTTP/2 with prior knowledge, or HTTP/1.1. Behind TLS
 * the same question is asked again, so ALPN only has to tell the client what it may speak.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A channel that fails closes, and its handlers hear of that.
final class Sniffer extends ByteToMessageDecoder implements Connection {
    private static final int TLS_HANDSHAKE = 0x16;

    private final Channel channel;
    private final Lane lane;
    private final Pipelines pipelines;
    private final Layer layer;
    private boolean awaitsTls;
    private int sweeps;

    /** Whether the bytes come straight from the socket or out of TLS. */
    enum Layer {
        SOCKET,
        TLS
    }

    Sniffer(Channel channel, Lane lane, Pipelines pipelines, Layer layer) {
        this.channel = channel;
        this.lane = lane;
        this.pipelines = pipelines;
        this.layer = layer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        lane.add(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        lane.remove(this);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (layer == Layer.SOCKET && in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE) {
            awaitTls();
            return;
        }
        if (!startsLikeHttp2(in)) {
            pipelines.speakHttp1(channel, lane);
        } else if (in.readableBytes() >= Http2CodecUtil.connectionPrefaceBuf().readableBytes()) {
            pipelines.speakHttp2(channel, lane);
        } else {
            return;
        }
        handOn();
    }

    /** The keys are there but for the first moments of a server's life; until then the client's bytes wait here. */
    private void awaitTls() {
        if (awaitsTls) {
            return;
        }
        awaitsTls = true;
        channel.config().setAutoRead(false);
        pipelines
                .tls()
                .whenComplete((tls, failure) -> lane.loop().execute(() -> {
                    if (failure != null || !channel.isActive()) {
                        channel.close();
                        return;
                    }
                    pipelines.speakTls(channel, lane, tls);
                    handOn();
                    channel.config().setAutoRead(true);
                }));
    }

    /** Gives what was read so far to the next handler. */
    private void handOn() {
        channel.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    @Override
    public void sweep() {
        if (++sweeps >= Lane.sweepsIn(pipelines.limits().headWaitMax())) {
            channel.close();
        }
    }

    @Override
    public int idleSweeps() {
        return sweeps;
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void drain() {
        channel.close();
    }

    @Override
    public void abort() {
        channel.close();
    }

    private static boolean startsLikeHttp2(ByteBuf in) {
        var preface = Http2CodecUtil.connectionPrefaceBuf();
        int comparable = Math.min(in.readableBytes(), preface.readableBytes());
        for (int i = 0; i < comparable; i++) {
            if (in.getByte(in.readerIndex() + i) != preface.getByte(i)) {
                return false;
            }
        }
        return true;
    }
}

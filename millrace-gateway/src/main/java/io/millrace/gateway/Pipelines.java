package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** Sets up a connection's handlers as it becomes known what its client speaks, and makes its exchanges. */
final class Pipelines {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final GatewayConfig config;
    private final Door door;
    private final MemoryBudget bodies;
    private final ReplyMemory replies;
    private final TlsKeys tlsKeys;

    Pipelines(GatewayConfig config, Door door, MemoryBudget bodies, ReplyMemory replies, TlsKeys tlsKeys) {
        this.config = config;
        this.door = door;
        this.bodies = bodies;
        this.replies = replies;
        this.tlsKeys = tlsKeys;
    }

    GatewayLimits limits() {
        return config.limits();
    }

    void accepted(Channel channel, Lane lane) {
        channel.pipeline().addLast(new Sniffer(channel, lane, this, Sniffer.Layer.SOCKET));
    }

    /** The keys for TLS, which a freshly started server may still be making. */
    CompletionStage<SslContext> tls() {
        return tlsKeys.context();
    }

    void speakTls(Channel channel, Lane lane, SslContext tls) {
        var handler = tls.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(limits().headWaitMax().toMillis());
        channel.pipeline().addLast(handler).addLast(new Sniffer(channel, lane, this, Sniffer.Layer.TLS));
    }

    void speakHttp1(Channel channel, Lane lane) {
        var codecConfig = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits().requestLineMaxBytes())
                .setMaxHeaderSize(limits().headMaxBytes())
                .setMaxChunkSize(CHUNK_BYTES);
        var connection = new Http1Connection(channel, lane, this);
        channel.pipeline()
                .addLast(new ByteCounter(connection))
                .addLast(new HttpServerCodec(codecConfig, Http1Connection.PIPELINED_REQUESTS_MAX))
                .addLast(connection);
    }

    void speakHttp2(Channel channel, Lane lane) {
        channel.pipeline().addLast(Http2Connection.on(channel, lane, this, config));
    }

    /** @param declaredBytes the length of the body by the request's word, or -1 */
    Exchange newExchange(Channel channel, Lane lane, RequestHead head, Carrier carrier, long declaredBytes) {
        var body = new RequestBody(channel.alloc(), bodies, limits().requestBodyMaxBytes(), declaredBytes);
        return new Exchange(head, carrier, lane, door, body, replies, addressOf(channel));
    }

    private static String addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }
}

package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection and the exchanges on its streams. Written against Netty's frame listener rather than a channel
 * per stream, which costs a quarter of the requests a second.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A channel that fails closes, and its handlers hear of that.
final class Http2Connection extends Http2ConnectionHandler implements Connection {
    private static final int CONNECTION_WINDOW_BYTES = 4 << 20;
    private static final int STREAM_WINDOW_BYTES = 1 << 20;

    /** How much of a body we read to no purpose after an early answer, before the stream is reset. */
    private static final long DISCARDED_MAX_BYTES = 16L << 20;

    /**
     * Resets by the client, or by us for its errors, before the connection is closed as an attack. A consumer that stops
     * resets all its subscriptions, as many as a connection has streams.
     */
    private static final int RESETS_PER_WINDOW_MAX = 600;

    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int EMPTY_DATA_FRAMES_MAX = 16;
    private static final int SMALL_CONTINUATION_FRAMES_MAX = 16;
    private static final int QUEUED_CONTROL_FRAMES_MAX = 1_000;

    /** Pings, settings and priorities in one sweep; each makes us work or answer, and no client needs many. */
    private static final int CONTROL_FRAMES_PER_SWEEP_MAX = 1_000;

    private final Channel channel;
    private final Lane lane;
    private final Pipelines pipelines;
    private final PropertyKey exchangeKey;

    private @Nullable ChannelHandlerContext context;
    private boolean reading;
    private int idleSweeps;
    private int controlFrames;

    private Http2Connection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Channel channel,
            Lane lane,
            Pipelines pipelines) {
        super(decoder, encoder, settings);
        this.channel = channel;
        this.lane = lane;
        this.pipelines = pipelines;
        this.exchangeKey = connection().newKey();
    }

    static Http2Connection on(Channel channel, Lane lane, Pipelines pipelines, GatewayConfig config) {
        return new Builder(channel, lane, pipelines, config).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Connection, Builder> {
        private final Channel channel;
        private final Lane lane;
        private final Pipelines pipelines;

        Builder(Channel channel, Lane lane, Pipelines pipelines, GatewayConfig config) {
            this.channel = channel;
            this.lane = lane;
            this.pipelines = pipelines;
            server(true);
            initialSettings(Http2Settings.defaultSettings()
                    .maxConcurrentStreams(config.limits().http2StreamsMax())
                    .initialWindowSize(STREAM_WINDOW_BYTES)
                    .maxHeaderListSize(config.limits().headMaxBytes()));
            gracefulShutdownTimeoutMillis(config.shutdownWaitMax().toMillis());
            decoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW_MAX, RESET_WINDOW_SECONDS);
            encoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW_MAX, RESET_WINDOW_SECONDS);
            decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES_MAX);
            decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATION_FRAMES_MAX);
            encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES_MAX);
        }

        @Override
        protected Http2Connection build() {
            return super.build();
        }

        @Override
        protected Http2Connection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            var connection = new Http2Connection(decoder, encoder, settings, channel, lane, pipelines);
            connection.listen();
            return connection;
        }
    }

    /** Turns frames into exchanges. */
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(context, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            var stream = connection().stream(streamId);
            var exchange = exchangeOf(stream);
            if (exchange == null) {
                exchange = begin(stream, headers);
            }
            if (endOfStream) {
                exchange.end();
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            int bytes = data.readableBytes();
            var stream = connection().stream(streamId);
            var exchange = exchangeOf(stream);
            if (exchange != null) {
                exchange.data(data);
                if (endOfStream) {
                    exchange.end();
                } else if (exchange.isAnswered() && exchange.receivedBytes() > DISCARDED_MAX_BYTES) {
                    resetStream(context, streamId, Http2Error.NO_ERROR.code(), context.newPromise());
                }
            }
            // The bytes are copied or refused by now, so the client may send as many again.
            return bytes + padding;
        }

        @Override
        public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext context, int streamId, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            countControlFrame();
        }
    }

    private void listen() {
        decoder().frameListener(new Frames());
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                var exchange = exchangeOf(stream);
                if (exchange != null) {
                    exchange.abandon();
                }
                idleSweeps = 0;
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        this.context = context;
        lane.add(this);
        super.handlerAdded(context);
        var flow = connection().local().flowController();
        var whole = connection().connectionStream();
        flow.incrementWindowSize(whole, CONNECTION_WINDOW_BYTES - flow.windowSize(whole));
        flush(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        lane.remove(this);
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        reading = true;
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        reading = false;
        super.channelReadComplete(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(context, cause);
        } else {
            context.close();
        }
    }

    @Override
    public void flush() {
        flush(live());
    }

    @Override
    public void sweep() {
        controlFrames = 0;
        var limits = pipelines.limits();
        if (connection().numActiveStreams() == 0) {
            if (++idleSweeps >= Lane.sweepsIn(limits.idleMax())) {
                drain();
            }
            return;
        }
        var late = new ArrayList<Http2Stream>();
        eachExchange((stream, exchange) -> {
            if (!exchange.keepsUp(limits, stream.state().remoteSideOpen())) {
                late.add(stream);
            }
        });
        late.forEach(stream -> reset(stream, Http2Error.CANCEL));
        flush();
    }

    @Override
    public int idleSweeps() {
        return connection().numActiveStreams() == 0 ? idleSweeps : BUSY;
    }

    /** Tells the client to open no further streams, and closes when those it has are done. */
    @Override
    public void drain() {
        // From the pipeline's end, so that it passes this handler, which says goodbye and waits for the streams.
        channel.close();
        var exchanges = new ArrayList<Exchange>();
        eachExchange((_, exchange) -> exchanges.add(exchange));
        exchanges.forEach(Exchange::drain);
        flush();
    }

    @Override
    public void abort() {
        // Not through this handler, which would wait for the streams.
        live().close();
    }

    private Exchange begin(Http2Stream stream, Http2Headers headers) {
        var limits = pipelines.limits();
        long declaredBytes = headers.getLong("content-length", -1);
        var head = new Http2Head(headers, lane.ids().requestId());
        var exchange = pipelines.newExchange(channel, lane, head, new StreamCarrier(stream), declaredBytes);
        stream.setProperty(exchangeKey, exchange);
        if (headers.size() > limits.headersMax()) {
            exchange.answer(Reply.empty(431));
        } else if (declaredBytes > limits.requestBodyMaxBytes()) {
            exchange.answer(Reply.empty(413));
        }
        return exchange;
    }

    private void eachExchange(BiConsumer<Http2Stream, Exchange> action) {
        try {
            connection().forEachActiveStream(stream -> {
                var exchange = exchangeOf(stream);
                if (exchange != null) {
                    action.accept(stream, exchange);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("Looking at a stream can't fail", e);
        }
    }

    private @Nullable Exchange exchangeOf(Http2Stream stream) {
        return stream.getProperty(exchangeKey);
    }

    private void countControlFrame() throws Http2Exception {
        if (++controlFrames > CONTROL_FRAMES_PER_SWEEP_MAX) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "Too many control frames");
        }
    }

    private void reset(Http2Stream stream, Http2Error error) {
        var context = live();
        resetStream(context, stream.id(), error.code(), context.newPromise());
    }

    private ChannelHandlerContext live() {
        return Objects.requireNonNull(context, "not in a pipeline yet");
    }

    /** The reply's half of one stream. */
    private final class StreamCarrier implements Carrier {
        private final Http2Stream stream;

        StreamCarrier(Http2Stream stream) {
            this.stream = stream;
        }

        @Override
        public void whole(int status, List<Header> headers, ByteBuf body, ChannelFutureListener listener) {
            if (body.isReadable()) {
                begin(status, headers);
                end(body, listener);
            } else {
                body.release();
                var context = live();
                encoder().writeHeaders(context, stream.id(), headersOf(status, headers), 0, true, promise(listener));
            }
        }

        @Override
        public void begin(int status, List<Header> headers) {
            var context = live();
            encoder().writeHeaders(context, stream.id(), headersOf(status, headers), 0, false, context.newPromise());
        }

        @Override
        public void part(ByteBuf bytes, ChannelFutureListener listener) {
            encoder().writeData(live(), stream.id(), bytes, 0, false, promise(listener));
        }

        @Override
        public void end(ByteBuf bytes, ChannelFutureListener listener) {
            encoder().writeData(live(), stream.id(), bytes, 0, true, promise(listener));
        }

        @Override
        public void flushSoon() {
            // What is written while frames are read is flushed when the read is done.
            if (!reading) {
                lane.flush(Http2Connection.this);
            }
        }

        @Override
        public void reset() {
            Http2Connection.this.reset(stream, Http2Error.INTERNAL_ERROR);
        }

        private ChannelPromise promise(ChannelFutureListener listener) {
            return live().newPromise().addListener(listener);
        }

        private Http2Headers headersOf(int status, List<Header> headers) {
            var all = new DefaultHttp2Headers(false, headers.size() + 1);
            all.status(HttpResponseStatus.valueOf(status).codeAsText());
            for (var header : headers) {
                all.add(header.name(), header.value());
            }
            return all;
        }
    }
}

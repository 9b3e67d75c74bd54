package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection. Requests are served one after the other in the order they came, so pipelined ones wait here,
 * and while one waits no more is read than the codec had in hand.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A channel that fails closes, and its handlers hear of that.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Connection, Carrier {
    /**
     * What one read may bring at most: 64 KiB of calls of ordinary size are fewer, so only a client that pipelines
     * thousands of tiny requests is cut off by it.
     */
    static final int PIPELINED_REQUESTS_MAX = 512;

    /** How much of a body we read to no purpose, so that a client which does not listen yet gets to hear our answer. */
    private static final long DISCARDED_MAX_BYTES = 64L << 20;

    private static final int LINGER_SWEEPS = 3;
    private static final HttpHeadersFactory REPLY_HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);
    private static final HttpHeadersFactory NO_TRAILERS =
            DefaultHttpHeadersFactory.trailersFactory().withValidation(false);

    /** Where the connection is in its life. */
    private enum Phase {
        SERVING,
        /** Closes once the current reply has left. */
        CLOSING,
        /** Has said its last word, and reads on so that the client gets to hear it. */
        LINGERING
    }

    private final Channel channel;
    private final Lane lane;
    private final Pipelines pipelines;
    private final Queue<HttpObject> waiting = new ArrayDeque<>();

    private Phase phase = Phase.SERVING;
    private @Nullable Exchange current;
    private boolean requestEnded;
    private boolean replyEnded;
    private boolean readsChunks;
    private boolean taking;
    private boolean saidAll;

    private int idleSweeps;
    private int headSweeps;
    private boolean headBegun;
    private long discardedBytes;

    Http1Connection(Channel channel, Lane lane, Pipelines pipelines) {
        this.channel = channel;
        this.lane = lane;
        this.pipelines = pipelines;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        lane.add(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lane.remove(this);
        if (current != null) {
            current.abandon();
            current = null;
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        phase = Phase.LINGERING;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A broken connection or a client that breaks the protocol beyond an answer: both are the client's affair.
        channel.close();
    }

    /** Bytes came in, of whatever. */
    void arrived(int bytes) {
        headBegun = true;
        if (phase == Phase.LINGERING) {
            discard(bytes);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (phase == Phase.LINGERING) {
            ReferenceCountUtil.release(message);
            return;
        }
        waiting.add((HttpObject) message);
        takeWaiting();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        takeWaiting();
    }

    private void takeWaiting() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            while (phase != Phase.LINGERING && canTake(waiting.peek())) {
                var message = waiting.remove();
                try {
                    take(message);
                } finally {
                    ReferenceCountUtil.release(message);
                }
            }
        } finally {
            taking = false;
        }
        // The next request waits: the client may send it, but we don't read on before its turn.
        channel.config().setAutoRead(waiting.isEmpty());
    }

    private boolean canTake(@Nullable HttpObject message) {
        if (message == null) {
            return false;
        }
        // A client that does not read its replies gets no further ones made.
        return current == null ? channel.isWritable() : !requestEnded;
    }

    private void take(HttpObject message) {
        if (message.decoderResult().isFailure()) {
            refuse(statusOf(message.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpRequest request) {
            begin(request);
        }
        if (message instanceof HttpContent content && current != null) {
            data(current, content);
        }
    }

    private void begin(HttpRequest request) {
        headBegun = false;
        headSweeps = 0;
        idleSweeps = 0;
        if (!isAcceptable(request)) {
            refuse(HttpResponseStatus.BAD_REQUEST);
            return;
        }
        if (request.headers().size() > pipelines.limits().headersMax()) {
            refuse(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);
            return;
        }
        requestEnded = false;
        replyEnded = false;
        discardedBytes = 0;
        readsChunks = request.protocolVersion().isKeepAliveDefault();
        if (!HttpUtil.isKeepAlive(request)) {
            phase = Phase.CLOSING;
        }
        long declaredBytes = HttpUtil.getContentLength(request, -1L);
        var head = new Http1Head(request, lane.ids().requestId());
        var exchange = pipelines.newExchange(channel, lane, head, this, declaredBytes);
        current = exchange;
        if (declaredBytes > pipelines.limits().requestBodyMaxBytes()) {
            exchange.answer(Reply.empty(413));
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            answerExpectation(exchange);
        }
    }

    private void answerExpectation(Exchange exchange) {
        if (exchange.isAnswered()) {
            // The client may now send its body or not, so what comes next can't be told.
            linger();
            return;
        }
        channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    private void data(Exchange exchange, HttpContent content) {
        if (exchange.isAnswered()) {
            discard(content.content().readableBytes());
        }
        exchange.data(content.content());
        if (content instanceof LastHttpContent) {
            requestEnded = true;
            exchange.end();
            nextIfDone();
        }
    }

    /** A request that asks for what we don't do, or that another server on the way might read differently than we do. */
    private static boolean isAcceptable(HttpRequest request) {
        var target = request.uri();
        var headers = request.headers();
        boolean ordinaryTarget = target.startsWith("/") || target.equals("*");
        boolean ordinaryExpectation = !headers.contains(HttpHeaderNames.EXPECT)
                || headers.contains(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
        return ordinaryTarget
                && ordinaryExpectation
                && request.protocolVersion().majorVersion() == 1
                && headers.getAll(HttpHeaderNames.HOST).size() <= 1;
    }

    private static HttpResponseStatus statusOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    /** Answers what is no request, and closes: where the next one begins can't be known. */
    private void refuse(HttpResponseStatus status) {
        var exchange = current;
        boolean replying = exchange != null && exchange.isAnswered();
        if (exchange != null) {
            exchange.abandon();
            current = null;
        }
        if (!replying) {
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO)
                    .set(HttpHeaderNames.DATE, lane.date().now())
                    .set("x-amzn-requestid", lane.ids().requestId())
                    .set("x-amz-id-2", lane.ids().extendedId())
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            channel.write(response);
        }
        linger();
    }

    /** Closes our side only: closing both at once would let the client's unread bytes wipe out our answer. */
    private void linger() {
        phase = Phase.LINGERING;
        idleSweeps = 0;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        channel.config().setAutoRead(true);
        boolean plain = channel.pipeline().get(SslHandler.class) == null;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            saidAll = true;
            idleSweeps = 0;
            if (plain && channel instanceof DuplexChannel socket) {
                socket.shutdownOutput();
            } else {
                channel.close();
            }
        });
    }

    private void discard(int bytes) {
        discardedBytes += bytes;
        if (discardedBytes > DISCARDED_MAX_BYTES) {
            channel.close();
        }
    }

    @Override
    public void whole(int status, List<Header> headers, ByteBuf body, ChannelFutureListener listener) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                body,
                headersOf(headers),
                NO_TRAILERS.newEmptyHeaders());
        channel.write(response).addListener(listener);
        ended();
    }

    @Override
    public void begin(int status, List<Header> headers) {
        var all = headersOf(headers);
        if (!all.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            showEnd(all);
        }
        channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), all));
    }

    /** Lets the client see where a reply of unknown length ends: by chunks, or where it reads none, by closing. */
    private void showEnd(HttpHeaders headers) {
        if (readsChunks) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else {
            phase = Phase.CLOSING;
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    @Override
    public void part(ByteBuf bytes, ChannelFutureListener listener) {
        channel.write(new DefaultHttpContent(bytes)).addListener(listener);
    }

    @Override
    public void end(ByteBuf bytes, ChannelFutureListener listener) {
        channel.write(new DefaultLastHttpContent(bytes, NO_TRAILERS)).addListener(listener);
        ended();
    }

    @Override
    public void flushSoon() {
        lane.flush(this);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void reset() {
        channel.close();
    }

    private HttpHeaders headersOf(List<Header> headers) {
        var all = REPLY_HEADERS.newHeaders();
        for (var header : headers) {
            all.add(header.name(), header.value());
        }
        if (phase == Phase.CLOSING) {
            all.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return all;
    }

    private void ended() {
        replyEnded = true;
        nextIfDone();
    }

    private void nextIfDone() {
        if (!requestEnded || !replyEnded || current == null) {
            return;
        }
        current = null;
        idleSweeps = 0;
        headBegun = !waiting.isEmpty();
        headSweeps = 0;
        if (phase == Phase.CLOSING) {
            linger();
        } else {
            takeWaiting();
        }
    }

    @Override
    public void sweep() {
        var limits = pipelines.limits();
        boolean inTime = switch (phase) {
            case LINGERING -> ++idleSweeps < lingerSweeps();
            case SERVING, CLOSING -> current != null ? current.keepsUp(limits, !requestEnded) : waitsInTime(limits);
        };
        if (!inTime) {
            channel.close();
        }
    }

    @Override
    public int idleSweeps() {
        // One that is in the middle of a head has none yet: it may be slow on purpose.
        return current == null && waiting.isEmpty() ? Math.max(idleSweeps, headSweeps) : BUSY;
    }

    private int lingerSweeps() {
        // While the last reply is still on its way, its reader has the time that any reader has.
        return saidAll ? LINGER_SWEEPS : Lane.sweepsIn(pipelines.limits().replyStallMax());
    }

    private boolean waitsInTime(GatewayLimits limits) {
        if (headBegun) {
            return ++headSweeps < Lane.sweepsIn(limits.headWaitMax());
        }
        return ++idleSweeps < Lane.sweepsIn(limits.idleMax());
    }

    @Override
    public void drain() {
        if (current == null && waiting.isEmpty()) {
            channel.close();
            return;
        }
        if (phase == Phase.SERVING) {
            phase = Phase.CLOSING;
        }
        if (current != null) {
            current.drain();
        }
    }

    @Override
    public void abort() {
        channel.close();
    }
}

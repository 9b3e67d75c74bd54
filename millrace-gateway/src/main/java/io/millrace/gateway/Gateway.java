package io.millrace.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.auth.Authenticator;
import io.millrace.auth.PolicyDecider;
import io.millrace.gateway.ConnectionRoom.Newcomer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The front door: one port that speaks HTTP/1.1, HTTP/2 and TLS, and leads each request to its operation and back.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A channel that fails closes, and its handlers hear of that.
public final class Gateway implements AutoCloseable {
    private static final int ACCEPT_QUEUE_MAX = 1024;
    private static final int ALLOCATOR_PAGE_BYTES = 8 * 1024;
    /** A chunk of the allocator is its page shifted by this: 4 MiB. */
    private static final int ALLOCATOR_CHUNK_SHIFT = 9;

    private static final WriteBufferWaterMark UNSENT_BYTES = new WriteBufferWaterMark(128 * 1024, 512 * 1024);
    private static final Duration ABORT_WAIT_MAX = Duration.ofSeconds(5);
    /** Until the first requests have had the processor to themselves. */
    private static final Duration CERTIFICATE_DELAY = Duration.ofMillis(250);

    private final EventLoopGroup loops;
    private final Map<EventLoop, Lane> lanes = new HashMap<>();
    private final PooledByteBufAllocator allocator;
    private final Tally requests = new Tally();
    private final Tally subscriptions = new Tally();
    private final Tally connections = new Tally();
    private final MemoryBudget bodies;
    private final ReplyMemory replies;
    private final SharedMessages messages;
    private final Duration shutdownWaitMax;
    private final TlsKeys tlsKeys;
    private final ConnectionRoom room;
    private final Channel listener;
    private volatile boolean closing;

    private Gateway(
            GatewayConfig config,
            Operations operations,
            Authenticator authenticator,
            PolicyDecider policies,
            Map<String, Supplier<Page>> pages,
            AuditHook audit,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        Executor threads = task -> Thread.ofVirtual().name("request").start(task);
        var limits = config.limits();
        shutdownWaitMax = config.shutdownWaitMax();
        bodies = new MemoryBudget(limits.bodiesInMemoryMaxBytes());
        replies = new ReplyMemory(limits);
        var requestMeters = new RequestMeters(meters, operations);
        requestMeters.watch(requests::count, subscriptions::count, connections::count, bodies::takenBytes, replies);
        messages = new SharedMessages(replies.events());
        var admission = new Admission(authenticator, policies, audit, clock);
        var unaryDoor = new UnaryDoor(admission, threads);
        var eventDoor = new EventDoor(admission, messages, subscriptions, limits.subscriptionsMax(), threads);
        var requestLog = config.requestLog() ? Optional.of(new RequestLog()) : Optional.<RequestLog>empty();
        var door =
                new Door(operations, pages, unaryDoor, eventDoor, limits, requests, requestMeters, requestLog, threads);
        tlsKeys = new TlsKeys(config.tls(), clock, threads);
        var pipelines = new Pipelines(config, door, bodies, replies, tlsKeys);

        int loopCount = Runtime.getRuntime().availableProcessors();
        allocator = new PooledByteBufAllocator(
                true,
                loopCount,
                loopCount,
                ALLOCATOR_PAGE_BYTES,
                ALLOCATOR_CHUNK_SHIFT,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
        requestMeters.watchBuffers(this::buffersBytes);
        loops = new MultiThreadIoEventLoopGroup(
                loopCount,
                new DefaultThreadFactory("gateway", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loops.forEach(loop -> lanes.put((EventLoop) loop, new Lane((EventLoop) loop, random.nextLong(), clock)));
        room = new ConnectionRoom(List.copyOf(lanes.values()));
        listener = listen(config, pipelines);
        scheduleSweeps();
        loops.schedule(tlsKeys::prepare, CERTIFICATE_DELAY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Opens the door.
     *
     * @param pages what plain GETs without credentials answer, by path; made on a virtual thread
     * @param clock tells replies and audit events the time
     * @param random makes the ids of replies
     * @throws UncheckedIOException if the address can't be listened on
     * @throws IllegalArgumentException if the user's own TLS files are of no use
     */
    public static Gateway start(
            GatewayConfig config,
            Operations operations,
            Authenticator authenticator,
            PolicyDecider policies,
            Map<String, Supplier<Page>> pages,
            AuditHook audit,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        return new Gateway(config, operations, authenticator, policies, pages, audit, meters, clock, random);
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Waits until the certificate for TLS can be read from its file, or it is known that there is none. */
    public void awaitCertificate() {
        tlsKeys.prepare().handle((_, _) -> true).toCompletableFuture().join();
    }

    /**
     * Takes no more connections and requests, lets those that are being served finish for as long as the configuration
     * grants, ends those that are answered with events, and closes.
     */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        try {
            listener.close().await();
            onEachLane(Lane::drain);
            long deadline = System.nanoTime() + shutdownWaitMax.toNanos();
            // Requests whose client has gone are waited for too: what they work on is closed after the door.
            if (!connections.awaitNone(deadline) || !requests.awaitNone(deadline)) {
                onEachLane(Lane::abort);
                connections.awaitNone(System.nanoTime() + ABORT_WAIT_MAX.toNanos());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, ABORT_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        replies.close();
        tlsKeys.close();
    }

    private Channel listen(GatewayConfig config, Pipelines pipelines) {
        Class<? extends ServerChannel> channelType =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, ACCEPT_QUEUE_MAX)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT_BYTES)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, pipelines, config.limits().connectionsMax());
                    }
                })
                .bind(config.host(), config.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            tlsKeys.close();
            var cause = bound.cause();
            throw new UncheckedIOException(
                    "Can't listen on server.host " + config.host() + ", server.port " + config.port() + ": "
                            + cause.getMessage(),
                    cause instanceof IOException io ? io : new IOException(cause));
        }
        return bound.channel();
    }

    private void accept(Channel channel, Pipelines pipelines, int connectionsMax) {
        boolean full = connections.add() > connectionsMax;
        channel.closeFuture().addListener(_ -> connections.remove());
        var lane = lanes.get(channel.eventLoop());
        if (closing || lane == null) {
            channel.close();
            return;
        }
        if (!full) {
            pipelines.accepted(channel, lane);
            return;
        }
        // What it has to say is read when there is room, so that it can't keep its place by being quick.
        channel.config().setAutoRead(false);
        room.makeFor(new Newcomer() {
            @Override
            public void welcome() {
                lane.ready(() -> {
                    if (closing) {
                        channel.close();
                        return;
                    }
                    pipelines.accepted(channel, lane);
                    channel.config().setAutoRead(true);
                });
            }

            @Override
            public void refuse() {
                channel.close();
            }
        });
    }

    private void scheduleSweeps() {
        // With a fixed delay: after a pause of the whole process there must be no burst of sweeps to catch up.
        long millis = Lane.SWEEP_INTERVAL.toMillis();
        loops.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Has the deadlines of all connections checked. */
    void sweep() {
        messages.forgetDead();
        replies.sweep();
        onEachLane(Lane::sweep);
    }

    /** How much of the door's pooled memory is in use. */
    long buffersBytes() {
        return allocator.pinnedHeapMemory() + allocator.pinnedDirectMemory();
    }

    private void onEachLane(Consumer<Lane> action) {
        lanes.values().forEach(lane -> lane.loop().execute(() -> action.accept(lane)));
    }
}

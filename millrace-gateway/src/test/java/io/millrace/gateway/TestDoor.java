package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.auth.AuthConfig;
import io.millrace.auth.Authenticator;
import io.millrace.auth.PolicyDecider;
import io.millrace.model.Caller;
import io.millrace.model.EventSource;
import io.millrace.model.Operation;
import io.millrace.model.Operation.Plane;
import io.millrace.model.Service;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;

/**
 * A real door on a free port with four operations: {@code ListStreams} on virtual threads, {@code PutRecord} parked,
 * {@code SubscribeToShard} with events, and {@code SplitShard} known but not served. What they do is up to the test.
 */
final class TestDoor implements AutoCloseable {
    static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");

    static final Operation<String, String> LIST_STREAMS = operation("ListStreams", Plane.MANAGEMENT);
    static final Operation<String, String> PUT_RECORD = operation("PutRecord", Plane.DATA);
    static final Operation<String, String> SUBSCRIBE_TO_SHARD = operation("SubscribeToShard", Plane.MANAGEMENT);

    final ManualClock clock = new ManualClock(NOW);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ConcurrentLinkedQueue<AuditEvent> audited = new ConcurrentLinkedQueue<>();
    final Path tlsDirectory;
    final EchoCodec codec = new EchoCodec();
    final Gateway gateway;

    volatile BiFunction<Caller, String, String> unary = (_, input) -> input;
    volatile BiFunction<Caller, String, CompletionStage<String>> parked =
            (_, input) -> CompletableFuture.completedFuture(input);
    /** For tests that care which thread completes what is parked; {@link #parked} is for all others. */
    volatile Parked<String, String> parkedOnLoop = (caller, input, _) -> parked.apply(caller, input);

    volatile BiFunction<Caller, String, EventSource<String>> events = (_, _) -> new ManualSource();
    volatile AuditHook audit = audited::add;
    volatile PolicyDecider policies = PolicyDecider.OPEN;

    private TestDoor(Path tlsDirectory, UnaryOperator<GatewayConfig> change) {
        this.tlsDirectory = tlsDirectory;
        var operations = new Operations()
                .unary(LIST_STREAMS, codec, (caller, input) -> unary.apply(caller, input))
                .parked(PUT_RECORD, codec, (caller, input, loop) -> parkedOnLoop.handle(caller, input, loop))
                .events(SUBSCRIBE_TO_SHARD, codec, (caller, input) -> events.apply(caller, input));
        var config = new GatewayConfig(
                "127.0.0.1",
                0,
                new TlsConfig.SelfSigned(tlsDirectory, List.of()),
                GatewayLimits.defaults(),
                Duration.ofSeconds(20),
                false);
        gateway = start(change, operations, config);
    }

    private Gateway start(UnaryOperator<GatewayConfig> change, Operations operations, GatewayConfig config) {
        try {
            return Gateway.start(
                    change.apply(config),
                    operations,
                    new Authenticator(new AuthConfig("000000000000", "us-east-1", AuthConfig.Unsigned.ACCEPT, false)),
                    (caller, action, resources) -> policies.check(caller, action, resources),
                    Map.of("/health/live", () -> new Page(200, "text/plain", "fine\n")),
                    event -> audit.record(event),
                    meters,
                    clock,
                    new SplittableRandom(1));
        } catch (RuntimeException e) {
            deleteTlsDirectory();
            throw e;
        }
    }

    static TestDoor open() {
        return open(config -> config);
    }

    static TestDoor open(UnaryOperator<GatewayConfig> change) {
        try {
            return new TestDoor(Files.createTempDirectory("millrace-door"), change);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    GatewayLimits limits() {
        return GatewayLimits.defaults();
    }

    long bodiesBytes() {
        return gauge("millrace.request.bodies.bytes");
    }

    long repliesBytes() {
        return gauge("millrace.replies.bytes");
    }

    long eventsBytes() {
        return gauge("millrace.events.bytes");
    }

    long carriedBytes() {
        return gauge("millrace.carried.bytes");
    }

    long requests() {
        return gauge("millrace.requests.active");
    }

    long subscriptions() {
        return gauge("millrace.subscriptions");
    }

    private long gauge(String name) {
        return (long) meters.get(name).gauge().value();
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static GatewayConfig withBodiesInMemory(GatewayConfig config, long maxBytes) {
        var limits = config.limits();
        return withLimits(
                config,
                limits.connectionsMax(),
                limits.subscriptionsMax(),
                maxBytes,
                limits.repliesInMemoryMaxBytes(),
                limits.eventsInMemoryMaxBytes(),
                limits.carriedInMemoryMaxBytes());
    }

    static GatewayConfig withConnectionsMax(GatewayConfig config, int connectionsMax) {
        var limits = config.limits();
        return withLimits(
                config,
                connectionsMax,
                limits.subscriptionsMax(),
                limits.bodiesInMemoryMaxBytes(),
                limits.repliesInMemoryMaxBytes(),
                limits.eventsInMemoryMaxBytes(),
                limits.carriedInMemoryMaxBytes());
    }

    static GatewayConfig withSubscriptionsMax(GatewayConfig config, int subscriptionsMax) {
        var limits = config.limits();
        return withLimits(
                config,
                limits.connectionsMax(),
                subscriptionsMax,
                limits.bodiesInMemoryMaxBytes(),
                limits.repliesInMemoryMaxBytes(),
                limits.eventsInMemoryMaxBytes(),
                limits.carriedInMemoryMaxBytes());
    }

    static GatewayConfig withRepliesInMemory(
            GatewayConfig config, long repliesMaxBytes, long eventsMaxBytes, long carriedMaxBytes) {
        var limits = config.limits();
        return withLimits(
                config,
                limits.connectionsMax(),
                limits.subscriptionsMax(),
                limits.bodiesInMemoryMaxBytes(),
                repliesMaxBytes,
                eventsMaxBytes,
                carriedMaxBytes);
    }

    private static GatewayConfig withLimits(
            GatewayConfig config,
            int connectionsMax,
            int subscriptionsMax,
            long bodiesInMemoryMaxBytes,
            long repliesInMemoryMaxBytes,
            long eventsInMemoryMaxBytes,
            long carriedInMemoryMaxBytes) {
        var limits = config.limits();
        var changed = new GatewayLimits(
                connectionsMax,
                limits.requestsInFlightMax(),
                subscriptionsMax,
                limits.requestBodyMaxBytes(),
                bodiesInMemoryMaxBytes,
                repliesInMemoryMaxBytes,
                eventsInMemoryMaxBytes,
                carriedInMemoryMaxBytes,
                limits.requestLineMaxBytes(),
                limits.headMaxBytes(),
                limits.headersMax(),
                limits.headWaitMax(),
                limits.bodyPaceWindow(),
                limits.bodyPaceMinBytes(),
                limits.idleMax(),
                limits.replyStallMax(),
                limits.subscriptionStallMax(),
                limits.http2StreamsMax());
        return new GatewayConfig(
                config.host(), config.port(), config.tls(), changed, config.shutdownWaitMax(), config.requestLog());
    }

    int port() {
        return gateway.port();
    }

    RawClient connect() {
        return RawClient.connect(port());
    }

    /** The certificate's file, once there is one: a TLS handshake waits for it. */
    Path awaitCertificate() throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port())) {
            socket.startHandshake();
        }
        return tlsDirectory.resolve("cert.pem");
    }

    /** What a client trusts that takes our certificate's file as its authorities. */
    SSLContext trustingContext() throws IOException, GeneralSecurityException {
        var authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        try (var in = Files.newInputStream(awaitCertificate())) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                authorities.setCertificateEntry("ca" + authorities.size(), certificate);
            }
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        gateway.close();
        deleteTlsDirectory();
    }

    /** Fails when something is written there after the gateway has been closed. */
    private void deleteTlsDirectory() {
        try {
            Files.deleteIfExists(tlsDirectory.resolve("cert.pem"));
            Files.deleteIfExists(tlsDirectory.resolve("key.pem"));
            Files.deleteIfExists(tlsDirectory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Operation<String, String> operation(String name, Plane plane) {
        return new Operation<>(
                Service.KINESIS,
                name,
                "kinesis:" + name,
                plane,
                ListStreamsRequest::builder,
                (_, namespace) -> List.of(namespace.arn("kinesis", "stream/*")));
    }
}

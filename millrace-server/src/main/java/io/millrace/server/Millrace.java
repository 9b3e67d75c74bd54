package io.millrace.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.auth.AuthConfig;
import io.millrace.auth.Authenticator;
import io.millrace.auth.PolicyDecider;
import io.millrace.catalog.CatalogException;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.functions.FunctionsConfig;
import io.millrace.gateway.Gateway;
import io.millrace.gateway.GatewayConfig;
import io.millrace.gateway.GatewayLimits;
import io.millrace.gateway.TlsConfig;
import io.millrace.glue.TableCatalog;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFormatException;
import io.millrace.log.SegmentLog;
import io.millrace.log.disk.LocalDisk;
import io.millrace.server.calls.CallTargets;
import io.millrace.server.faults.Faults;
import io.millrace.server.settings.Settings;
import io.millrace.streams.ScalingLimits;
import io.millrace.streams.Streams;
import io.millrace.streams.StreamsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: the rooms, built and joined. Everything that is constructed is constructed here, from the cellar up,
 * and closed in the opposite order.
 *
 * <pre>{@code
 * try (var millrace = Millrace.start(MillraceConfig.ephemeral())) {
 *     use(millrace.endpoint());
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class Millrace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Millrace.class);

    private final Rooms rooms;
    private final String host;
    private final Gateway gateway;
    private final Path dataDirectory;
    private final Path certificate;
    private final AdminToken adminToken;

    private Millrace(
            Rooms rooms, String host, Gateway gateway, Path dataDirectory, Path certificate, AdminToken adminToken) {
        this.rooms = rooms;
        this.host = host;
        this.gateway = gateway;
        this.dataDirectory = dataDirectory;
        this.certificate = certificate;
        this.adminToken = adminToken;
    }

    /**
     * Starts a server in this process; when it returns, the server answers.
     *
     * @throws io.millrace.server.settings.InvalidSettingsException if a setting is not usable
     * @throws StartRefusedException if the data directory or the port can't be had
     */
    public static Millrace start(MillraceConfig config) {
        if (!config.isTemporary()) {
            return start(config.settings());
        }
        var folder = TemporaryFolder.create();
        return start(config.with("data-dir", folder.path().toString()).settings(), folder);
    }

    static Millrace start(Settings settings) {
        return start(settings, () -> {});
    }

    private static Millrace start(Settings settings, AutoCloseable closedLast) {
        var rooms = new Rooms();
        rooms.add(closedLast);
        try {
            return build(Plan.read(settings), rooms);
        } catch (IOException | RuntimeException e) {
            rooms.close();
            throw refusal(e);
        }
    }

    /** What every room is to be like; read and checked before anything is opened. */
    private record Plan(
            Path dataDirectory,
            GatewayConfig gateway,
            AuthConfig auth,
            LogConfig log,
            StreamsConfig streams,
            ObjectSettings objects,
            FunctionsConfig functions,
            DeliveryRooms.Plan firehose,
            CallRates.Choice callLimits,
            Optional<AdminToken> adminToken) {

        static Plan read(Settings settings) {
            var directory = settings.path("data-dir").orElseThrow();
            var auth = settings.room(() -> new AuthConfig(
                    settings.text("account.id"),
                    settings.text("account.region"),
                    settings.choice("auth.unsigned-requests", AuthConfig.Unsigned.class),
                    settings.flag("auth.open-network")));
            var gateway = settings.room(() -> new GatewayConfig(
                    settings.text("server.host"),
                    settings.integer("server.port"),
                    tls(settings, directory),
                    GatewayLimits.defaults(),
                    settings.duration("server.shutdown-wait-max"),
                    settings.flag("server.request-log")));
            var log = settings.room(() -> logConfig(settings, directory.resolve("log")));
            var streams = settings.room(() -> new StreamsConfig(
                    settings.duration("streams.transition-delay"),
                    settings.duration("streams.trim-interval"),
                    settings.integer("streams.shard-limit"),
                    settings.integer("streams.on-demand-stream-limit"),
                    settings.choice("streams.scaling-limits", ScalingLimits.class),
                    settings.integer("streams.mode-switches-per-day"),
                    settings.duration("streams.on-demand-window"),
                    LimitSettings.throughput(settings)));
            var functions = settings.room(() -> FunctionSettings.read(settings));
            var firehose = settings.room(() -> DeliveryRooms.Plan.read(settings, directory));
            auth.ifPresent(known -> settings.room(() -> {
                known.requireSafeHost(settings.text("server.host"));
                return known;
            }));
            var objects = settings.room(() -> ObjectSettings.read(settings, directory));
            var callLimits = settings.choice("streams.call-limits", CallRates.Choice.class);
            var adminToken = settings.room(() -> AdminToken.given(settings.optionalText("admin.token")));
            settings.refuseProblems();
            return new Plan(
                    directory,
                    gateway.orElseThrow(),
                    auth.orElseThrow(),
                    log.orElseThrow(),
                    streams.orElseThrow(),
                    objects.orElseThrow(),
                    functions.orElseThrow(),
                    firehose.orElseThrow(),
                    callLimits,
                    adminToken.orElseThrow());
        }

        private static TlsConfig tls(Settings settings, Path directory) {
            var certificate = settings.path("tls.certificate");
            var key = settings.path("tls.key");
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("tls.certificate and tls.key go together; one of them is missing");
            }
            return certificate.isPresent()
                    ? new TlsConfig.OwnFiles(certificate.get(), key.orElseThrow())
                    : new TlsConfig.SelfSigned(directory.resolve("tls"), settings.list("tls.names"));
        }

        private static LogConfig logConfig(Settings settings, Path directory) {
            var defaults = LogConfig.defaults(directory);
            return new LogConfig(
                    directory,
                    settings.choice("log.durability", Durability.class),
                    settings.bytesBelow2Gib("log.segment-max-bytes"),
                    settings.bytesBelow2Gib("log.regroup-bytes"),
                    settings.bytesBelow2Gib("log.ring-max-bytes"),
                    settings.bytesBelow2Gib("log.read-cache-max-bytes"),
                    defaults.queueMaxAppends(),
                    settings.bytesBelow2Gib("log.queue-max-bytes"));
        }
    }

    private static Millrace build(Plan plan, Rooms rooms) throws IOException {
        long startedNanos = System.nanoTime();
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        rooms.add(meters::close);
        var data = rooms.add(DataDirectory.open(plan.dataDirectory()));

        var log = rooms.add(SegmentLog.open(plan.log(), new LocalDisk(), clock, random));
        var catalog = rooms.add(SqliteCatalog.open(data.catalog()));
        var objects = rooms.add(plan.objects().open());
        var tables = new TableCatalog(catalog, clock);
        var streams = rooms.add(new Streams(plan.streams(), log, catalog, clock, random, meters));
        streams.start();
        var delivery = rooms.add(DeliveryRooms.open(
                plan.firehose(),
                plan.functions(),
                log,
                catalog,
                objects,
                streams.reader(),
                tables,
                clock,
                random,
                meters));

        var targets = new CallTargets(streams);
        var rates = new CallRates(plan.callLimits(), targets, clock);
        var faults = new Faults(targets, clock, meters, Millrace::passing);
        var adminToken = AdminToken.keep(plan.adminToken(), data.adminToken(), random);
        var admin = new AdminDoor(faults.page(random)::answer, adminToken);
        var deliveriesAdmin = new AdminDoor(new DeliveriesPage(delivery.deliveries(), clock)::answer, adminToken);
        var operations = new GuardedOperations(rates, faults);
        DataStreams.add(operations, streams, faults);
        DeliveryOperations.add(operations, delivery.firehose());
        var gateway = rooms.add(Gateway.start(
                plan.gateway(),
                TableOperations.add(operations, tables)
                        .operations()
                        .admin("/admin/faults", admin)
                        .admin("/admin/deliveries", deliveriesAdmin),
                new Authenticator(plan.auth()),
                PolicyDecider.OPEN,
                Pages.of(streams, log, meters),
                AuditLog::record,
                meters,
                clock,
                random));
        // Clients are answered from here on; what is still to be delivered since the last run is gone through beside.
        delivery.start();
        LOG.info(
                "started in {} ms, data in {}",
                Duration.ofNanos(System.nanoTime() - startedNanos).toMillis(),
                data.root());
        return new Millrace(
                rooms,
                plan.gateway().host(),
                gateway,
                data.root(),
                certificate(plan.gateway().tls()),
                adminToken);
    }

    private static CompletionStage<Void> passing(Duration time) {
        return time.isZero()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(
                        () -> {},
                        CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS, Runnable::run));
    }

    private static Path certificate(TlsConfig tls) {
        return switch (tls) {
            case TlsConfig.SelfSigned own -> own.directory().resolve("cert.pem");
            case TlsConfig.OwnFiles files -> files.certificate();
        };
    }

    /** Says in one line what stands in the way, where that is something the user can change. */
    private static RuntimeException refusal(Exception cause) {
        return switch (cause) {
            case CorruptLogException _,
                    LogFormatException _,
                    CatalogException _,
                    UncheckedIOException _,
                    IllegalArgumentException _ -> new StartRefusedException(String.valueOf(cause.getMessage()), cause);
            case IOException fault -> new StartRefusedException("Millrace can't start: " + fault.getMessage(), fault);
            case RuntimeException known -> known;
            default -> throw new AssertionError(cause);
        };
    }

    /** Where clients find the server, for example {@code http://127.0.0.1:4567}. */
    public URI endpoint() {
        return URI.create("http://" + authority());
    }

    /** The same port under TLS. */
    public URI tlsEndpoint() {
        return URI.create("https://" + authority());
    }

    private String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + gateway.port();
    }

    /** The certificate that clients under TLS take as their certificate authority, a PEM file; waits while it is made. */
    public Path certificate() {
        gateway.awaitCertificate();
        return certificate;
    }

    /** The folder that holds all the server keeps. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /** What callers of {@code /admin} show as a bearer token: {@code admin.token}, or what was made for this server. */
    public String adminToken() {
        return adminToken.text();
    }

    /** What {@code millrace serve} prints when it is ready. */
    String welcome() {
        return """
                Millrace is ready at %1$s (TLS on the same port; data in %2$s).
                  Put a file in:  ./millrace put web-logs --create --file /var/log/dpkg.log%3$s
                  Read it back:   ./millrace tail web-logs --from trim-horizon%3$s
                  With the CLI:   aws kinesis list-streams --endpoint-url %1$s
                """.formatted(
                        endpoint(),
                        dataDirectory,
                        gateway.port() == GatewayConfig.DEFAULT_PORT ? "" : " --endpoint " + endpoint());
    }

    /** Answers what is in flight, takes no more, and closes everything. Idempotent. */
    @Override
    public void close() {
        rooms.close();
    }
}

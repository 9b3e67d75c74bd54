package io.millrace.firehose.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.catalog.Catalog;
import io.millrace.firehose.DeliveryStreamChanges;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreamAddress;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.Source.Database;
import io.millrace.firehose.definition.Source.DirectPut;
import io.millrace.firehose.definition.Source.KafkaTopic;
import io.millrace.firehose.definition.Source.KinesisStream;
import io.millrace.firehose.source.DirectPutLog;
import io.millrace.firehose.source.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All delivery streams at work. Follows the definitions: a delivery stream that is created begins to be delivered, one that
 * is deleted stops. Safe for use by several threads.
 */
public final class Deliveries implements DeliveryStreamChanges, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Deliveries.class);
    private static final Duration TICK = Duration.ofMillis(100);

    private final DeliveryStreams definitions;
    private final Environment environment;
    private final DirectPutLog putLog;
    private final SourceOpener sources;
    private final Versions.RouteOpener routes;
    private final MeterRegistry meters;
    private final Map<Long, StreamDelivery> running = new ConcurrentHashMap<>();
    private @Nullable Thread ticker;
    private volatile boolean closing;

    /** Opens what a delivery stream reads from. */
    public interface SourceOpener {
        Source open(DeliveryStream stream);
    }

    /**
     * Brings the tables up to date; {@link #start} then lets things happen.
     *
     * @param sources for all sources but Direct PUT's
     * @param random need not be unguessable
     */
    public Deliveries(
            DeliveryConfig config,
            DeliveryStreams definitions,
            DirectPutLog putLog,
            SourceOpener sources,
            Routes routes,
            Catalog catalog,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry meters) {
        catalog.migrate(CheckpointTables.MIGRATIONS);
        this.definitions = definitions;
        this.putLog = putLog;
        this.sources = sources;
        this.routes = routes;
        this.meters = meters;
        environment = new Environment(
                new CheckpointTables(catalog),
                new Scratch(new BufferMemory(config.bufferMaxBytes()), config.scratch()),
                task -> Thread.ofVirtual().name("firehose-delivery").start(task),
                new LaneThreads(),
                clock,
                new SteadyClock(clock, System::nanoTime),
                random,
                () -> new UUID(random.nextLong(), random.nextLong()),
                UnaryOperator.identity());
    }

    /**
     * Goes on with all delivery streams there are. Clients may be served already: what they create, change or delete
     * meanwhile comes before or after, never between.
     */
    public synchronized void start() {
        definitions.inTurn(this::forgetOrphans);
        for (var stream : definitions.all().toList()) {
            definitions.inTurn(() -> resume(stream.address(), stream.id()));
        }
        ticker = Thread.ofVirtual().name("firehose-ticker").start(this::tick);
    }

    /** What a crash in the midst of a creation or a deletion left behind. */
    private int forgetOrphans() {
        int forgotten = 0;
        var known = definitions.all().map(DeliveryStream::id).collect(Collectors.toSet());
        var remembered = new HashSet<>(environment.checkpoints().streams());
        remembered.addAll(putLog.streams());
        for (long id : remembered) {
            if (!known.contains(id)) {
                putLog.delete(id);
                environment.checkpoints().forget(id);
                forgotten++;
            }
        }
        return forgotten;
    }

    /** Begins with a delivery stream as it is now, unless it is gone or was created since and has begun by itself. */
    private Optional<DeliveryStream> resume(DeliveryStreamAddress address, long id) {
        var present = definitions
                .find(address.namespace(), address.name())
                .filter(stream -> stream.id() == id && !running.containsKey(id));
        present.ifPresent(stream -> {
            // A crash may have come between the definition and the shard.
            if (stream.source() instanceof DirectPut) {
                putLog.openIfMissing(id);
            }
            begin(stream);
        });
        return present;
    }

    @Override
    public void created(DeliveryStream stream) {
        if (stream.source() instanceof DirectPut) {
            putLog.open(stream.id());
        }
        begin(stream);
    }

    @Override
    public void updated(DeliveryStream stream) {
        var delivery = running.get(stream.id());
        if (delivery != null) {
            delivery.updated(stream);
        }
    }

    @Override
    public Runnable deleted(DeliveryStream stream) {
        var delivery = Optional.ofNullable(running.remove(stream.id()));
        delivery.ifPresent(StreamDelivery::stop);
        return () -> {
            delivery.ifPresent(StreamDelivery::awaitEnd);
            forget(stream);
        };
    }

    private void forget(DeliveryStream stream) {
        // The log first: a crash in between leaves rows, which lead here again.
        if (stream.source() instanceof DirectPut) {
            putLog.delete(stream.id());
        }
        environment.checkpoints().forget(stream.id());
    }

    private void begin(DeliveryStream stream) {
        var delivery = new StreamDelivery(
                environment,
                stream,
                source(stream),
                readFrom(stream),
                routes,
                version -> definitions.forgetRevisionsBefore(stream, version),
                new StreamReport(meters, stream, environment.clock()));
        running.put(stream.id(), delivery);
        delivery.start();
    }

    private Source source(DeliveryStream stream) {
        return switch (stream.source()) {
            case DirectPut _ -> putLog.source(stream.id());
            case KinesisStream _, KafkaTopic _, Database _ -> sources.open(stream);
        };
    }

    private static Instant readFrom(DeliveryStream stream) {
        return switch (stream.source()) {
            case DirectPut _, Database _ -> Instant.EPOCH;
            case KinesisStream kinesis -> kinesis.deliveryStart();
            case KafkaTopic(var configuration, var start) ->
                configuration.readFromTimestamp() == null ? start : configuration.readFromTimestamp();
        };
    }

    private void tick() {
        try {
            while (!closing) {
                for (var delivery : running.values()) {
                    tick(delivery);
                }
                Thread.sleep(TICK);
            }
        } catch (InterruptedException _) {
            // Nobody but a dying process interrupts this thread.
        }
    }

    private static void tick(StreamDelivery delivery) {
        try {
            delivery.tick();
        } catch (RuntimeException | VirtualMachineError | LinkageError | AssertionError e) {
            // The top of this thread: one delivery stream must not stop the others.
            LOGGER.debug("{} is looked after again at once", delivery.stream().arn(), e);
            delivery.report().faulty(e);
        }
    }

    /** Counts records that were put. */
    void incoming(DeliveryStream stream, long records, long bytes) {
        var delivery = running.get(stream.id());
        if (delivery != null) {
            delivery.report().incoming(records, bytes);
        }
    }

    /** Counts records that could not be kept. */
    void throttled(DeliveryStream stream, int records) {
        var delivery = running.get(stream.id());
        if (delivery != null) {
            delivery.report().throttled(records);
        }
    }

    /** How the delivery streams of that name are doing, or all of them. */
    public List<DeliveryState> states(Optional<String> name) {
        return running.values().stream()
                .filter(delivery -> name.isEmpty() || delivery.stream().name().equals(name.get()))
                .sorted(Comparator.comparing(delivery -> delivery.stream().arn()))
                .map(DeliveryState::of)
                .toList();
    }

    /**
     * Delivers what the delivery streams of that name hold now, whatever their buffering says.
     *
     * @return whether all of it was delivered in time; empty if there is none of that name
     */
    public Optional<Boolean> flush(String name, Duration waitMax) throws InterruptedException {
        var found = running.values().stream()
                .filter(delivery -> delivery.stream().name().equals(name))
                .toList();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        boolean all = true;
        for (var delivery : found) {
            all &= delivery.flush(waitMax);
        }
        return Optional.of(all);
    }

    /** Stops all; what is under way goes on after the next start. */
    @Override
    public synchronized void close() {
        closing = true;
        if (ticker != null) {
            try {
                ticker.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        running.values().forEach(StreamDelivery::stop);
        var stopping = running.values().stream()
                .map(delivery -> Thread.ofVirtual().start(delivery::awaitEnd))
                .toList();
        try {
            for (var one : stopping) {
                one.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        running.clear();
    }
}

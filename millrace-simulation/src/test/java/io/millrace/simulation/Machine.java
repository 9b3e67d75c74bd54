package io.millrace.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.catalog.CatalogException;
import io.millrace.log.HandledLog;
import io.millrace.log.disk.SimulatedDisk;
import io.millrace.streams.HandledStreams;
import io.millrace.streams.ScalingLimits;
import io.millrace.streams.Streams;
import io.millrace.streams.StreamsConfig;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/** A computer with one socket: a disk, a clock, and the service, which does in the background only what it is told to. */
final class Machine {
    private static final StreamsConfig CONFIG = new StreamsConfig(
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            10_000,
            50,
            ScalingLimits.OFF,
            2,
            Duration.ofMinutes(1),
            ThroughputLimits.OFF);
    private static final Duration NOTHING_DUE = Duration.ofDays(1);
    private static final int SETTLING_ROUNDS_MAX = 500;

    private final Path directory;
    private final SplittableRandom random;
    final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00.250Z"));

    private SimulatedDisk disk;
    private ProcessDisk processDisk;
    private CatalogFiles catalogFiles;
    /** What of them is on the device. */
    private CatalogFiles durableCatalogFiles;

    private SimulatedCatalog catalog;
    private HandledLog log;
    private Streams streams;
    private HandledStreams hands;

    Machine(Path directory, CatalogFiles catalogFiles, SplittableRandom random) {
        this.directory = directory;
        this.catalogFiles = catalogFiles;
        this.durableCatalogFiles = catalogFiles;
        this.random = random;
        this.disk = new SimulatedDisk(random.split());
    }

    /** Starts the service; if that fails, it is to be ended like one that ran. */
    void start() throws IOException {
        catalog = null;
        log = null;
        streams = null;
        processDisk = new ProcessDisk(disk);
        log = HandledLog.open(Path.of("log"), processDisk, clock, random.split());
        catalog = SimulatedCatalog.open(directory, catalogFiles, durableCatalogFiles, disk, random.split());
        catalog.come();
        streams = new Streams(CONFIG, log, catalog, clock, random.split(), new SimpleMeterRegistry());
        hands = new HandledStreams(streams);
    }

    /** What the catalog's disk holds; only while the service is stopped. */
    CatalogFiles catalogFiles() {
        return catalogFiles;
    }

    Streams streams() {
        return streams;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedCatalog catalog() {
        return catalog;
    }

    /** Returns when all that was given to the log is stored or failed, but for puts that wait for a reshard. */
    void awaitStored() {
        log.awaitStored();
    }

    void keepHouse() {
        log.keepHouse();
    }

    void reconcile() {
        hands.reconcile();
    }

    void trim() {
        hands.trim();
    }

    /** Lets time pass until nothing is pending or the power is out. */
    void settle() {
        int rounds = 0;
        for (var wait = hands.reconcile(); wait.compareTo(NOTHING_DUE) < 0; wait = hands.reconcile()) {
            if (disk.powerIsOut()) {
                return;
            }
            if (rounds++ == SETTLING_ROUNDS_MAX) {
                throw new AssertionError("what was asked for is not done after " + rounds + " tries");
            }
            clock.advance(wait);
        }
    }

    /** All that fails by order works again; but a power cut that is to come still comes. */
    void heal() {
        healDisk();
        catalog.failNextCommits(0);
        catalog.setFull(false);
    }

    void healDisk() {
        disk.failNextSyncs(0);
        disk.failNextWrites(0);
        disk.limitTo(Long.MAX_VALUE);
    }

    /** Ends what runs, if anything, and puts in what the disk holds when the power is back. */
    void powerIsBack() {
        var found = catalog == null
                ? durableCatalogFiles.cutOnTheWayTo(catalogFiles, random.split())
                : catalog.afterPowerLoss();
        if (!disk.powerIsOut()) {
            disk.losePowerAt(disk.operations());
        }
        end();
        disk = disk.afterPowerLoss(random.split());
        catalogFiles = found;
        durableCatalogFiles = found;
    }

    /** The process is gone from one moment to the next; what the operating system was given it keeps. */
    void kill() {
        if (catalog != null) {
            var left = catalog.afterProcessEnd();
            catalogFiles = left.found();
            durableCatalogFiles = left.durable();
        }
        processDisk.kill();
        end();
    }

    /** The same while a sync is being held, which comes to nothing. */
    void killWhileSyncing() {
        processDisk.kill();
        disk.dropHeldSync();
        kill();
    }

    /** Stops in peace, as far as the power lasts. */
    void stop() {
        try {
            streams.close();
            log.close();
            catalog.close();
            catalogFiles = catalog.durable();
            durableCatalogFiles = catalogFiles;
        } catch (CatalogException e) {
            if (!disk.powerIsOut()) {
                throw e;
            }
        }
    }

    private void end() {
        if (streams != null) {
            streams.close();
        }
        if (log != null) {
            log.close();
        }
        if (catalog != null) {
            catalog.abandon();
        }
    }
}

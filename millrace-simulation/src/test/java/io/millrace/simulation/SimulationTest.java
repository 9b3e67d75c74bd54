package io.millrace.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many lives of the service. {@code -Dsim=42} lives the one of seed 42 and tells its story, {@code -Dsim=1000..1999} those of
 * a thousand seeds; {@code -Dsim.seeds=N} says how many a build lives.
 */
class SimulationTest {
    private static final int STEPS = 60;
    private static final String SEEDS = System.getProperty("sim", "0.." + (Integer.getInteger("sim.seeds", 1_000) - 1));
    /** A disk in memory, where there is one: how long SQLite's real syncs take is of no interest. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static Path directory;
    private static CatalogFiles empty;

    @BeforeAll
    static void makeAnEmptyCatalog() throws IOException {
        directory = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "millrace-simulation")
                : Files.createTempDirectory("millrace-simulation");
        var machine = new Machine(directory, CatalogFiles.NONE, new SplittableRandom(0));
        machine.start();
        machine.stop();
        empty = machine.catalogFiles();
    }

    @AfterAll
    static void deleteWhatIsLeft() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    @Timeout(3_600)
    void losesNothingWhateverHappensToTheMachine() throws Exception {
        var seeds = seeds().toArray();
        var cuts = new AtomicInteger();
        var failed = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var lives = new ArrayList<Future<?>>();
            for (long seed : seeds) {
                lives.add(threads.submit(() -> {
                    if (!failed.get()) {
                        try {
                            cuts.addAndGet(live(seed));
                        } catch (Throwable e) {
                            failed.set(true);
                            throw e;
                        }
                    }
                    return null;
                }));
            }
            for (var life : lives) {
                rethrow(life);
            }
        }
        System.out.println(seeds.length + " lives, " + cuts + " power cuts");
    }

    @Test
    void replaysALifeFromItsSeed() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            var one = new Life(seed, directory, empty);
            one.live(STEPS);
            var other = new Life(seed, directory, empty);
            other.live(STEPS);
            assertThat(other.story()).as("the story of seed %s", seed).isEqualTo(one.story());
            assertThat(other.fingerprint())
                    .as("what seed %s does to the disk", seed)
                    .isEqualTo(one.fingerprint());
        }
    }

    private static LongStream seeds() {
        int dots = SEEDS.indexOf("..");
        return dots < 0
                ? LongStream.of(Long.parseLong(SEEDS))
                : LongStream.rangeClosed(
                        Long.parseLong(SEEDS.substring(0, dots)), Long.parseLong(SEEDS.substring(dots + 2)));
    }

    private static int live(long seed) {
        // Most begin where a first start left off; some see the first start itself go wrong.
        var life = new Life(seed, directory, seed % 20 == 0 ? CatalogFiles.NONE : empty);
        try {
            life.live(STEPS);
            if (SEEDS.equals(Long.toString(seed))) {
                System.out.println(String.join("\n", life.story()));
            }
            return life.powerCuts();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e + "\n" + String.join("\n", life.story())
                            + "\nTo live it again: ./mvnw -q -pl millrace-simulation -am test -Dsim=" + seed,
                    e);
        }
    }

    private static void rethrow(Future<?> life) throws Exception {
        try {
            life.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case AssertionError failure -> throw failure;
                case Exception failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }
}

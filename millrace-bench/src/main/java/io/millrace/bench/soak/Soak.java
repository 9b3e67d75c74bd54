package io.millrace.bench.soak;

import io.millrace.bench.arguments.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Soaks a server: streams live and die in it under load while it is killed and started again, and everything that is read is
 * checked. Prints a summary in Markdown; ends with status 1 if anything was wrong.
 *
 * <p>The thread of {@link #main} is the one that starts and ends servers.
 */
public final class Soak {
    private static final int WRONG_USAGE = 2;
    private static final int STOP_ONE_IN = 4;
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(100);
    private static final Duration SAMPLE_AFTER = Duration.ofSeconds(1);
    private static final int WEIGH_AFTER_SAMPLES = 10;
    /** A process that has just been started says little about memory. */
    private static final Duration GROWN_UP_AFTER = Duration.ofSeconds(5);

    private static final long USABLE_MIN_MIB = 2_048;

    private final SoakOptions options;
    private final Lives lives;
    private final Door door;
    private final Findings findings;
    private final SplittableRandom random;
    private final long beganAt = System.nanoTime();
    private final Samples residentMib = new Samples();
    private final Samples storedMib = new Samples();
    private final List<Long> millisAfterKill = new ArrayList<>();
    private final List<Long> millisAfterStop = new ArrayList<>();

    private Soak(SoakOptions options, Lives lives, Findings findings, SplittableRandom random) {
        this.options = options;
        this.lives = lives;
        this.findings = findings;
        this.random = random;
        door = new Door(lives, findings);
    }

    public static void main(String[] words) throws Exception {
        if (Arguments.askForHelp(words)) {
            System.out.print(SoakOptions.USAGE);
            return;
        }
        SoakOptions options;
        try {
            options = SoakOptions.parse(words);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(SoakOptions.USAGE);
            System.exit(WRONG_USAGE);
            return;
        }
        System.exit(soak(options) ? 0 : 1);
    }

    private static boolean soak(SoakOptions options) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory(Files.createDirectories(options.dataDir()), "soak-");
        var findings = new Findings();
        var random = new SplittableRandom(options.seed());
        System.err.println("soak: seed " + options.seed() + ", in " + directory);
        try (var lives = Lives.begin(options.launcher(), directory, random.split(), findings)) {
            // Whoever ends the soak early does not want to find its server.
            Runtime.getRuntime().addShutdownHook(new Thread(lives::close));
            var soak = new Soak(options, lives, findings, random);
            try {
                soak.run();
            } catch (IOException e) {
                findings.wrong("the soak ended early: " + e);
            }
            System.out.print(soak.summary().markdown());
        }
        if (findings.wrongCount() > 0) {
            System.err.println("soak: what the server had stored and said is in " + directory);
            return false;
        }
        delete(directory);
        return true;
    }

    private void run() throws IOException, InterruptedException {
        long endsAt = beganAt + options.duration().toNanos();
        var sampler = Thread.ofPlatform().daemon().name("sampler").start(this::sample);
        var streams = new ArrayList<Thread>();
        for (int number = 1; number <= options.streams(); number++) {
            var one = new StreamLives(
                    "soak-" + number, door, options.bytesPerSecond() / options.streams(), random.split(), findings);
            streams.add(Thread.ofVirtual().name("soak-" + number).start(() -> one.run(endsAt)));
        }
        while (System.nanoTime() < endsAt) {
            int least = (int) options.lifeMax().toMillis() / 3;
            var life = Duration.ofMillis(
                    random.nextInt(least, (int) options.lifeMax().toMillis()));
            watchUntil(Math.min(endsAt, System.nanoTime() + life.toNanos()));
            // However short the soak is, its last life before the checks ends with a kill.
            if (System.nanoTime() < endsAt && random.nextInt(STOP_ONE_IN) == 0) {
                stop();
            } else {
                kill();
            }
        }
        for (var stream : streams) {
            while (!stream.join(LOOK_AGAIN_AFTER)) {
                watch();
            }
        }
        sampler.interrupt();
        sampler.join();
        if (findings.counted("streams") < options.streams() || findings.counted("passed by both readers") == 0) {
            findings.wrong("not every stream was checked to its end");
        }
    }

    private void watchUntil(long nanos) throws IOException, InterruptedException {
        while (System.nanoTime() < nanos) {
            watch();
            Thread.sleep(LOOK_AGAIN_AFTER);
        }
    }

    private void watch() throws IOException, InterruptedException {
        if (!lives.isAlive()) {
            findings.wrong("the server died by itself");
            lives.startAgain();
        }
    }

    private void kill() throws IOException, InterruptedException {
        lives.kill();
        millisAfterKill.add(lives.startAgain());
    }

    private void stop() throws IOException, InterruptedException {
        lives.stop();
        millisAfterStop.add(lives.startAgain());
    }

    private void sample() {
        try {
            for (int samples = 1; ; samples++) {
                Thread.sleep(SAMPLE_AFTER);
                var at = Duration.ofNanos(System.nanoTime() - beganAt);
                lives.residentMib(GROWN_UP_AFTER).ifPresent(mib -> residentMib.add(at, mib));
                if (samples % WEIGH_AFTER_SAMPLES == 0) {
                    weigh(at);
                }
            }
        } catch (InterruptedException _) {
            // The soak is over.
        } catch (IOException | UncheckedIOException e) {
            findings.wrong("no samples could be taken: " + e);
        }
    }

    private void weigh(Duration at) throws IOException {
        storedMib.add(at, bytes(lives.data()) >> 20);
        if (Files.getFileStore(lives.data()).getUsableSpace() >> 20 < USABLE_MIN_MIB) {
            throw new IOException("the disk is nearly full");
        }
    }

    private static long bytes(Path folder) throws IOException {
        long sum = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                sum += Files.isDirectory(file) ? bytes(file) : size(file);
            }
        } catch (NoSuchFileException _) {
            // It was deleted meanwhile.
        }
        return sum;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    private Summary summary() {
        var took = Duration.ofNanos(System.nanoTime() - beganAt);
        return new Summary(options, took, findings, residentMib, storedMib, millisAfterKill, millisAfterStop);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

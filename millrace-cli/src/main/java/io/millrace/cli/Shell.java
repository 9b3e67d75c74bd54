package io.millrace.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What a command finds around it: the three streams, the environment, time and chance, and the wish to stop.
 *
 * @param in read by {@code put} and {@code policy put} when no file is named
 * @param out results; a command ends quietly when its reader goes away
 * @param err everything said to the person: progress, warnings, errors
 * @param errIsTerminal whether a progress line on {@code err} would be seen by a person
 * @param environment the environment variables
 * @param clock the time of day
 * @param sleeper how to wait
 * @param random partition keys and the spread of retries
 * @param stops where to register for Ctrl-C
 */
public record Shell(
        InputStream in,
        OutputStream out,
        OutputStream err,
        boolean errIsTerminal,
        Map<String, String> environment,
        InstantSource clock,
        Sleeper sleeper,
        RandomGenerator.SplittableGenerator random,
        Stops stops) {

    /** Waits; a test's sleeper only moves its clock. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** Runs {@code onStop} when the user asks the process to end, and lets it finish before the process does. */
    @FunctionalInterface
    public interface Stops {
        void register(Runnable onStop);

        /** The process is about to end with this code. If it was asked to end, it does so with the same. */
        default void ended(int exitCode) {}
    }

    /** The shell that this process was started from. */
    public static Shell ofProcess() {
        return new Shell(
                new FileInputStream(FileDescriptor.in),
                // Not System.out: a PrintStream swallows the broken pipe that tells us to end.
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                errorsAreSeenByAPerson(),
                System.getenv(),
                InstantSource.system(),
                Thread::sleep,
                new SplittableRandom(),
                new ProcessStops());
    }

    private static boolean errorsAreSeenByAPerson() {
        try {
            // The JDK only tells about input and output together, and input is a pipe in `cat log | millrace put`.
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.ofNullable(System.console())
                    .map(Console::isTerminal)
                    .orElse(false);
        }
    }
}

package io.millrace.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the launcher make the cache that lets later starts be fast, in a process of its own, a while after this start. What
 * becomes of it is said in the log; a server serves as well without.
 *
 * <p>Owns one thread. Safe for use by several threads.
 */
final class Preparation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final Path launcher;
    private final Duration delay;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread owner =
            Thread.ofPlatform().name("millrace-preparation").daemon().unstarted(this::run);
    private @Nullable Process process;

    private Preparation(Path launcher, Duration delay) {
        this.launcher = launcher;
        this.delay = delay;
    }

    /** @param delay until then the server has the machine to itself; one that ends sooner prepares nothing */
    static Preparation start(Path launcher, Duration delay) {
        var preparation = new Preparation(launcher, delay);
        preparation.owner.start();
        return preparation;
    }

    private void run() {
        try {
            if (closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            var running = launch();
            if (running == null) {
                return;
            }
            var said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (running.waitFor() == 0) {
                LOG.info("{}", said);
            } else if (closed.getCount() > 0) {
                LOG.warn("Starts stay as slow as this one: {}", said);
            }
        } catch (IOException e) {
            LOG.warn("Starts stay as slow as this one: {} prepare: {}", launcher, e.getMessage());
        } catch (InterruptedException _) {
            // Nobody but a dying process interrupts this thread.
        }
    }

    private synchronized @Nullable Process launch() throws IOException {
        if (closed.getCount() == 0) {
            return null;
        }
        process = new ProcessBuilder(launcher.toString(), "prepare")
                .redirectErrorStream(true)
                .start();
        return process;
    }

    /** Waits until what was begun has ended. */
    void await() throws InterruptedException {
        owner.join();
    }

    /** Ends what was begun; a cache that is half made is thrown away. */
    @Override
    public synchronized void close() {
        closed.countDown();
        if (process != null) {
            process.destroy();
        }
    }
}

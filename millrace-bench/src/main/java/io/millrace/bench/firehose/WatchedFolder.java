package io.millrace.bench.firehose;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Sees objects in the moment in which they come to lie in a folder. */
final class WatchedFolder implements AutoCloseable {
    private static final Duration IS_THERE_WITHIN = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(20);

    private final Path folder;
    private final Arrivals arrivals;
    private final WatchService watch;
    private final Set<Path> read = new HashSet<>();
    private final Thread thread = Thread.ofPlatform().name("watched-folder").unstarted(this::run);

    private WatchedFolder(Path folder, Arrivals arrivals) throws IOException {
        this.folder = folder;
        this.arrivals = arrivals;
        watch = folder.getFileSystem().newWatchService();
        folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
    }

    /** Waits for the one folder in there. */
    static WatchedFolder open(Path parent, Arrivals arrivals) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + IS_THERE_WITHIN.toNanos();
        while (Folders.files(parent).isEmpty()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IOException("nothing was delivered to " + parent);
            }
            Thread.sleep(LOOK_AGAIN_AFTER);
        }
        var watched = new WatchedFolder(Folders.files(parent).getFirst().resolveSibling("."), arrivals);
        watched.thread.start();
        return watched;
    }

    private void run() {
        try {
            // What came before anybody watched.
            for (var object : Folders.files(folder)) {
                read(object.normalize());
            }
            while (true) {
                var key = watch.take();
                for (var event : key.pollEvents()) {
                    if (event.context() instanceof Path name) {
                        read(folder.resolve(name).normalize());
                    }
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException | InterruptedException _) {
            // Whoever closes has seen enough.
        } catch (IOException e) {
            System.err.println("watching " + folder + ": " + e);
        }
    }

    private void read(Path object) throws IOException {
        if (read.add(object)) {
            arrivals.seen(Files.readString(object, StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}

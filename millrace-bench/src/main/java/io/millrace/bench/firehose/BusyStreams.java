package io.millrace.bench.firehose;

import io.millrace.bench.firehose.Service.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbered records for many delivery streams, put in turn, and looked for in the folder they are delivered to. Watched by one
 * thread.
 */
final class BusyStreams {
    private static final int CONNECTIONS = 4;
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(100);
    private static final String PADDING = "x".repeat(200);

    private final int count;
    private final Path bucket;
    private final AtomicLong next = new AtomicLong();
    private final Set<Long> awaited = ConcurrentHashMap.newKeySet();
    private final Set<Long> seen = new HashSet<>();
    private final Set<Path> read = new HashSet<>();
    private long twice;
    private long lastSeenNanos;

    /** What ends the puts while they go on. */
    interface Ending {
        void come() throws InterruptedException;
    }

    BusyStreams(int count, Path bucket) {
        this.count = count;
        this.bucket = bucket;
    }

    static String name(int number) {
        return "many-%05d".formatted(number);
    }

    /** Puts to all in turn until the server is gone; returns how many were acknowledged. */
    long putFor(Service service, Duration wait, Ending ending) throws IOException, InterruptedException {
        try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var putting = new ArrayList<Future<Void>>();
            for (int i = 0; i < CONNECTIONS; i++) {
                putting.add(threads.submit(() -> putUntilGone(service)));
            }
            Thread.sleep(wait);
            ending.come();
            for (var one : putting) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("puts failed: " + e.getCause(), e);
        }
        return awaited.size();
    }

    private Void putUntilGone(Service service) throws InterruptedException {
        try {
            while (true) {
                put(service, Math.toIntExact(next.get() % count));
            }
        } catch (IOException _) {
            // It was killed. What was on its way then may be delivered or not.
            return null;
        }
    }

    /** One record more for each. */
    void putToAll(Service service) throws IOException, InterruptedException {
        var number = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var putting = Collections.nCopies(CONNECTIONS, (Callable<Void>) () -> {
                for (int one = number.getAndIncrement(); one < count; one = number.getAndIncrement()) {
                    put(service, one);
                }
                return null;
            });
            for (var one : threads.invokeAll(putting)) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("puts failed: " + e.getCause(), e);
        }
    }

    private void put(Service service, int stream) throws IOException, InterruptedException {
        long number = next.getAndIncrement();
        var line = number + " " + PADDING + "\n";
        var data = Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.US_ASCII));
        service.ask(
                Api.FIREHOSE,
                "PutRecord",
                "{\"DeliveryStreamName\":\"" + name(stream) + "\",\"Record\":{\"Data\":\"" + data + "\"}}");
        awaited.add(number);
    }

    /** Waits until all that was acknowledged is in the folder; false if it is not in time. */
    boolean awaitAll(Duration wait) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + wait.toNanos();
        look();
        while (missing() > 0) {
            if (System.nanoTime() > giveUpAt) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN_AFTER);
            look();
        }
        return true;
    }

    /** Reads the objects that are new. */
    void look() throws IOException {
        for (var object : Folders.files(bucket)) {
            if (read.add(object)) {
                read(object);
            }
        }
    }

    private void read(Path object) throws IOException {
        try (var lines = Files.lines(object, StandardCharsets.US_ASCII)) {
            lines.forEach(line -> {
                if (!seen.add(Long.parseLong(line.substring(0, line.indexOf(' '))))) {
                    twice++;
                }
            });
            lastSeenNanos = System.nanoTime();
        } catch (NoSuchFileException _) {
            // Replaced in this moment; the one in its place comes by the same name.
            read.remove(object);
        }
    }

    long missing() {
        return awaited.stream().filter(number -> !seen.contains(number)).count();
    }

    /** How many records came more than once. */
    long twice() {
        return twice;
    }

    long lastSeenNanos() {
        return lastSeenNanos;
    }
}

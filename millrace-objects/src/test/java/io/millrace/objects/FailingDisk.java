package io.millrace.objects;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A disk that loses power before a given step, and then keeps of what was not synced as much as chance likes. */
final class FailingDisk implements FileSteps {
    private final LocalFiles local = new LocalFiles();
    private final RandomGenerator random;
    private int stepsLeft;
    private final Map<FileChannel, Path> open = new HashMap<>();
    private final Map<Path, Path> unsyncedBytes = new HashMap<>();
    private final Deque<UnsyncedName> unsyncedNames = new ArrayDeque<>();

    private interface Undo {
        void run() throws IOException;
    }

    private record UnsyncedName(Path folder, Undo undo) {}

    FailingDisk(int stepsLeft, RandomGenerator random) {
        this.stepsLeft = stepsLeft;
        this.random = random;
    }

    private void step() throws IOException {
        if (stepsLeft-- <= 0) {
            throw new IOException("the power is gone");
        }
    }

    boolean lostPower() {
        return stepsLeft < 0;
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        step();
        var channel = local.create(file);
        open.put(channel, file);
        unsyncedBytes.put(file, file);
        return channel;
    }

    @Override
    public void sync(FileChannel file) throws IOException {
        step();
        local.sync(file);
        unsyncedBytes.remove(open.get(file));
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        step();
        local.createFolder(folder);
        unsyncedNames.push(new UnsyncedName(folder.getParent(), () -> deleteAll(folder)));
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        step();
        unsyncedNames.removeIf(name -> name.folder().equals(folder));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        var before = Files.exists(to) ? Files.readAllBytes(to) : null;
        local.rename(from, to);
        if (unsyncedBytes.containsKey(from)) {
            unsyncedBytes.put(from, to);
        }
        unsyncedNames.push(new UnsyncedName(to.getParent(), () -> {
            if (before == null) {
                Files.deleteIfExists(to);
            } else if (Files.exists(to.getParent())) {
                Files.write(to, before);
            }
        }));
    }

    /** What is found when the power is back. */
    void comeBack() throws IOException {
        for (var file : unsyncedBytes.values()) {
            if (Files.exists(file)) {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(random.nextLong(channel.size() + 1));
                }
            }
        }
        while (!unsyncedNames.isEmpty()) {
            var name = unsyncedNames.pop();
            if (random.nextBoolean()) {
                name.undo().run();
            }
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package io.millrace.log.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * A disk in memory that misbehaves on command: it fails writes and syncs, runs full, loses power between any two
 * operations, and then has forgotten, torn or kept whatever was not synced, as its randomness has it.
 */
public final class SimulatedDisk implements Disk {
    private final SplittableRandom random;
    private final Map<Path, Inode> names = new TreeMap<>();
    private final Map<Path, Inode> durableNames = new TreeMap<>();
    private final List<NameChange> unsyncedNames = new ArrayList<>();

    private long operations;
    private long writtenBytes;
    private long readBytes;
    private int openFiles;
    private long powerLossAt = Long.MAX_VALUE;
    private int writesToFail;
    private int syncsToFail;
    private boolean writesBreak;
    private long capacityBytes = Long.MAX_VALUE;
    private boolean syncsHeld;
    private boolean syncWaits;
    private boolean syncDropped;
    private long fingerprint;

    private interface NameChange {
        void applyTo(Map<Path, Inode> names);
    }

    /** What was done to a file's content and is not known to be on the device. */
    private sealed interface Change {
        final class Write implements Change {
            final long position;
            final byte[] bytes;

            Write(long position, byte[] bytes) {
                this.position = position;
                this.bytes = bytes;
            }
        }

        record Cut(int bytes) implements Change {}
    }

    private static final class Inode {
        /** What is read while the power is on. */
        byte[] live = {};
        /** What is on the device for certain. */
        byte[] durable = {};

        final List<Change> unsynced = new ArrayList<>();

        static byte[] applied(byte[] content, long position, byte[] bytes, int length) {
            var grown = content.length < position + length
                    ? Arrays.copyOf(content, Math.toIntExact(position + length))
                    : content;
            System.arraycopy(bytes, 0, grown, (int) position, length);
            return grown;
        }

        static byte[] applied(byte[] content, Change change) {
            return switch (change) {
                case Change.Write write -> applied(content, write.position, write.bytes, write.bytes.length);
                case Change.Cut(int bytes) -> Arrays.copyOf(content, Math.min(content.length, bytes));
            };
        }

        /** All that was done since the last sync gets to the device; what a failed sync lost before that does not. */
        void sync() {
            for (var change : unsynced) {
                durable = applied(durable, change);
            }
            unsynced.clear();
        }
    }

    public SimulatedDisk(SplittableRandom random) {
        this.random = random;
    }

    /** How many operations that change something were asked for so far. */
    public synchronized long operations() {
        return operations;
    }

    /** How many bytes were written so far, those that were overwritten or deleted since as well. */
    public synchronized long writtenBytes() {
        return writtenBytes;
    }

    /** How many bytes were read so far. */
    public synchronized long readBytes() {
        return readBytes;
    }

    /** How many files were opened and not closed yet. */
    public synchronized int openFiles() {
        return openFiles;
    }

    /** The power goes with the operation of this number, counted from zero; that one and all later ones fail. */
    public synchronized void losePowerAt(long operation) {
        powerLossAt = operation;
    }

    public synchronized boolean powerIsOut() {
        return operations > powerLossAt;
    }

    /** Whether the power is out or will be. */
    public synchronized boolean powerCutIsComing() {
        return powerLossAt < Long.MAX_VALUE;
    }

    /** What else is fed from the same socket does something; fails if that is without power by now. */
    public synchronized void operation() throws IOException {
        count("elsewhere", 0);
    }

    /** The same for two disks exactly if they were asked for the same operations with the same bytes in the same order. */
    public synchronized long fingerprint() {
        return fingerprint;
    }

    /** Syncs of files take until {@link #releaseSyncs}. */
    public synchronized void holdSyncs() {
        syncsHeld = true;
    }

    /** Returns when a sync is being held, or when the work it would belong to has ended without one. */
    public synchronized void awaitHeldSync(CompletionStage<?> work) throws InterruptedException {
        work.whenComplete((_, _) -> wake());
        while (!syncWaits && !work.toCompletableFuture().isDone()) {
            wait();
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    public synchronized void releaseSyncs() {
        syncsHeld = false;
        notifyAll();
    }

    /** The held sync ends without having done anything, as if the process had ended. */
    public synchronized void dropHeldSync() {
        syncDropped = syncWaits;
        releaseSyncs();
    }

    private void awaitRelease() throws IOException {
        try {
            while (syncsHeld) {
                syncWaits = true;
                notifyAll();
                wait();
            }
            if (syncDropped) {
                syncDropped = false;
                throw new IOException("the process is gone");
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted in a sync", e);
        } finally {
            syncWaits = false;
        }
    }

    public synchronized void failNextWrites(int count) {
        writesToFail = count;
    }

    /** All writes from now on end with an exception that nobody expects. */
    public synchronized void breakWrites() {
        writesBreak = true;
    }

    /** Returns when so many operations that change something were asked for. */
    public synchronized void awaitOperations(long count) throws InterruptedException {
        while (operations < count) {
            wait();
        }
    }

    /** A sync that fails has written some of it and never writes the rest, whatever a later sync says. */
    public synchronized void failNextSyncs(int count) {
        syncsToFail = count;
    }

    /** No file grows once all of them hold this much. */
    public synchronized void limitTo(long bytes) {
        capacityBytes = bytes;
    }

    public synchronized long usedBytes() {
        return names.values().stream().mapToLong(inode -> inode.live.length).sum();
    }

    public synchronized byte[] content(Path file) {
        return names.get(file).live.clone();
    }

    /** Changes what is on the disk behind everybody's back. */
    public synchronized void damage(Path file, long position, byte flip) {
        var inode = names.get(file);
        inode.live[(int) position] ^= flip;
        if (position < inode.durable.length) {
            inode.durable[(int) position] ^= flip;
        }
    }

    /** Overwrites the rest of the file with zeros, as if it had never been written. */
    public synchronized void zero(Path file, long from) {
        var inode = names.get(file);
        Arrays.fill(inode.live, Math.toIntExact(from), inode.live.length, (byte) 0);
        inode.durable = inode.live.clone();
    }

    public synchronized void remove(Path file) {
        names.remove(file);
        durableNames.remove(file);
    }

    /** What is found when the power is back. */
    public synchronized SimulatedDisk afterPowerLoss(SplittableRandom chance) {
        var found = new SimulatedDisk(chance);
        var present = new HashMap<>(durableNames);
        // A journalling file system replays names in order, up to some point.
        int kept = chance.nextInt(unsyncedNames.size() + 1);
        unsyncedNames.subList(0, kept).forEach(change -> change.applyTo(present));
        present.forEach((path, inode) -> found.adopt(path, contentAfterPowerLoss(inode, chance)));
        return found;
    }

    /** What is found when only the process ended: the operating system has all of it, synced or not. */
    public synchronized SimulatedDisk afterProcessEnd(SplittableRandom chance) {
        var found = new SimulatedDisk(chance);
        names.forEach((path, inode) -> {
            found.adopt(path, inode.live.clone());
            found.names.get(path).durable = inode.durable.clone();
            found.names.get(path).unsynced.addAll(inode.unsynced);
        });
        return found;
    }

    private void adopt(Path path, byte[] content) {
        var inode = new Inode();
        inode.live = content;
        inode.durable = content.clone();
        names.put(path, inode);
        durableNames.put(path, inode);
    }

    private static byte[] contentAfterPowerLoss(Inode inode, SplittableRandom chance) {
        var content = inode.durable.clone();
        for (var change : inode.unsynced) {
            content = switch (change) {
                case Change.Write write -> partly(content, write, chance);
                case Change.Cut cut -> chance.nextBoolean() ? content : Inode.applied(content, cut);
            };
        }
        return content;
    }

    /** None of it, all of it, up to any byte, or some sectors. */
    private static byte[] partly(byte[] content, Change.Write write, SplittableRandom chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> content;
            case 1 -> Inode.applied(content, write.position, write.bytes, write.bytes.length);
            case 2 -> Inode.applied(content, write.position, write.bytes, chance.nextInt(write.bytes.length + 1));
            default -> someSectors(content, write, chance);
        };
    }

    private static byte[] someSectors(byte[] content, Change.Write write, SplittableRandom chance) {
        int sectorBytes = 512;
        var result = content;
        for (int at = 0; at < write.bytes.length; at += sectorBytes) {
            if (chance.nextBoolean()) {
                var sector = Arrays.copyOfRange(write.bytes, at, Math.min(at + sectorBytes, write.bytes.length));
                result = Inode.applied(result, write.position + at, sector, sector.length);
            }
        }
        return result;
    }

    private void count(String operation, int detail) throws IOException {
        notifyAll();
        fingerprint = 31 * (31 * fingerprint + operation.hashCode()) + detail;
        if (operations++ >= powerLossAt) {
            throw new IOException("the power is gone");
        }
    }

    private void change(NameChange change) {
        change.applyTo(names);
        unsyncedNames.add(change);
    }

    @Override
    public synchronized DiskFile open(Path file, Writes writes) throws IOException {
        if (!names.containsKey(file)) {
            count("create", file.hashCode());
            var inode = new Inode();
            change(present -> present.put(file, inode));
        }
        openFiles++;
        return new OpenFile(names.get(file));
    }

    @Override
    public synchronized List<String> list(Path directory) {
        return names.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .map(path -> path.getFileName().toString())
                .toList();
    }

    @Override
    public void createDirectories(Path directory) {
        // Names need no directory here.
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        count("rename", from.hashCode());
        if (!names.containsKey(from)) {
            throw new FileNotFoundException(from.toString());
        }
        var inode = names.get(from);
        change(present -> {
            present.remove(from);
            present.put(to, inode);
        });
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        if (names.containsKey(file)) {
            count("delete", file.hashCode());
            change(present -> present.remove(file));
        }
    }

    @Override
    public synchronized long usableBytes(Path directory) {
        return Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        count("sync names", unsyncedNames.size());
        unsyncedNames.clear();
        durableNames.clear();
        durableNames.putAll(names);
    }

    private final class OpenFile implements DiskFile {
        private final Inode inode;
        private boolean closed;

        OpenFile(Inode inode) {
            this.inode = inode;
        }

        private void refuseIfClosed() throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                refuseIfClosed();
                int bytes = Math.clamp(inode.live.length - position, 0, into.remaining());
                readBytes += bytes;
                if (bytes > 0) {
                    into.put(inode.live, (int) position, bytes);
                }
                return bytes;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                refuseIfClosed();
                if (writesBreak) {
                    throw new IllegalStateException("a bug in the disk");
                }
                var bytes = new byte[from.remaining()];
                from.duplicate().get(bytes);
                IOException failure = null;
                try {
                    count("write", Arrays.hashCode(bytes) + Long.hashCode(position));
                } catch (IOException e) {
                    if (operations - 1 > powerLossAt) {
                        throw e;
                    }
                    // The write on which the power went may have reached the disk in part.
                    failure = e;
                }
                if (writesToFail > 0) {
                    writesToFail--;
                    bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                    failure = new IOException("Input/output error");
                }
                long growth = position + bytes.length - inode.live.length;
                if (growth > 0 && usedBytes() + growth > capacityBytes) {
                    int fitting = Math.clamp(capacityBytes - usedBytes() + bytes.length - growth, 0, bytes.length);
                    bytes = Arrays.copyOf(bytes, fitting);
                    failure = new IOException("No space left on device");
                }
                writtenBytes += bytes.length;
                inode.live = Inode.applied(inode.live, position, bytes, bytes.length);
                inode.unsynced.add(new Change.Write(position, bytes));
                if (failure != null) {
                    throw failure;
                }
                from.position(from.limit());
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (SimulatedDisk.this) {
                refuseIfClosed();
                awaitRelease();
                count("sync", inode.unsynced.size());
                if (syncsToFail > 0) {
                    syncsToFail--;
                    inode.durable = contentAfterPowerLoss(inode, random);
                    inode.unsynced.clear();
                    throw new IOException("Input/output error");
                }
                inode.sync();
            }
        }

        @Override
        public void truncate(long bytes) throws IOException {
            synchronized (SimulatedDisk.this) {
                refuseIfClosed();
                count("truncate", (int) bytes);
                var cut = new Change.Cut((int) Math.min(inode.live.length, bytes));
                inode.live = Inode.applied(inode.live, cut);
                inode.unsynced.add(cut);
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                refuseIfClosed();
                return inode.live.length;
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                openFiles -= closed ? 0 : 1;
                closed = true;
            }
        }
    }
}

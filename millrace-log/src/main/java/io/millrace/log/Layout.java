package io.millrace.log;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files are the log, and the manifest that says so durably.
 *
 * <p>The committer asks it for segments, housekeeping for everything else; its lock is held across disk operations, so
 * readers and appends in the making never take it. What changes here counts once {@link #publish} has returned: a
 * manifest that could not be swapped in may still turn up after a crash, so nothing it might name is touched until the
 * next one stands.
 */
final class Layout {
    private static final Logger LOG = LoggerFactory.getLogger(Layout.class);

    /** More emptied segment files than this are deleted. */
    private static final int SPARES_MAX_COUNT = 4;

    private final Path directory;
    private final Disk disk;
    private final Durability durability;
    private final Disk.Writes segmentWrites;
    private final Map<ShardKey, Shard> shards;
    private final ManifestFile manifestFile;
    private final long salt;

    private final List<Store> stores = new ArrayList<>();
    /** Segments in the manifest, open and empty, for the committer to go on with. */
    private final Deque<Store> ready = new ArrayDeque<>();
    /** Empty and open, but the manifest that was to name it could not be written; it is tried again. */
    private @Nullable Store unnamed;
    /** Segment files that are not in use, by number. */
    private final Deque<Integer> spares = new ArrayDeque<>();
    /** No longer in the log; their files are let go when a manifest without them stands. */
    private final List<Store> leaving = new ArrayList<>();

    private long epoch;
    private long nextGeneration;
    private long endedSequence;
    private int nextNumber;

    /** Where a layout begins: what recovery read, or nothing. */
    record Start(long epoch, long salt, long nextGeneration, long endedSequence, int nextNumber) {}

    Layout(LogConfig config, Disk disk, Map<ShardKey, Shard> shards, Start start) {
        this.directory = config.directory();
        this.disk = disk;
        this.durability = config.durability();
        this.segmentWrites = segmentWrites(durability);
        this.shards = shards;
        this.manifestFile = new ManifestFile(disk, config.directory());
        this.salt = start.salt;
        this.epoch = start.epoch;
        this.nextGeneration = start.nextGeneration;
        this.endedSequence = start.endedSequence;
        this.nextNumber = start.nextNumber;
    }

    static Disk.Writes segmentWrites(Durability durability) {
        return switch (durability) {
            case FSYNC -> Disk.Writes.DIRECT;
            case OS -> Disk.Writes.LARGE_DIRECT;
        };
    }

    /** Takes in a file that recovery found to be part of the log. */
    synchronized void adopt(Store store) {
        stores.add(store);
    }

    /** Takes in a segment file that recovery found unused. */
    synchronized void adoptSpare(int number) throws IOException {
        if (spares.size() < SPARES_MAX_COUNT) {
            spares.add(number);
        } else {
            disk.delete(directory.resolve(Store.Kind.SEGMENT.fileName(number)));
        }
    }

    synchronized List<Store> inPhase(Store.Phase phase) {
        return stores.stream().filter(store -> store.phase() == phase).toList();
    }

    synchronized int readyCount() {
        return ready.size();
    }

    synchronized long endedSequence() {
        return endedSequence;
    }

    /**
     * Gives the committer an empty segment that the manifest names: one that was made ready if there is one, else a file
     * that grows.
     */
    synchronized Store nextSegment() throws IOException {
        if (ready.isEmpty()) {
            makeReady();
        }
        var segment = ready.remove();
        segment.reach(Store.Phase.OPEN, 0);
        return segment;
    }

    /** Puts one more empty segment into the manifest, for the committer to go on with. */
    synchronized void makeReady() throws IOException {
        var store = unnamed;
        if (store == null) {
            store = emptySegment();
            stores.add(store);
            unnamed = store;
        }
        publish();
        unnamed = null;
        ready.add(store);
    }

    private Store emptySegment() throws IOException {
        DiskFile file;
        int number;
        if (spares.isEmpty()) {
            file = newSegmentFile(nextNumber);
            number = nextNumber++;
        } else {
            file = disk.open(directory.resolve(Store.Kind.SEGMENT.fileName(spares.getFirst())), segmentWrites);
            number = spares.remove();
        }
        var stamp = new BatchHeader.Stamp(nextGeneration++, epoch, salt);
        return new Store(number, Store.Kind.SEGMENT, stamp, file, Store.Phase.READY, 0);
    }

    /** A file whose name is durable, before any manifest names it. */
    private DiskFile newSegmentFile(int number) throws IOException {
        var file = disk.open(directory.resolve(Store.Kind.SEGMENT.fileName(number)), segmentWrites);
        try {
            disk.syncDirectory(directory);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** A new file that is to become a spare when it has been written full; not part of the log before that. */
    synchronized Spare newSpare() throws IOException {
        var file = newSegmentFile(nextNumber);
        return new Spare(nextNumber++, file);
    }

    record Spare(int number, DiskFile file) {}

    synchronized boolean hasSpare() {
        return !spares.isEmpty();
    }

    /** Deletes a file that is not part of the log and never was. */
    synchronized void discard(Store.Kind kind, int number) throws IOException {
        disk.delete(directory.resolve(kind.fileName(number)));
    }

    long usableBytes() throws IOException {
        return disk.usableBytes(directory);
    }

    /** A new file for the rewriter; not part of the log before {@link #replace}. */
    synchronized Store newRun() throws IOException {
        int number = nextNumber++;
        var file = disk.open(directory.resolve(Store.Kind.RUN.fileName(number)), Disk.Writes.DIRECT);
        var stamp = new BatchHeader.Stamp(nextGeneration++, epoch, salt);
        return new Store(number, Store.Kind.RUN, stamp, file, Store.Phase.OPEN, 0);
    }

    /** A segment takes no more batches. Recovery would find its end by itself, so the next manifest may say it. */
    synchronized void end(Store segment, long end, long lastSequence) {
        endedSequence = lastSequence;
        if (end == 0) {
            leave(segment);
        } else {
            segment.reach(Store.Phase.ENDED, end);
        }
    }

    /**
     * Gives up what may lie in a segment behind its last durable batch, after a failed write or sync. Nothing may be
     * acknowledged before the manifest says so, or recovery could believe what is given up; {@link #nextSegment}
     * publishes it because none that was made ready is good for the new epoch.
     */
    synchronized void abandon(Store segment, long durableEnd, long lastSequence) {
        try {
            // Not for safety, but for space: on a full disk this is what the next manifest needs.
            segment.file().truncate(durableEnd);
        } catch (IOException e) {
            LOG.debug("The end of an abandoned segment stays: {}", e.toString());
        }
        end(segment, durableEnd, lastSequence);
        epoch++;
        while (!ready.isEmpty()) {
            leave(ready.remove());
        }
        if (unnamed != null) {
            leave(unnamed);
            unnamed = null;
        }
    }

    /** The footer is there and synced. */
    synchronized void seal(Store store) throws IOException {
        store.reach(Store.Phase.SEALED, store.end());
        publish();
    }

    /**
     * Puts runs, whole and synced, in the place of the files they were made of; either all of it counts or nothing. The
     * old files stay until {@link #retire}, when no reader is sent to them any more.
     */
    synchronized void replace(Collection<Store> old, Collection<Store> runs) throws IOException {
        disk.syncDirectory(directory);
        stores.removeAll(old);
        stores.addAll(runs);
        try {
            swapManifest();
        } catch (IOException e) {
            stores.removeAll(runs);
            stores.addAll(old);
            // They may be the log after a crash all the same, until the next manifest stands.
            leaving.addAll(runs);
            throw e;
        }
    }

    /** Takes files out of the log that hold nothing any more. */
    synchronized void retire(Collection<Store> dead) throws IOException {
        dead.forEach(this::leave);
        publish();
    }

    private void leave(Store store) {
        stores.remove(store);
        leaving.add(store);
    }

    /** Makes all that was changed durable, then lets go of what left. */
    synchronized void publish() throws IOException {
        swapManifest();
        letGo();
    }

    /**
     * What the manifest says must not be newer than the segments: neither where one ends, nor how far a shard has come.
     * With {@link Durability#FSYNC} they are on the device before anybody can know of it; else they are sent there now,
     * after the manifest was drawn up and before it counts.
     */
    private void swapManifest() throws IOException {
        var manifest = manifest();
        switch (durability) {
            case FSYNC -> {
                // The committer has synced each batch.
            }
            case OS -> syncSegmentsWithoutFooter();
        }
        manifestFile.swap(manifest);
    }

    private void syncSegmentsWithoutFooter() throws IOException {
        for (var store : stores) {
            switch (store.phase()) {
                case OPEN, ENDED -> store.file().sync();
                case READY, SEALED -> {
                    // Nothing is in it yet, or all of it was synced with its footer.
                }
            }
        }
    }

    /** Lets go of the files that left; only when no reader can be sent to them and no manifest names them. */
    synchronized void letGo() throws IOException {
        for (var store : List.copyOf(leaving)) {
            leaving.remove(store);
            store.close();
            switch (store.kind()) {
                case SEGMENT -> adoptSpare(store.number());
                case RUN -> disk.delete(directory.resolve(Store.Kind.RUN.fileName(store.number())));
            }
        }
    }

    private Manifest manifest() {
        var storeEntries = stores.stream()
                .map(store -> new Manifest.StoreEntry(
                        store.number(),
                        store.kind(),
                        store.phase(),
                        store.stamp().generation(),
                        store.stamp().epoch(),
                        store.end()))
                .toList();
        var shardEntries = shards.values().stream()
                .filter(shard -> !shard.isDeleted())
                .map(shard -> new Manifest.ShardEntry(
                        shard.key().id(),
                        shard.retentionMillis(),
                        shard.trimOffset(),
                        shard.nextOffset(),
                        shard.lastArrivalMillis(),
                        shard.isSealed()))
                .toList();
        return new Manifest(epoch, salt, nextGeneration, endedSequence, storeEntries, shardEntries);
    }

    synchronized void close() {
        leaving.addAll(stores);
        for (var store : leaving) {
            try {
                store.close();
            } catch (IOException e) {
                // All that counts was synced before; the descriptor is gone either way.
                LOG.warn("A file of the log did not close well: {}", e.toString());
            }
        }
    }
}

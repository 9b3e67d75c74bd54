package io.millrace.log;

import io.millrace.log.disk.Disk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Finds out from the files what was durable: reads the manifest and the footers, then walks the segments that were open.
 *
 * <p>A batch that is not whole ends the log if nothing proves that it was durable once: it was being written when the
 * power went, and nobody was told of it. If a later batch, which carries the number of the last durable one before it, or
 * the manifest proves otherwise, records are lost and the log is refused.
 */
final class Recovery {
    private static final long READY_LOOKED_AT_BYTES = 4 * 1024 * 1024;

    private static final int REWRITTEN_AT_ONCE_BYTES = 1024 * 1024;

    private final LogConfig config;
    private final Disk disk;
    private final Map<ShardKey, Shard> shards;
    private long lastSequence;
    private long lastArrivalMillis;

    Recovery(LogConfig config, Disk disk, Map<ShardKey, Shard> shards) {
        this.config = config;
        this.disk = disk;
        this.shards = shards;
    }

    /** What the committer goes on from. */
    record Found(Layout layout, long lastSequence, long lastArrivalMillis) {}

    Found run(RandomGenerator random) throws IOException {
        disk.createDirectories(config.directory());
        var names = new HashSet<>(disk.list(config.directory()));
        if (!names.contains(ManifestFile.NAME)) {
            refuseSegmentsWithoutManifest(names);
            var start = new Layout.Start(1, random.nextLong(), 1, 0, 1);
            return new Found(new Layout(config, disk, shards, start), 0, 0);
        }
        var manifest = ManifestFile.read(disk, config.directory());
        var start = new Layout.Start(
                manifest.epoch() + 1,
                manifest.salt(),
                manifest.nextGeneration(),
                manifest.endedSequence(),
                highestNumber(names) + 1);
        var layout = new Layout(config, disk, shards, start);
        lastSequence = manifest.endedSequence();
        manifest.shards().forEach(this::restoreShard);
        readClosed(manifest, names, layout);
        readOpen(manifest, names, layout);
        shards.values().removeIf(Shard::isDeleted);
        for (var shard : shards.values()) {
            shard.sortPieces();
            shard.resetDraft();
            lastArrivalMillis = Math.max(lastArrivalMillis, shard.lastArrivalMillis());
        }
        sweep(names, layout);
        return new Found(layout, lastSequence, lastArrivalMillis);
    }

    private void refuseSegmentsWithoutManifest(Set<String> names) {
        for (var name : names) {
            if (highestNumber(Set.of(name)) > 0) {
                throw new CorruptLogException(config.directory() + " holds " + name + " but no file named '"
                        + ManifestFile.NAME + "', without which it cannot be read");
            }
        }
    }

    private void restoreShard(Manifest.ShardEntry entry) {
        var shard = new Shard(new ShardKey(entry.id()), entry.retentionMillis());
        shard.advanceTo(entry.nextOffset(), entry.lastArrivalMillis());
        shard.trimTo(entry.trimOffset());
        if (entry.sealed()) {
            shard.seal();
        }
        shards.put(shard.key(), shard);
    }

    private void readClosed(Manifest manifest, Set<String> names, Layout layout) throws IOException {
        for (var entry : manifest.stores()) {
            switch (entry.phase()) {
                case SEALED -> {
                    var store = open(entry, manifest.salt(), names);
                    layout.adopt(store);
                    readFooter(store);
                }
                case ENDED -> {
                    var store = open(entry, manifest.salt(), names);
                    layout.adopt(store);
                    readEnded(store);
                }
                case READY, OPEN -> {
                    // Their turn comes when all before them is known.
                }
            }
        }
    }

    private Store open(Manifest.StoreEntry entry, long salt, Set<String> names) throws IOException {
        var name = entry.kind().fileName(entry.number());
        if (!names.remove(name)) {
            throw new CorruptLogException(config.directory().resolve(name) + " is missing; the manifest names it");
        }
        var writes = Layout.segmentWrites(config.durability());
        var file = disk.open(config.directory().resolve(name), writes);
        var stamp = new BatchHeader.Stamp(entry.generation(), entry.epoch(), salt);
        return new Store(entry.number(), entry.kind(), stamp, file, entry.phase(), entry.end());
    }

    private void readFooter(Store store) throws IOException {
        for (var entry : Footer.read(store)) {
            var shard = shards.get(entry.shard());
            // Deleted or trimmed since: the bytes are dead, and go with the file.
            if (shard != null && entry.piece().nextOffset() > shard.trimOffset()) {
                shard.addPiece(entry.piece());
            }
        }
    }

    private void readEnded(Store store) throws IOException {
        var scanner = new SegmentScanner(store);
        while (scanner.position() < store.end()) {
            var batch = scanner.next();
            if (batch == null) {
                throw store.corruptAt(scanner.position(), "a batch that was durable does not fit its checksum");
            }
            replay(batch, store, this::replayRecords);
        }
    }

    private void readOpen(Manifest manifest, Set<String> names, Layout layout) throws IOException {
        var open = manifest.stores().stream()
                .filter(entry -> entry.phase().compareTo(Store.Phase.OPEN) <= 0)
                .sorted(Comparator.comparingLong(Manifest.StoreEntry::generation))
                .toList();
        for (var entry : open) {
            var store = open(entry, manifest.salt(), names);
            var scanner = new SegmentScanner(store);
            long provenEnd = replayUntilHole(scanner, store);
            refuseIfLost(scanner, store);
            layout.adopt(store);
            if (scanner.position() > 0) {
                makeDurable(store, provenEnd, scanner.position());
            }
            layout.end(store, scanner.position(), lastSequence);
        }
    }

    /** A batch that no later one has proven to be on the device so far. */
    private record Unproven(long sequence, long position) {}

    /** Returns up to where the batches are proven to be on the device. */
    private long replayUntilHole(SegmentScanner scanner, Store store) throws IOException {
        var unproven = new ArrayDeque<Unproven>();
        while (true) {
            long before = scanner.position();
            var batch = scanner.next();
            if (batch == null) {
                return unproven.isEmpty() ? before : unproven.getFirst().position();
            }
            if (batch.header().sequence() != lastSequence + 1) {
                if (batch.header().durableSequence() > lastSequence) {
                    throw store.corruptAt(
                            before,
                            "batch " + batch.header().sequence() + " follows batch " + lastSequence
                                    + "; those between were durable and are gone");
                }
                scanner.backTo(before);
                return unproven.isEmpty() ? before : unproven.getFirst().position();
            }
            lastSequence = batch.header().sequence();
            while (!unproven.isEmpty()
                    && unproven.getFirst().sequence() <= batch.header().durableSequence()) {
                unproven.remove();
            }
            unproven.add(new Unproven(lastSequence, before));
            replay(batch, store, this::replay);
        }
    }

    /**
     * What only the operating system's memory may have must not be lost once readers have seen it. It is written again,
     * because a sync alone proves nothing here: if one failed before the process ended, what it should have written counts
     * as written ever since.
     */
    private static void makeDurable(Store store, long from, long end) throws IOException {
        var chunk = Format.blockAligned((int) Math.min(end - from, REWRITTEN_AT_ONCE_BYTES));
        for (long at = from; at < end; at += chunk.capacity()) {
            chunk.clear().limit((int) Math.min(end - at, chunk.capacity()));
            int bytes = store.file().read(chunk, at);
            Format.zero(chunk, bytes, chunk.limit());
            store.file().write(chunk.rewind(), at);
        }
        store.file().sync();
    }

    private void refuseIfLost(SegmentScanner scanner, Store store) throws IOException {
        // Most of a ready segment is not looked at: it is long, and nobody has said that there is anything in it.
        long within =
                scanner.position() == 0 && store.phase() == Store.Phase.READY ? READY_LOOKED_AT_BYTES : Long.MAX_VALUE;
        long proof = scanner.proofOfLoss(lastSequence + 1, within);
        if (proof >= 0) {
            throw store.corruptAt(
                    scanner.position(),
                    "a batch that was durable does not fit its checksum (the one at byte " + proof
                            + " was written after it)");
        }
    }

    private interface GroupReplay {
        void replay(GroupHeader group, Store store, int position);
    }

    private void replay(SegmentScanner.Batch batch, Store store, GroupReplay groups) {
        int at = Format.BATCH_HEADER_BYTES;
        for (int group = 0; group < batch.header().groups(); group++) {
            var header = GroupHeader.read(batch.bytes(), at);
            lastArrivalMillis = Math.max(lastArrivalMillis, header.arrivalMillis());
            groups.replay(header, store, Math.toIntExact(batch.position() + at));
            at += header.paddedBytes();
        }
    }

    /**
     * A group of a segment that has ended. How its shard stands the manifest knows, and better: a later step may have been
     * in a file that is gone by now.
     */
    private void replayRecords(GroupHeader group, Store store, int position) {
        var shard = shards.get(new ShardKey(group.shard()));
        if (group.kind() == GroupKind.RECORDS && shard != null) {
            store.add(shard, group, position);
        }
    }

    private void replay(GroupHeader group, Store store, int position) {
        var key = new ShardKey(group.shard());
        if (group.kind() == GroupKind.OPEN) {
            shards.computeIfAbsent(key, _ -> new Shard(key, group.value())).retain(group.value());
            return;
        }
        var shard = shards.get(key);
        if (shard == null) {
            // Deleted later, and the manifest knows already.
            return;
        }
        switch (group.kind()) {
            case RECORDS -> {
                if (!shard.isDeleted()) {
                    store.add(shard, group, position);
                }
                shard.advanceTo(group.nextOffset(), group.arrivalMillis());
            }
            case SEAL -> shard.seal();
            case TRIM -> shard.trimTo(group.value());
            case DELETE -> shard.delete();
            case OPEN -> throw new AssertionError("handled above");
        }
    }

    private static int highestNumber(Set<String> names) {
        int highest = 0;
        for (var name : names) {
            for (var kind : Store.Kind.values()) {
                highest = Math.max(highest, kind.numberIn(name));
            }
        }
        return highest;
    }

    /** Files the manifest does not name: unused segments may serve again, runs were never finished or are replaced. */
    private void sweep(Set<String> unnamed, Layout layout) throws IOException {
        for (var name : unnamed) {
            int segment = Store.Kind.SEGMENT.numberIn(name);
            if (segment > 0) {
                layout.adoptSpare(segment);
            } else if (Store.Kind.RUN.numberIn(name) > 0) {
                disk.delete(config.directory().resolve(name));
            }
        }
    }
}

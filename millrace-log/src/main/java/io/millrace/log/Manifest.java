package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The page that says which files are the log, and how the shards stood when it was written.
 *
 * <p>Layout: magic:4 version:1 zero:3 crc:4 bytes:4 epoch:8 salt:8 nextGeneration:8 endedSequence:8 stores:4 shards:4, then
 * the stores, then the shards. The checksum covers all that follows it.
 *
 * @param endedSequence the last batch of the last segment that is not open; batches in open segments follow it
 */
record Manifest(
        long epoch,
        long salt,
        long nextGeneration,
        long endedSequence,
        List<StoreEntry> stores,
        List<ShardEntry> shards) {
    private static final int HEADER_BYTES = 56;
    private static final int CHECKED_FROM = 12;

    /** Layout: number:4 kind:1 phase:1 zero:2 generation:8 epoch:8 end:8. */
    record StoreEntry(int number, Store.Kind kind, Store.Phase phase, long generation, long epoch, long end) {
        static final int BYTES = 32;
    }

    /** Layout: id:8 retentionMillis:8 trimOffset:8 nextOffset:8 lastArrivalMillis:8 sealed:1 zero:7. */
    record ShardEntry(
            long id, long retentionMillis, long trimOffset, long nextOffset, long lastArrivalMillis, boolean sealed) {
        static final int BYTES = 48;
    }

    ByteBuffer encode() {
        int bytes = HEADER_BYTES + stores.size() * StoreEntry.BYTES + shards.size() * ShardEntry.BYTES;
        var page = ByteBuffer.allocate(bytes);
        page.putInt(Format.MANIFEST_MAGIC).put(Format.VERSION).position(CHECKED_FROM);
        page.putInt(bytes).putLong(epoch).putLong(salt).putLong(nextGeneration).putLong(endedSequence);
        page.putInt(stores.size()).putInt(shards.size());
        for (var store : stores) {
            page.putInt(store.number).put(store.kind.code()).put(store.phase.code());
            page.putShort((short) 0)
                    .putLong(store.generation)
                    .putLong(store.epoch)
                    .putLong(store.end);
        }
        for (var shard : shards) {
            page.putLong(shard.id).putLong(shard.retentionMillis).putLong(shard.trimOffset);
            page.putLong(shard.nextOffset).putLong(shard.lastArrivalMillis);
            page.putLong(shard.sealed ? 1L << 56 : 0);
        }
        page.putInt(8, Format.crc(page, CHECKED_FROM, bytes));
        return page.flip();
    }

    /**
     * Reads a whole manifest.
     *
     * @throws LogFormatException if a newer version wrote it
     * @throws CorruptLogException if it is not as it was written
     */
    static Manifest decode(ByteBuffer page, String file) {
        if (page.limit() < HEADER_BYTES || page.getInt(0) != Format.MANIFEST_MAGIC) {
            throw new CorruptLogException(file + " is damaged at byte 0: it does not begin as a manifest does");
        }
        if (page.get(4) > Format.VERSION) {
            throw new LogFormatException(file + " has format version " + page.get(4)
                    + "; this version of Millrace reads up to " + Format.VERSION + ". Start the newer one.");
        }
        if (page.getInt(CHECKED_FROM) != page.limit()
                || page.getInt(8) != Format.crc(page, CHECKED_FROM, page.limit())) {
            throw new CorruptLogException(
                    file + " is damaged: its " + page.limit() + " bytes do not fit the checksum at byte 8");
        }
        page.position(CHECKED_FROM + Integer.BYTES);
        long epoch = page.getLong();
        long salt = page.getLong();
        long nextGeneration = page.getLong();
        long endedSequence = page.getLong();
        int storeCount = page.getInt();
        int shardCount = page.getInt();
        var stores = new ArrayList<StoreEntry>(storeCount);
        for (int store = 0; store < storeCount; store++) {
            stores.add(decodeStore(page));
        }
        var shards = new ArrayList<ShardEntry>(shardCount);
        for (int shard = 0; shard < shardCount; shard++) {
            shards.add(decodeShard(page));
        }
        return new Manifest(epoch, salt, nextGeneration, endedSequence, stores, shards);
    }

    private static StoreEntry decodeStore(ByteBuffer page) {
        int number = page.getInt();
        var kind = Store.Kind.of(page.get());
        var phase = Store.Phase.of(page.get());
        page.getShort();
        return new StoreEntry(number, kind, phase, page.getLong(), page.getLong(), page.getLong());
    }

    private static ShardEntry decodeShard(ByteBuffer page) {
        return new ShardEntry(
                page.getLong(), page.getLong(), page.getLong(), page.getLong(), page.getLong(), page.getLong() != 0);
    }
}

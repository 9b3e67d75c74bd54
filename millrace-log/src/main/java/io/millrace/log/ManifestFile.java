package io.millrace.log;

import io.millrace.log.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest on disk: written aside, synced, renamed over the old one, so that a crash leaves the one or the other.
 *
 * <p>A file of zeros holds space in reserve: when the disk is full, it makes way for the manifest that gives up old
 * records, without which there would never be space again.
 */
final class ManifestFile {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestFile.class);

    static final String NAME = "manifest";
    private static final String ASIDE = "manifest.new";
    private static final String RESERVE = "reserve";
    private static final int RESERVE_BYTES = 64 * 1024;

    private final Disk disk;
    private final Path directory;
    private int reservedBytes;

    ManifestFile(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    static Manifest read(Disk disk, Path directory) throws IOException {
        var path = directory.resolve(NAME);
        try (var file = disk.open(path, Disk.Writes.CACHED)) {
            var page = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(page, 0);
            return Manifest.decode(page.flip(), path.toString());
        }
    }

    /** Returns when the manifest stands. After an exception either may stand, until a later swap succeeds. */
    void swap(Manifest manifest) throws IOException {
        var page = manifest.encode();
        writeAside(page);
        disk.rename(directory.resolve(ASIDE), directory.resolve(NAME));
        disk.syncDirectory(directory);
        reserveFor(page.limit());
    }

    private void writeAside(ByteBuffer page) throws IOException {
        try {
            tryWriteAside(page.duplicate());
        } catch (IOException e) {
            if (reservedBytes > 0) {
                LOG.info("The manifest takes the space in reserve: {}", e.toString());
            }
            giveUpReserve();
            tryWriteAside(page.duplicate());
        }
    }

    private void tryWriteAside(ByteBuffer page) throws IOException {
        var aside = directory.resolve(ASIDE);
        disk.delete(aside);
        try (var file = disk.open(aside, Disk.Writes.CACHED)) {
            file.write(page, 0);
            file.sync();
        }
    }

    private void reserveFor(int manifestBytes) {
        if (reservedBytes >= manifestBytes) {
            return;
        }
        int enoughBytes = Format.padded(2 * manifestBytes, Format.BLOCK_BYTES);
        if (!tryReserve(Math.max(RESERVE_BYTES, enoughBytes))) {
            boolean _ = tryReserve(enoughBytes);
        }
    }

    private boolean tryReserve(int bytes) {
        try (var file = disk.open(directory.resolve(RESERVE), Disk.Writes.CACHED)) {
            file.write(ByteBuffer.allocate(bytes), 0);
            file.sync();
            reservedBytes = bytes;
            return true;
        } catch (IOException e) {
            LOG.debug("No {} bytes can be held in reserve: {}", bytes, e.toString());
            giveUpReserve();
            return false;
        }
    }

    /** It is tried again with the next manifest. */
    private void giveUpReserve() {
        reservedBytes = 0;
        try {
            disk.delete(directory.resolve(RESERVE));
        } catch (IOException e) {
            LOG.debug("The reserve cannot be deleted: {}", e.toString());
        }
    }
}

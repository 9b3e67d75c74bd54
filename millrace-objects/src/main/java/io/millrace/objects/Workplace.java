package io.millrace.objects;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code .incoming} beside the buckets, where objects grow until they are whole. One process at a time has it, so
 * that whatever lies there at the beginning is left over from a crash.
 */
final class Workplace implements AutoCloseable {
    static final String NAME = ".incoming";
    private static final String LOCK = "LOCK";

    private final Path folder;
    private final FileSteps files;
    private final FileChannel lockFile;
    private final DurableFolders folders;
    private final AtomicLong next = new AtomicLong();

    private Workplace(Path folder, FileSteps files, FileChannel lockFile, DurableFolders folders) {
        this.folder = folder;
        this.files = files;
        this.lockFile = lockFile;
        this.folders = folders;
    }

    /** Takes the folder and clears it. */
    static Workplace open(Path root, FileSteps files) throws IOException {
        var folders = DurableFolders.below(root, files);
        var folder = root.resolve(NAME);
        folders.make(folder);
        var lockFile = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (tryLock(lockFile) == null) {
                throw new ObjectStoreException.Unavailable(
                        "The objects folder " + root + " is in use by another process; give each its own.", null);
            }
            clear(folder);
            return new Workplace(folder, files, lockFile, folders);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // another store of this very process holds it
        }
    }

    private static void clear(Path folder) throws IOException {
        try (var leftovers = Files.newDirectoryStream(folder, file -> !file.endsWith(LOCK))) {
            for (var leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    /** A file that is being written, and where it lies until it gets its name. */
    record Draft(Path path, FileChannel channel) {}

    Draft begin() throws IOException {
        while (true) {
            var path = folder.resolve(Long.toString(next.incrementAndGet()));
            try {
                return new Draft(path, files.create(path));
            } catch (FileAlreadyExistsException _) {
                // Somebody put a file here; it is not ours to replace.
            }
        }
    }

    FileSteps files() {
        return files;
    }

    DurableFolders folders() {
        return folders;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}

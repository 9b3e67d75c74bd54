package io.millrace.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds all a server keeps, held by one process at a time.
 *
 * <p>{@code FORMAT} names the layout's version; {@code LOCK} is locked while a server runs (the operating system gives
 * it free when a process dies); {@code admin-token} is for those who administer that server; {@code catalog.db}, {@code log/}
 * and {@code tls/} belong to their rooms.
 */
final class DataDirectory implements AutoCloseable {
    private static final int FORMAT_VERSION = 1;
    private static final String FORMAT_PREFIX = "millrace data directory, version ";

    private final Path root;
    private final FileChannel lockFile;

    private DataDirectory(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder if it is missing, and takes it.
     *
     * @throws StartRefusedException if it can't be written, another process holds it, or a newer version wrote it
     */
    static DataDirectory open(Path path) {
        var root = path.toAbsolutePath().normalize();
        try {
            makeDurably(root);
            var lockFile = FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lockFile) == null) {
                lockFile.close();
                throw new StartRefusedException("The data directory " + root
                        + " is in use by another Millrace process; stop that one or choose another with --data-dir.");
            }
            checkFormat(root);
            return new DataDirectory(root, lockFile);
        } catch (AccessDeniedException e) {
            throw new StartRefusedException("The data directory " + root + " can't be written (" + e.getFile()
                    + " is not accessible to this user); choose another with --data-dir.");
        } catch (FileAlreadyExistsException e) {
            throw new StartRefusedException("The data directory " + root + " can't be used: " + e.getFile()
                    + " is a file; choose another with --data-dir.");
        } catch (IOException e) {
            throw new StartRefusedException(
                    "The data directory " + root + " can't be used: " + e.getMessage() + ".", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // a server of this very process holds it
        }
    }

    /** Makes the missing folders so that they survive a power cut: each new name is synced in its parent. */
    private static void makeDurably(Path folder) throws IOException {
        var parent = folder.getParent();
        if (Files.isDirectory(folder) || parent == null) {
            return;
        }
        makeDurably(parent);
        Files.createDirectory(folder);
        syncFolder(parent);
    }

    private static void syncFolder(Path folder) throws IOException {
        try (var open = FileChannel.open(folder, StandardOpenOption.READ)) {
            open.force(true);
        }
    }

    private static void checkFormat(Path root) throws IOException {
        var file = root.resolve("FORMAT");
        if (!Files.exists(file)) {
            writeFormat(root, file);
            return;
        }
        var text = Files.readString(file).strip();
        var version = text.startsWith(FORMAT_PREFIX) ? text.substring(FORMAT_PREFIX.length()) : "";
        if (!version.matches("[0-9]{1,9}")) {
            throw new StartRefusedException("The data directory " + root + " is not Millrace's: its FORMAT file says '"
                    + text.lines().findFirst().orElse("") + "'.");
        }
        if (Integer.parseInt(version) > FORMAT_VERSION) {
            throw new StartRefusedException("The data directory " + root + " was written by a newer Millrace (format "
                    + version + ", this one knows " + FORMAT_VERSION + "); start it with that version.");
        }
    }

    /** Whole or not at all: half a FORMAT file would keep its owner out of the data. */
    private static void writeFormat(Path root, Path file) throws IOException {
        var aside = root.resolve("FORMAT.new");
        try (var out = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(ByteBuffer.wrap((FORMAT_PREFIX + FORMAT_VERSION + "\n").getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        // The folders of the rooms are made here, so that their names are durable before anything in them is.
        for (var room : List.of("log", "tls")) {
            Files.createDirectories(root.resolve(room));
        }
        syncFolder(root);
    }

    Path root() {
        return root;
    }

    Path adminToken() {
        return root.resolve("admin-token");
    }

    Path log() {
        return root.resolve("log");
    }

    Path catalog() {
        return root.resolve("catalog.db");
    }

    Path tls() {
        return root.resolve("tls");
    }

    /** Gives the folder free for another process. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}

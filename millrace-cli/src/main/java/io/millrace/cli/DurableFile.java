package io.millrace.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files that are either as they were or as they were to become, whenever the power fails. */
final class DurableFile {
    private DurableFile() {}

    static void replace(Path file, byte[] content) throws IOException {
        var beside = file.resolveSibling(file.getFileName() + ".new");
        try (var channel = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        putInPlace(beside, file);
    }

    /** Gives a file that is durable itself its name. */
    static void putInPlace(Path written, Path name) throws IOException {
        Files.move(written, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectoryOf(name);
    }

    /**
     * Gives a file that is durable itself its name, if nothing has that.
     *
     * @throws FileAlreadyExistsException if something has
     */
    static void putInFreePlace(Path written, Path name) throws IOException {
        try {
            // Unlike a move, which replaces what is there, a second name is refused by the file system itself.
            Files.createLink(name, written);
            Files.delete(written);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException _) {
            // This file system knows no second names, and so no more than a look beforehand.
            Files.move(written, name);
        }
        syncDirectoryOf(name);
    }

    private static void syncDirectoryOf(Path name) throws IOException {
        try (var directory = FileChannel.open(parent(name), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    static Path parent(Path file) {
        var parent = file.toAbsolutePath().getParent();
        assert parent != null : file;
        return parent;
    }
}

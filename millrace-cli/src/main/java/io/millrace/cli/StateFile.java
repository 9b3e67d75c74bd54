package io.millrace.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file in which a command remembers how far it has come, kept from others while this command runs. Owned by one thread. */
final class StateFile implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private StateFile(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @throws CommandFailure if another command uses it */
    static StateFile open(Path path) throws IOException {
        Files.createDirectories(DurableFile.parent(path));
        var lock = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return new StateFile(path, lock);
            }
        } catch (OverlappingFileLockException _) {
            // A command in this process: told below in the same words.
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        lock.close();
        throw new CommandFailure("Another millrace is using " + path + ".");
    }

    Path path() {
        return path;
    }

    Optional<byte[]> read() throws IOException {
        return Files.exists(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
    }

    void write(byte[] content) throws IOException {
        DurableFile.replace(path, content);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}

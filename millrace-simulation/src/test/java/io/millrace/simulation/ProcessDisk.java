package io.millrace.simulation;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The disk as one process sees it, until the process is killed. What it wrote stays where it was: synced or not. */
final class ProcessDisk implements Disk {
    private final Disk disk;
    private volatile boolean killed;

    ProcessDisk(Disk disk) {
        this.disk = disk;
    }

    void kill() {
        killed = true;
    }

    private Disk alive() throws IOException {
        requireAlive();
        return disk;
    }

    private void requireAlive() throws IOException {
        if (killed) {
            throw new IOException("the process is gone");
        }
    }

    @Override
    public DiskFile open(Path file, Writes writes) throws IOException {
        return new OpenFile(alive().open(file, writes));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return alive().list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        alive().createDirectories(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        alive().rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        alive().delete(file);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return alive().usableBytes(directory);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        alive().syncDirectory(directory);
    }

    private final class OpenFile implements DiskFile {
        private final DiskFile file;

        OpenFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            requireAlive();
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            requireAlive();
            file.write(from, position);
        }

        @Override
        public void sync() throws IOException {
            requireAlive();
            file.sync();
        }

        @Override
        public void truncate(long bytes) throws IOException {
            requireAlive();
            file.truncate(bytes);
        }

        @Override
        public long size() throws IOException {
            requireAlive();
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}

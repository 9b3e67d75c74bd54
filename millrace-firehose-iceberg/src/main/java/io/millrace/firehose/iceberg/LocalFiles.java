package io.millrace.firehose.iceberg;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's files on this machine. A file is durable, its name included, when its stream is closed: what a commit names must
 * outlast a crash that the commit outlasts.
 */
final class LocalFiles implements FileIO {
    private static final long serialVersionUID = 1L;
    private static final String SCHEME = "file:";

    static Path path(String location) {
        return location.startsWith(SCHEME) ? Path.of(URI.create(location).getPath()) : Path.of(location);
    }

    @Override
    public InputFile newInputFile(String location) {
        return new Input(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new Output(location);
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(path(location));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For what is only in the way. */
    void tryDelete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // It stays in the way.
        }
    }

    static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private record Input(String location) implements InputFile {
        @Override
        public long getLength() {
            try {
                return Files.size(path(location));
            } catch (NoSuchFileException e) {
                throw new NotFoundException(e, "There is no file %s", location);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public SeekableInputStream newStream() {
            try {
                return new Reading(FileChannel.open(path(location), StandardOpenOption.READ));
            } catch (NoSuchFileException e) {
                throw new NotFoundException(e, "There is no file %s", location);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean exists() {
            return Files.exists(path(location));
        }
    }

    private static final class Reading extends SeekableInputStream {
        private final FileChannel file;

        Reading(FileChannel file) {
            this.file = file;
        }

        @Override
        public long getPos() throws IOException {
            return file.position();
        }

        @Override
        public void seek(long position) throws IOException {
            file.position(position);
        }

        @Override
        public int read() throws IOException {
            var one = ByteBuffer.allocate(1);
            return file.read(one) < 0 ? -1 : one.get(0) & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return file.read(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record Output(String location) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return open(StandardOpenOption.CREATE_NEW);
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return open(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        }

        private PositionOutputStream open(OpenOption... options) {
            var path = path(location).toAbsolutePath();
            try {
                makeFolder(path.getParent());
                var all = new HashSet<>(List.of(options));
                all.add(StandardOpenOption.WRITE);
                return new Writing(path, FileChannel.open(path, all));
            } catch (FileAlreadyExistsException e) {
                throw new AlreadyExistsException(e, "There is a file %s already", location);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void makeFolder(@Nullable Path folder) throws IOException {
            if (folder == null || Files.isDirectory(folder)) {
                return;
            }
            makeFolder(folder.getParent());
            Files.createDirectories(folder);
            var parent = folder.getParent();
            if (parent != null) {
                syncFolder(parent);
            }
        }

        @Override
        public InputFile toInputFile() {
            return new Input(location);
        }
    }

    private static final class Writing extends PositionOutputStream {
        private final Path path;
        private final FileChannel file;
        private final OutputStream out;
        private long position;

        Writing(Path path, FileChannel file) {
            this.path = path;
            this.file = file;
            out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!file.isOpen()) {
                return;
            }
            try (file) {
                out.flush();
                file.force(true);
            }
            var folder = path.getParent();
            if (folder != null) {
                syncFolder(folder);
            }
        }
    }
}

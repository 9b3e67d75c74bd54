package io.millrace.firehose.iceberg;

import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStore;
import io.millrace.objects.ObjectStoreException;
import io.millrace.objects.ObjectWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/** Iceberg's files where their locations say: in buckets of the object store, or on this machine. */
@SuppressWarnings("serial") // Iceberg's engines send a FileIO to other machines; this one stays here
final class TableFiles implements FileIO {
    private static final long serialVersionUID = 1L;
    private static final String S3 = "s3";

    private final transient Supplier<ObjectStore> objects;
    private final Map<String, String> properties;
    private final LocalFiles local = new LocalFiles();

    TableFiles(Supplier<ObjectStore> objects, Map<String, String> properties) {
        this.objects = objects;
        this.properties = properties;
    }

    @Override
    public InputFile newInputFile(String location) {
        return isObject(location) ? new Input(location, name(location), objects.get()) : local.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return isObject(location) ? new Output(location, name(location), objects.get()) : local.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        if (isObject(location)) {
            objects.get().delete(name(location));
        } else {
            local.deleteFile(location);
        }
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    /** {@code s3}, and the spellings {@code s3a} and {@code s3n} of other programs. */
    private static boolean isObject(String location) {
        return location.startsWith(S3) && location.contains("://");
    }

    private static ObjectName name(String location) {
        var rest = location.substring(location.indexOf("://") + "://".length());
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("A bucket, but no object: " + location);
        }
        return new ObjectName(rest.substring(0, slash), rest.substring(slash + 1));
    }

    private record Input(String location, ObjectName name, ObjectStore objects) implements InputFile {
        @Override
        public long getLength() {
            return objects.find(name)
                    .orElseThrow(() -> new NotFoundException("There is no object %s", location))
                    .bytes();
        }

        @Override
        public SeekableInputStream newStream() {
            return new Reading(name, objects);
        }

        @Override
        public boolean exists() {
            return objects.exists(name);
        }
    }

    /** Metadata is read from end to end, so a seek forward skips and a rare one back begins anew. */
    private static final class Reading extends SeekableInputStream {
        private final ObjectName name;
        private final ObjectStore objects;
        private @Nullable InputStream in;
        private long position;

        Reading(ObjectName name, ObjectStore objects) {
            this.name = name;
            this.objects = objects;
        }

        private InputStream in() {
            var open = in;
            if (open == null) {
                try {
                    open = objects.open(name);
                } catch (ObjectStoreException.NoSuchObject e) {
                    throw new NotFoundException(e, "There is no object %s", name);
                }
                in = open;
            }
            return open;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long to) throws IOException {
            if (to < position) {
                close();
                in = null;
                position = 0;
            }
            try {
                in().skipNBytes(to - position);
            } catch (EOFException e) {
                throw new IOException("Object " + name + " ends before " + to, e);
            }
            position = to;
        }

        @Override
        public int read() throws IOException {
            int value = in().read();
            position += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in().read(bytes, offset, length);
            position += Math.max(count, 0);
            return count;
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }

    private record Output(String location, ObjectName name, ObjectStore objects) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return createOrOverwrite(); // names hold a UUID
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new Writing(objects.write(name, ObjectAttributes.BYTES));
        }

        @Override
        public InputFile toInputFile() {
            return new Input(location, name, objects);
        }
    }

    private static final class Writing extends PositionOutputStream {
        private final ObjectWriter writer;
        private final OutputStream out;
        private long position;
        private boolean closed;

        Writing(ObjectWriter writer) {
            this.writer = writer;
            out = writer.stream();
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
        public void close() {
            if (!closed) {
                closed = true;
                try (writer) {
                    writer.commit();
                }
            }
        }
    }
}

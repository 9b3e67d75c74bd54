package io.millrace.objects;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** One file on its way: written and synced where nobody looks, then given its name. */
final class FolderWriter implements ObjectWriter {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ObjectName name;
    private final Path target;
    private final Workplace workplace;
    private final Workplace.Draft draft;
    private final Bytes stream = new Bytes();
    private State state = State.OPEN;

    private enum State {
        OPEN,
        /** A write or a sync failed; what the file holds is not known any more. */
        BROKEN,
        COMMITTED,
        CLOSED
    }

    FolderWriter(ObjectName name, Path target, Workplace workplace) throws IOException {
        this.name = name;
        this.target = target;
        this.workplace = workplace;
        this.draft = workplace.begin();
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public void commit() {
        requireOpen();
        state = State.BROKEN;
        try {
            stream.writeOut();
            // The bytes before the name: a power cut must not leave the name of an object with another's bytes.
            workplace.files().sync(draft.channel());
            draft.channel().close();
            giveName();
        } catch (IOException e) {
            throw FolderObjectStore.failure(name.toString(), e);
        }
        state = State.COMMITTED;
    }

    private void giveName() throws IOException {
        var folder = Objects.requireNonNull(target.getParent());
        try {
            workplace.folders().make(folder);
            workplace.files().rename(draft.path(), target);
        } catch (NoSuchFileException _) {
            // Somebody removed folders since they were made; anything else that is missing is missing again.
            workplace.folders().forgetAll();
            workplace.folders().make(folder);
            workplace.files().rename(draft.path(), target);
        }
        workplace.files().syncFolder(folder);
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the writer of " + name + " is " + state);
        }
    }

    @Override
    public void close() {
        if (state == State.COMMITTED || state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        try (FileChannel _ = draft.channel()) {
            Files.deleteIfExists(draft.path());
        } catch (IOException e) {
            throw FolderObjectStore.failure(name.toString(), e);
        }
    }

    /** Collects small writes. */
    private final class Bytes extends OutputStream {
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

        @Override
        public void write(int unit) {
            requireOpen();
            if (!buffer.hasRemaining()) {
                drain();
            }
            buffer.put((byte) unit);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            requireOpen();
            if (length > buffer.remaining()) {
                drain();
            }
            if (length >= BUFFER_BYTES) {
                drain(ByteBuffer.wrap(bytes, from, length));
            } else {
                buffer.put(bytes, from, length);
            }
        }

        private void drain() {
            drain(buffer.flip());
            buffer.clear();
        }

        private void drain(ByteBuffer from) {
            try {
                writeAll(from);
            } catch (IOException e) {
                state = State.BROKEN;
                throw FolderObjectStore.failure(name.toString(), e);
            }
        }

        void writeOut() throws IOException {
            writeAll(buffer.flip());
        }

        private void writeAll(ByteBuffer from) throws IOException {
            while (from.hasRemaining()) {
                draft.channel().write(from);
            }
        }
    }
}

package io.millrace.log;

import io.millrace.log.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A file that holds records: a segment as the committer wrote it, or a run that the rewriter made of segments. */
final class Store {

    /** What made the file. The codes are on disk. */
    enum Kind {
        SEGMENT("segment-", 0),
        RUN("run-", 1);

        private final String prefix;
        private final byte code;

        Kind(String prefix, int code) {
            this.prefix = prefix;
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        static Kind of(byte code) {
            return code == RUN.code ? RUN : SEGMENT;
        }

        String fileName(int number) {
            return prefix + "%08d".formatted(number);
        }

        /** The number in a file's name, or -1 if it is none of this kind. */
        int numberIn(String fileName) {
            var digits = fileName.startsWith(prefix) ? fileName.substring(prefix.length()) : "";
            return digits.matches("\\d{8,9}") ? Integer.parseInt(digits) : -1;
        }
    }

    /** How much is known about where the batches end. The codes are on disk. */
    enum Phase {
        /** Empty so far as the manifest knows; the committer may have begun to fill it since. */
        READY(3),
        /** Batches are being added: recovery looks for the end. */
        OPEN(0),
        /** No more batches, and the end is known: all before it must be whole. */
        ENDED(1),
        /** There is a footer at the end. */
        SEALED(2);

        private final byte code;

        Phase(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        static Phase of(byte code) {
            for (var phase : values()) {
                if (phase.code == code) {
                    return phase;
                }
            }
            throw new AssertionError("the checksum has vouched for phase " + code);
        }
    }

    private final int number;
    private final Kind kind;
    private final BatchHeader.Stamp stamp;
    private final DiskFile file;
    private final List<OpenPiece> openPieces = new ArrayList<>();
    private final ReadMarks marks = new ReadMarks();

    private Phase phase;
    private long end;

    Store(int number, Kind kind, BatchHeader.Stamp stamp, DiskFile file, Phase phase, long end) {
        this.number = number;
        this.kind = kind;
        this.stamp = stamp;
        this.file = file;
        this.phase = phase;
        this.end = end;
    }

    int number() {
        return number;
    }

    Kind kind() {
        return kind;
    }

    BatchHeader.Stamp stamp() {
        return stamp;
    }

    DiskFile file() {
        return file;
    }

    /** Where it was read in this use. */
    ReadMarks marks() {
        return marks;
    }

    /** Guarded by the layout, like {@link #end}. */
    Phase phase() {
        return phase;
    }

    /** Where the batches end and the footer is, unless open. */
    long end() {
        return end;
    }

    void reach(Phase next, long at) {
        assert next.compareTo(phase) > 0 : phase + " to " + next;
        phase = next;
        end = at;
    }

    /** Adds what a group holds. Only for the thread that fills this segment, until it has ended. */
    void add(Shard shard, GroupHeader group, int position) {
        add(shard, group.value(), group.nextOffset(), group.arrivalMillis(), position, group.paddedBytes());
    }

    void add(Shard shard, long firstOffset, long nextOffset, long arrivalMillis, int position, int bytes) {
        var present = shard.openPieceIn(this);
        var piece = present == null ? shard.beginPiece(this) : present;
        piece.write(firstOffset, arrivalMillis, position, bytes);
        piece.show(nextOffset, arrivalMillis);
        if (present == null) {
            openPieces.add(piece);
            shard.addPiece(piece);
        }
    }

    List<OpenPiece> openPieces() {
        return openPieces;
    }

    /** The pieces went to the footer. */
    void forgetOpenPieces() {
        openPieces.clear();
    }

    CorruptLogException corruptAt(long position, String what) {
        return new CorruptLogException(kind.fileName(number) + " is damaged at byte " + position + ": " + what);
    }

    void close() throws IOException {
        file.close();
    }
}

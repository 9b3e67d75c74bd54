package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardTest {
    private final Shard shard = new Shard(new ShardKey(1), 0);

    private static Store segment() throws IOException {
        var file = new SimulatedDisk(new SplittableRandom(1)).open(Path.of("/segment"), Disk.Writes.DIRECT);
        return new Store(1, Store.Kind.SEGMENT, new BatchHeader.Stamp(1, 1, 1), file, Store.Phase.OPEN, 0);
    }

    @Test
    void anIdleShardDoesNotHoldOnToAFileThatDiedBeforeItHadAFooter() throws IOException {
        var segment = segment();
        var piece = shard.beginPiece(segment);
        piece.write(0, 1_000, 0, 100);
        piece.show(2, 1_000);
        shard.addPiece(piece);
        shard.trimTo(2);

        shard.dropDeadPieces(_ -> false);
        assertThat(shard.openPieceIn(segment)).isSameAs(piece);

        shard.dropDeadPieces(segment::equals);
        assertThat(shard.openPieceIn(segment)).isNull();
        assertThat(shard.pieces()).isEmpty();
    }
}

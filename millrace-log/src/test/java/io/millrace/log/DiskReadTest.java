package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.DiskFile;
import io.millrace.log.disk.LocalDisk;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskReadTest {
    private static final int KIB = 1024;

    /** The last block is not whole. */
    private static final int FILE_BYTES = 1024 * KIB + 100;

    @TempDir
    private Path folder;

    private final byte[] content = new byte[FILE_BYTES];
    private final ReadBlocks blocks = new ReadBlocks(2048 * KIB);
    private final Loan loan = new Loan(blocks);
    private DiskFile file;

    @BeforeEach
    void write() throws IOException {
        new Random(1).nextBytes(content);
        var path = Files.write(folder.resolve("segment"), content);
        file = new LocalDisk().open(path, Disk.Writes.DIRECT);
    }

    @AfterEach
    void close() throws IOException {
        loan.close();
        file.close();
    }

    private Store store() {
        return new Store(1, Store.Kind.SEGMENT, new BatchHeader.Stamp(1, 1, 1), file, Store.Phase.OPEN, 0);
    }

    private static ByteBuffer read(Store store, int position, int bytes, ReadMemory memory) throws IOException {
        var read = new DiskRead(store, position, bytes);
        return read.into(memory.take(read.roomBytes()));
    }

    private ByteBuffer expected(int position, int bytes) {
        return ByteBuffer.wrap(content, position, bytes);
    }

    @Test
    void givesJustTheBytesAskedForWhicheverWayTheyCome() {
        Seeds.forEach(50, random -> {
            var store = store();
            int bytes = 1 + random.nextInt(300 * KIB);
            int position = random.nextInt(FILE_BYTES - bytes);
            for (int time = 0; time < 4; time++) {
                try (var lent = new Loan(blocks)) {
                    assertThat(read(store, position, bytes, lent)).isEqualTo(expected(position, bytes));
                }
                assertThat(read(store, position, bytes, new ReadMemory.Heap())).isEqualTo(expected(position, bytes));
            }
        });
    }

    @Test
    void readsToTheVeryEndOfAFileWhoseLastBlockIsNotWhole() throws IOException {
        int bytes = 200 * KIB;
        assertThat(read(store(), FILE_BYTES - bytes, bytes, loan)).isEqualTo(expected(FILE_BYTES - bytes, bytes));
    }

    @Test
    void saysWhereAFileEndsWithinWhatIsWanted() {
        var store = store();
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> read(store, FILE_BYTES - 200 * KIB, 200 * KIB + 1, loan))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("segment-00000001 is damaged at byte " + (FILE_BYTES - 200 * KIB));
        }
    }

    @Test
    void anInterruptedReaderSpoilsTheFileForNobody() throws IOException {
        Thread.currentThread().interrupt();
        assertThat(read(store(), 8, 200 * KIB, loan)).isEqualTo(expected(8, 200 * KIB));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(read(store(), 8, 200 * KIB, loan)).isEqualTo(expected(8, 200 * KIB));
    }

    @Test
    void twoLongReadsFindRoomInABlock() {
        int bytes = 200 * KIB;
        for (int time = 0; time < 2; time++) {
            var room = loan.takeLent(new DiskRead(store(), 8, bytes).roomBytes());
            assertThat(room).isNotNull();
            assertThat(room.alignmentOffset(0, Format.BLOCK_BYTES)).isZero();
        }
        assertThat(blocks.lentCount()).isEqualTo(1);
    }

    @Test
    void aFileThatIsClosedIsReadByNobody() throws IOException {
        file.close();
        assertThatThrownBy(() -> read(store(), 8, 200 * KIB, loan)).isInstanceOf(IOException.class);
    }
}

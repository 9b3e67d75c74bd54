package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The Java virtual machine may have been given less memory outside of the heap than the configuration counts on. */
class ScarceMemoryTest {
    private static final int KIB = 1024;
    private static final int PAGE_BYTES = 64 * KIB;

    private int givenCount;
    private int refusedCount;

    /** Gives no more than so many times. */
    private IntFunction<ByteBuffer> memory(int times) {
        return bytes -> {
            if (givenCount == times) {
                refusedCount++;
                throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct buffer memory");
            }
            givenCount++;
            return Format.blockAligned(bytes);
        };
    }

    private static Store segment() throws IOException {
        var disk = new SimulatedDisk(new SplittableRandom(1));
        var file = disk.open(Path.of("segment"), Disk.Writes.CACHED);
        var stamp = new BatchHeader.Stamp(1, 1, 1);
        return new Store(1, Store.Kind.SEGMENT, stamp, file, Store.Phase.OPEN, 0);
    }

    @Test
    void theRingGoesOnWithThePagesItHas() throws IOException {
        var segment = segment();
        var ring = new Ring(4 * PAGE_BYTES, memory(2));
        for (int page = 0; page < 10; page++) {
            var room = ring.roomFor(PAGE_BYTES, segment, (long) page * PAGE_BYTES);
            room.buffer().put(room.start(), (byte) page);
            ring.keep(PAGE_BYTES);
        }
        assertThat(refusedCount).isEqualTo(1);
        var newest = ring.copy(segment, 9 * PAGE_BYTES, 1, new ReadMemory.Heap());
        assertThat(newest).isNotNull();
        assertThat(newest.get(0)).isEqualTo((byte) 9);
        assertThat(ring.copy(segment, 8 * PAGE_BYTES, 1, new ReadMemory.Heap())).isNotNull();
        assertThat(ring.copy(segment, 7 * PAGE_BYTES, 1, new ReadMemory.Heap())).isNull();
    }

    @Test
    void theRingGivesUpItsPagesForABatchThatIsLargerThanAny() throws IOException {
        var segment = segment();
        var memory = memory(2);
        var ring = new Ring(4 * PAGE_BYTES, bytes -> {
            if (refusedCount == 1) {
                return Format.blockAligned(bytes);
            }
            return memory.apply(bytes);
        });
        for (int page = 0; page < 2; page++) {
            ring.roomFor(PAGE_BYTES, segment, (long) page * PAGE_BYTES);
            ring.keep(PAGE_BYTES);
        }
        var room = ring.roomFor(2 * PAGE_BYTES, segment, 2 * PAGE_BYTES);
        assertThat(room.buffer().capacity()).isEqualTo(2 * PAGE_BYTES);
        assertThat(refusedCount).isEqualTo(1);
        assertThat(ring.copy(segment, PAGE_BYTES, 1, new ReadMemory.Heap())).isNull();
    }

    @Test
    void readersAreLentTheBlocksThereAreAndHaveTheHeapBeyond() {
        var blocks = new ReadBlocks(256 * KIB, memory(1));
        var loan = new Loan(blocks);
        assertThat(loan.take(60 * KIB).isDirect()).isTrue();
        assertThat(loan.take(60 * KIB).isDirect()).isFalse();
        assertThat(loan.take(60 * KIB).isDirect()).isFalse();
        assertThat(loan.isShort()).isTrue();
        assertThat(refusedCount).isEqualTo(1);
        loan.close();
        assertThat(blocks.lentCount()).isZero();
    }
}

package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadMarksTest {
    private static final int KIB = 1024;

    private final ReadMarks marks = new ReadMarks();

    @Test
    void everySecondReadingFindsTheMark() {
        assertThat(marks.turn(1000 * KIB, 200 * KIB)).isFalse();
        assertThat(marks.turn(1000 * KIB, 200 * KIB)).isTrue();
        assertThat(marks.turn(1000 * KIB, 200 * KIB)).isFalse();
    }

    @Test
    void aReaderOfAnotherShardNextToItFindsNone() {
        int at = 12_345_672;
        int bytes = 131_072;
        assertThat(marks.turn(at, bytes)).isFalse();
        assertThat(marks.turn(at + bytes, bytes)).isFalse();
        assertThat(marks.turn(at - bytes, bytes)).isFalse();
        assertThat(marks.turn(at, bytes)).isTrue();
    }

    @Test
    void theShortestStretchIsMarkedWhereverItBegins() {
        int bytes = ReadMarks.ALWAYS_MARKED_BYTES;
        for (int at = 0; at < 1024 * KIB; at += 8) {
            var fresh = new ReadMarks();
            assertThat(fresh.turn(at, bytes)).isFalse();
            assertThat(fresh.turn(at, bytes)).isTrue();
        }
    }

    @Test
    void aReaderWhoseReadsEndElsewhereFindsThemToo() {
        marks.turn(0, 1000 * KIB);
        assertThat(marks.turn(100 * KIB + 8, 300 * KIB)).isTrue();
    }
}

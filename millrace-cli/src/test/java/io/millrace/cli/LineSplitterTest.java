package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    private static final int LINE_MAX_BYTES = 8;

    private final LineSplitter splitter = new LineSplitter(LINE_MAX_BYTES);

    @Test
    void takesTheTerminatorOff() {
        assertThat(linesOf("one\ntwo\r\n\nfour\r")).containsExactly("1:one", "2:two", "3:", "4:four");
    }

    @Test
    void leavesCarriageReturnsInsideALine() {
        assertThat(linesOf("a\rb\n\r\r\n")).containsExactly("1:a\rb", "2:\r");
    }

    @Test
    void givesTheLastLineWithoutATerminator() {
        assertThat(linesOf("one\ntwo")).containsExactly("1:one", "2:two");
        assertThat(linesOf("")).isEmpty();
    }

    @Test
    void passesOverALineThatIsTooLongAndGoesOn() {
        assertThat(linesOf("12345678\n12345678\r\n123456789\nnext\n"))
                .containsExactly("1:12345678", "2:12345678", "3 too long: 9", "4:next");
    }

    @Test
    void cutsTheSameLinesHoweverTheChunksAreCut() {
        Seeds.forEach(300, random -> {
            var text = new ByteArrayOutputStream();
            int length = random.nextInt(200);
            for (int i = 0; i < length; i++) {
                text.write("ab\u00e4\r\n\n".getBytes(StandardCharsets.UTF_8)[random.nextInt(7)]);
            }
            var bytes = text.toByteArray();
            var whole = drain(new LineSplitter(LINE_MAX_BYTES), List.of(bytes));

            var chunks = new ArrayList<byte[]>();
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(10));
                chunks.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            assertThat(drain(new LineSplitter(LINE_MAX_BYTES), chunks)).isEqualTo(whole);
        });
    }

    @Test
    void forgetsTheBeginningOfALineWhoseRestWillNotCome() {
        splitter.feed("one\ntw".getBytes(StandardCharsets.UTF_8));
        assertThat(splitter.next()).isPresent();
        assertThat(splitter.next()).isEmpty();
        splitter.forgetBegun();
        splitter.feed("three\n".getBytes(StandardCharsets.UTF_8));
        assertThat(splitter.next().map(LineSplitterTest::show)).contains("2:three");
    }

    private static List<String> linesOf(String text) {
        return drain(new LineSplitter(LINE_MAX_BYTES), List.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> drain(LineSplitter splitter, List<byte[]> chunks) {
        var lines = new ArrayList<String>();
        for (var chunk : chunks) {
            splitter.feed(chunk);
            for (var line = splitter.next(); line.isPresent(); line = splitter.next()) {
                lines.add(show(line.get()));
            }
        }
        splitter.end().ifPresent(last -> lines.add(show(last)));
        return lines;
    }

    private static String show(Reading reading) {
        return switch (reading) {
            case Reading.Line(long number, byte[] bytes) ->
                number + ":" + new String(bytes, StandardCharsets.ISO_8859_1);
            case Reading.TooLong(long number, long bytes) -> number + " too long: " + bytes;
            case Reading.Quiet _ -> "quiet";
            case Reading.End _ -> "end";
        };
    }
}

package io.millrace.firehose.processing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SubRecordsTest {
    private static final SubRecords OBJECTS = new SubRecords.Json();

    @Test
    void objectsOneAfterAnotherAreToldApartWhateverIsInThem() {
        Seeds.forEach(500, random -> {
            var objects = new ArrayList<String>();
            var record = new StringBuilder(space(random));
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                objects.add(object(random, 3));
                record.append(objects.getLast()).append(space(random));
            }

            assertThat(parts(OBJECTS, record.toString())).isEqualTo(objects);
        });
    }

    @Test
    void whatIsNotObjectsIsMalformed() {
        for (var record :
                List.of("[{}]", "1", "\"{}\"", "{", "{\"a\":\"}", "{}{", "{}x{}", "{},{}", "}", "{\"a\":\"\\\"}")) {
            assertThatThrownBy(() -> parts(OBJECTS, record)).isInstanceOf(UnprocessableException.class);
        }
    }

    @Test
    void aRecordWithNothingInItIsPassedOn() throws Exception {
        assertThat(parts(OBJECTS, "")).containsExactly("");
        assertThat(parts(OBJECTS, " \n")).containsExactly(" \n");
        assertThat(parts(new SubRecords.Delimited(bytes(",")), "")).containsExactly("");
    }

    @Test
    void aRecordOfMoreThan500IsPassedOnWhole() throws Exception {
        assertThat(parts(OBJECTS, "{}".repeat(500))).hasSize(500);
        assertThat(parts(OBJECTS, "{}".repeat(501))).containsExactly("{}".repeat(501));
        var lines = new SubRecords.Delimited(bytes("\n"));
        assertThat(parts(lines, "x\n".repeat(500))).hasSize(500);
        assertThat(parts(lines, "x\n".repeat(501))).containsExactly("x\n".repeat(501));
        assertThat(parts(lines, "x\n".repeat(500) + "y")).containsExactly("x\n".repeat(500) + "y");
    }

    @Test
    void delimitedPartsAreThoseThatStringsHaveBetween() {
        Seeds.forEach(300, random -> {
            var delimiter = random.nextBoolean() ? "," : "ab";
            var record = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                record.append("ab,x".charAt(random.nextInt(4)));
            }
            var expected = new ArrayList<String>();
            for (var part : record.toString().split(delimiter, -1)) {
                if (!part.isEmpty()) {
                    expected.add(part);
                }
            }

            assertThat(parts(new SubRecords.Delimited(bytes(delimiter)), record.toString()))
                    .isEqualTo(expected.isEmpty() ? List.of(record.toString()) : expected);
        });
    }

    private static String object(SplittableRandom random, int depth) {
        var object = new StringBuilder("{");
        for (int i = random.nextInt(4); i > 0; i--) {
            object.append(string(random)).append(':');
            object.append(
                    switch (random.nextInt(depth > 0 ? 4 : 3)) {
                        case 0 -> string(random);
                        case 1 -> "[" + random.nextInt() + "," + string(random) + "]";
                        case 2 -> "true";
                        default -> object(random, depth - 1);
                    });
            object.append(i > 1 ? "," : "");
        }
        return object.append('}').toString();
    }

    private static String string(SplittableRandom random) {
        var string = new StringBuilder("\"");
        for (int i = random.nextInt(6); i > 0; i--) {
            string.append(List.of("{", "}", "\\\"", "\\\\", "é", " ", "[").get(random.nextInt(7)));
        }
        return string.append('"').toString();
    }

    private static String space(SplittableRandom random) {
        return List.of("", "\n", "\r\n", " \t").get(random.nextInt(4));
    }

    private static List<String> parts(SubRecords kind, String record) throws UnprocessableException {
        return kind.of(bytes(record)).stream()
                .map(part -> new String(part, UTF_8))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

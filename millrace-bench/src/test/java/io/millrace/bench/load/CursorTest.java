package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CursorTest {
    private static final byte[] WANTED = "wanted".getBytes(StandardCharsets.US_ASCII);

    @Test
    void passesWhateverJsonLiesBefore() {
        assertThat(wanted(json("""
                { "a" : "quote \\" and \\\\", "b":[1, -2.5E+3, {"c":null}, [], {}], "d":true, "wanted": -17 , "e":"" }"""))).isEqualTo(-17);
    }

    @Test
    void passesWhateverCborLiesBefore() {
        // {_ "a": (_ h'01', h'0203'), "b": 1(1.5), "c": [_ null, true, -1], "wanted": 4294967296}
        assertThat(wanted(cbor("bf 6161 5f4101420203ff 6162 c1fb3ff8000000000000 6163 9ff6f520ff"
                        + "6677616e746564 1b0000000100000000 ff")))
                .isEqualTo(1L << 32);
    }

    @Test
    void findsTheEndOfATextWhoseLengthItGuessedWrong() {
        var cursor = json("[\"abc\\\"d\",\"ef\"]");
        cursor.enterList();
        cursor.nextElement();
        cursor.span(2);
        assertThat(cursor.spanEnd() - cursor.spanStart()).isEqualTo(6);
        cursor.nextElement();
        assertThat(cursor.text()).isEqualTo("ef");
    }

    @Test
    void readsNullAsAnEmptyText() {
        assertThat(json("null,").text()).isEmpty();
        assertThat(cbor("f6").text()).isEmpty();
    }

    @Test
    void refusesWhatIsNotWellFormed() {
        assertThatThrownBy(() -> wanted(json("{\"a\":}"))).isInstanceOf(WrongAnswerException.class);
        assertThatThrownBy(() -> wanted(json("{\"a\":\"open"))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> wanted(cbor("a1 6161 5e"))).isInstanceOf(WrongAnswerException.class);
        assertThatThrownBy(() -> wanted(cbor("a1 7aff000000"))).isInstanceOf(WrongAnswerException.class);
    }

    private static long wanted(Cursor cursor) {
        long found = 0;
        cursor.enterMap();
        while (cursor.nextMember()) {
            if (cursor.nameIs(WANTED)) {
                found = cursor.number();
            } else {
                cursor.skip();
            }
        }
        return found;
    }

    private static Cursor json(String text) {
        return new JsonCursor(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Cursor cbor(String hex) {
        return new CborCursor(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }
}

package io.millrace.bench.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void countsAWordWhereverItStands() {
        assertThat(Texts.count(ascii("key,a,key,ke,kkey"), ascii("key"))).isEqualTo(3);
        assertThat(Texts.count(ascii("ke"), ascii("key"))).isZero();
        assertThat(Texts.count(ascii(""), ascii("key"))).isZero();
    }

    @Test
    void findsAMembersText() throws Exception {
        assertThat(Texts.member(ascii("{\"Other\":\"no\", \"Wanted\" : \"yes\"}"), "Wanted"))
                .isEqualTo("yes");
    }

    @Test
    void refusesAReplyWithoutTheMember() {
        assertThatThrownBy(() -> Texts.member(ascii("{}"), "Wanted"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Wanted");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

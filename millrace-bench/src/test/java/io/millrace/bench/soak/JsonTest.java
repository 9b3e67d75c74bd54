package io.millrace.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void readsMembersListsAndTexts() {
        var json = Json.parse("""
                {"Name": "a\\u0041\\"\\\\b", "None": null, "Count": -1.5E3, "Inner": {"Ids": ["x", "y"], "Empty": []}, "Yes": true}""");

        assertThat(json.need("Name")).isEqualTo("aA\"\\b");
        assertThat(json.text("None")).isEmpty();
        assertThat(json.text("Missing")).isEmpty();
        var inner = json.member("Inner").orElseThrow();
        assertThat(inner.texts("Ids")).containsExactly("x", "y");
        assertThat(inner.list("Empty")).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead() {
        for (var broken : List.of("", "{", "{\"a\": ", "{\"a\" 1}", "[1, ", "{\"a\": \"b", "{a: 1}", "[?]")) {
            assertThatThrownBy(() -> Json.parse(broken)).as(broken).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

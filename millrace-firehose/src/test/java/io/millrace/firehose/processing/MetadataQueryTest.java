package io.millrace.firehose.processing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetadataQueryTest {
    private static final JqLibrary LIBRARY = new JqLibrary();
    private static final Instant ARRIVAL = Instant.parse("2030-01-01T12:00:00.250Z");

    @Test
    void extractsWhatTheGuidesExamplesExtract() throws Exception {
        var record =
                "{\"customer_id\":\"1234567890\",\"event_timestamp\":1565382027,\"type\":{\"device\":\"mobile\",\"n\":7,\"b\":true,\"f\":1.5}}";

        assertThat(query(
                        "{customer_id:.customer_id, device: .type.device, n: .type.n, b: .type.b, f: .type.f}", record))
                .isEqualTo(Map.of("customer_id", "1234567890", "device", "mobile", "n", "7", "b", "true", "f", "1.5"));
        assertThat(query(
                        "{year: .event_timestamp|strftime(\"%Y\"), month:.event_timestamp|strftime(\"%m\"),"
                                + " day: .event_timestamp|strftime(\"%d\"), hour:.event_timestamp|strftime(\"%H\")}",
                        record))
                .isEqualTo(Map.of("year", "2019", "month", "08", "day", "09", "hour", "20"));
    }

    @Test
    void hasJqsFunctionsOfTime() throws Exception {
        assertThat(text("1425599621 | todate")).isEqualTo("2015-03-05T23:53:41Z");
        assertThat(text("\"2015-03-05T23:51:47Z\" | fromdate | tostring")).isEqualTo("1425599507");
        assertThat(text("\"2015-03-05T23:51:47Z\" | strptime(\"%Y-%m-%dT%H:%M:%SZ\") | tojson"))
                .isEqualTo("[2015,2,5,23,51,47,4,63]");
        assertThat(text("\"2015-03-05T23:51:47Z\" | strptime(\"%Y-%m-%dT%H:%M:%SZ\") | mktime | tostring"))
                .isEqualTo("1425599507");
        assertThat(text("1425599621.25 | gmtime | tojson")).isEqualTo("[2015,2,5,23,53,41.25,4,63]");
        assertThat(text("1425599621 | gmtime | strftime(\"%A, %B %d, %Y\")")).isEqualTo("Thursday, March 05, 2015");
        assertThat(text("1425599621 | strftime(\"%a %b %e %j %y %I %p %F %T %R %D %s %u %w %V %G %z %Z %%\")"))
                .isEqualTo(
                        "Thu Mar  5 064 15 11 PM 2015-03-05 23:53:41 23:53 03/05/15 1425599621 4 4 10 2015 +0000 UTC %");
        assertThatThrownBy(() -> text("\"x\" | strftime(\"%Y\")")).hasMessageContaining("parsed datetime inputs");
        assertThatThrownBy(() -> text("1 | strftime(1)")).hasMessageContaining("requires a string");
        assertThatThrownBy(() -> text("1e300 | todate")).isInstanceOf(UnprocessableException.class);
        assertThatThrownBy(() -> text("\"2015\" | fromdate")).hasMessageContaining("does not match format");
    }

    @Test
    void hasJqsRegularExpressions() throws Exception {
        assertThat(text("\"foo bär 12\" | [match(\"[a-zä]+\"; \"g\") | [.offset,.length,.string]] | tojson"))
                .isEqualTo("[[0,3,\"foo\"],[4,3,\"bär\"]]");
        assertThat(text("\"xyz\" | capture(\"(?<a>x)(?<n>z)?\") | tojson")).isEqualTo("{\"a\":\"x\",\"n\":null}");
        assertThat(text("\"a-b-c\" | gsub(\"-\"; \"_\")")).isEqualTo("a_b_c");
        assertThat(text("\"ABC\" | test(\"b\"; \"i\") | tostring")).isEqualTo("true");
        assertThat(text("\"a, b\" | [splits(\", *\")] | tojson")).isEqualTo("[\"a\",\"b\"]");
        assertThatThrownBy(() -> text("\"a\" | test(\"(\") | tostring")).hasMessageContaining("is not a valid regex");
    }

    @Test
    void takesTheArrivalForThePresent() throws Exception {
        assertThat(text("now == 1893499200.25 | tostring")).isEqualTo("true");
        assertThat(text("now | strftime(\"%Y-%m-%d\")")).isEqualTo("2030-01-01");
    }

    @Test
    void variesWhereRegularExpressionsAreGivenTime() {
        for (var query : List.of(
                "{a: (.a | sub(\"x\"; \"y\"))}",
                "{a: (.a | split(\"x\"; null)[0])}",
                "{a: [.a | test(\"x\")][0]}",
                "def f: splits(\"-\"); {a: first(.a | f)}",
                "{a: (.a | capture(\"(?<n>x)\").n)}",
                "{a: (if (.a | match(\"x\")) then 1 else 2 end)}")) {
            assertThat(MetadataQuery.compile(query, LIBRARY).varies()).as(query).isTrue();
        }
        for (var query : List.of(
                "{a: (.a | split(\"/\")[0])}",
                "{a: .test, b: .match.sub}",
                "{a: (now | todate)}",
                "{a: \"test(x)\"}",
                "{a:")) {
            assertThat(MetadataQuery.compile(query, LIBRARY).varies()).as(query).isFalse();
        }
    }

    @Test
    void nullsAreLeftOutAndContainersRefused() throws Exception {
        assertThat(query("{a:.a, b:.b}", "{\"a\":\"\",\"b\":null}")).isEqualTo(Map.of("a", ""));
        assertThatThrownBy(() -> query("{a:.a}", "{\"a\":[1]}")).hasMessageContaining("an object or an array for a");
    }

    @Test
    void recordsAndQueriesThatDontFitFail() {
        for (var record :
                List.of("", " ", "{", "hello", "\u0000", "[".repeat(5000), "{\"a\":" + "9".repeat(5000) + "}")) {
            assertThatThrownBy(() -> query("{a:.a}", record)).isInstanceOf(UnprocessableException.class);
        }
        assertThatThrownBy(() -> query("{a:.a}", "[1]")).hasMessageContaining("query failed");
        assertThatThrownBy(() -> query(".a", "{\"a\":1}")).hasMessageContaining("must give an object");
        assertThatThrownBy(() -> query("empty", "{}")).hasMessageContaining("gave nothing");
        assertThatThrownBy(() -> query("{a:", "{}")).hasMessageContaining("does not compile");
        assertThatThrownBy(() -> query("{a:nosuch}", "{}")).hasMessageContaining("nosuch/0 does not exist");
        assertThatThrownBy(() -> query("error(\"mine\")", "{}")).hasMessageContaining("mine");
    }

    @Test
    void theServersEnvironmentIsNotToBeHad() {
        assertThatThrownBy(() -> query("{a: env.PATH}", "{}")).isInstanceOf(UnprocessableException.class);
        assertThatThrownBy(() -> query("{a: $ENV.PATH}", "{}")).isInstanceOf(UnprocessableException.class);
        assertThatThrownBy(() -> query("import \"a\" as a; {a: 1}", "{}")).isInstanceOf(UnprocessableException.class);
    }

    @Test
    void noQueryRunsAway() {
        var numbers = "{\"a\":" + IntStream.range(0, 1000).boxed().toList() + "}";
        for (var query : List.of(
                "{a: [range(1e12)] | length}",
                "{a: [range(0; 1; 1e-12)] | length}",
                "{a: [.a[] + .a[] + .a[]] | length}",
                "{a: reduce (.a[] | . as $x | range(1e9)) as $i (0; 1)}",
                "{a: (try [range(1e12)] catch 1)}",
                "{a: [range(1e12)]?}",
                "def f: f; {a: f}",
                "def f: 1 + f; {a: f}",
                "def f($n): if $n > 0 then f($n-1), f($n-1) else 0 end; {a: [f(50)] | length}",
                "{a: last(range(1e12))}",
                "{a: [limit(1e9; range(1e12))] | length}",
                "{a: 0 | until(false; .)}",
                "{a: [0 | while(true; .)] | length}",
                "{a: [recurse(0)] | length}",
                "{a: ([0,1] | [combinations(100)] | length)}",
                "{a: (\"x\" * 1e10 | length)}",
                "{a: (1e10 * \"x\" | length)}",
                "{a: (reduce range(60) as $i (\"xy\"; . + .) | length)}",
                "{a: (reduce range(60) as $i ([1]; . + .) | length)}",
                "{a: ([] | .[1e9] = 1 | length)}",
                "{a: ([] | .[1e9] |= 1 | length)}",
                "{a: ([] | setpath([1e9]; 1) | length)}",
                "{a: foreach range(1e12) as $i (0; .; empty)}",
                "{a: (label $out | foreach range(1e12) as $i (0; .; empty))}",
                "{a: (first(range(1e12) | select(false)) // 1)}",
                "{a: any(range(1e12); false)}",
                "{a: (\"" + "a".repeat(60) + "\" | test(\"(a+)+$b\"))}",
                "{a: (\"" + "a".repeat(60) + "\" | gsub(\"(a+)+$b\"; \"\"))}")) {
            assertThatThrownBy(() -> query(query, numbers))
                    .as(query)
                    .isInstanceOf(UnprocessableException.class)
                    .hasMessageContaining("was stopped");
        }
    }

    @Test
    void aLongRecordIsNoRunaway() throws Exception {
        var items = "{\"items\":" + IntStream.range(0, 50_000).boxed().toList() + ",\"id\":\"x\"}";

        assertThat(query("{id: .id, n: (.items | map(. + 1) | add | tostring)}", items))
                .isEqualTo(Map.of("id", "x", "n", "1250025000"));
    }

    private static String text(String query) throws UnprocessableException {
        return query("{a: (" + query + ")}", "{}").get("a");
    }

    private static Map<String, String> query(String query, String record) throws UnprocessableException {
        return MetadataQuery.compile(query, LIBRARY).of(record.getBytes(UTF_8), ARRIVAL);
    }
}

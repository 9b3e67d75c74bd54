package io.millrace.firehose.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {
    private static final Instant ARRIVAL = Instant.parse("2026-07-13T10:05:09.123Z");
    private static final UUID ID = UUID.fromString("0a1b2c3d-0000-4000-8000-0123456789ab");
    private static final String NAME = "logs-3-2026-07-13-10-05-09-" + ID;

    private static String key(String prefix) {
        return keys(prefix, "").of(batch(Map.of()), "");
    }

    private static ObjectKeys keys(String prefix, String errorPrefix) {
        return new ObjectKeys(prefix, errorPrefix, ZoneOffset.UTC);
    }

    private static FixedBatch batch(Map<String, String> partitionKeys) {
        return new FixedBatch(ID, ARRIVAL, partitionKeys, List.of());
    }

    @Test
    void haveADateWhereThereIsNoPrefix() {
        assertThat(key("")).isEqualTo("2026/07/13/10/" + NAME);
    }

    @Test
    void joinADateToAPlainPrefixWithoutASlash() {
        assertThat(key("legacy")).isEqualTo("legacy2026/07/13/10/" + NAME);
        assertThat(key("legacy/")).isEqualTo("legacy/2026/07/13/10/" + NAME);
    }

    @Test
    void haveNoDateBesideExpressions() {
        assertThat(key("year=!{timestamp:yyyy}/")).isEqualTo("year=2026/" + NAME);
        assertThat(key("!{timestamp:yyyy'!'MM''dd}/")).isEqualTo("2026!07'13/" + NAME);
        assertThat(key("r/!{firehose:random-string}/")).matches("r/[A-Za-z0-9]{11}/" + NAME);
    }

    @Test
    void drawEachRandomStringAnewAndTheSameOnesAgainForTheSameBatch() {
        var prefix = "!{firehose:random-string}!{firehose:random-string}/";
        var key = key(prefix);
        assertThat(key.substring(0, 11)).isNotEqualTo(key.substring(11, 22));
        assertThat(key(prefix)).isEqualTo(key);
    }

    @Test
    void leaveAnUnclosedExpressionAlone() {
        assertThat(key("a!{timestamp:yyyy")).isEqualTo("a!{timestamp:yyyy2026/07/13/10/" + NAME);
        assertThat(key("!{timestamp:yyyy}/!{b")).isEqualTo("2026/!{b" + NAME);
    }

    @Test
    void speakTheTimeOfTheirZone() {
        var tokyo = new ObjectKeys("", "", ZoneId.of("Asia/Tokyo"));
        assertThat(tokyo.of(batch(Map.of()), ".gz"))
                .isEqualTo("2026/07/13/19/logs-3-2026-07-13-19-05-09-" + ID + ".gz");
    }

    @Test
    void takePartitionKeysAsTheyAre() {
        var keys = keys("c=!{partitionKeyFromQuery:c}/!{partitionKeyFromLambda:d}/", "e/");
        assertThat(keys.of(batch(Map.of("c", "a/b", "d", "x")), "")).isEqualTo("c=a/b/x/" + NAME);
    }

    @Test
    void tellTheQuerysKeyFromTheFunctionsOfTheSameName() {
        var keys = keys("!{partitionKeyFromQuery:id}/!{partitionKeyFromLambda:id}/", "e/");
        assertThat(keys.of(batch(Map.of("id", "q", "partitionKeyFromLambda:id", "f")), ""))
                .isEqualTo("q/f/" + NAME);
    }

    @Test
    void tellErrorsByTheirType() {
        assertThat(keys("", "").ofErrors(batch(Map.of()), "http-endpoint-failed", ""))
                .isEqualTo("http-endpoint-failed/2026/07/13/10/" + NAME);
        assertThat(keys("my", "").ofErrors(batch(Map.of()), "processing-failed", ""))
                .isEqualTo("myprocessing-failed/2026/07/13/10/" + NAME);
        assertThat(keys("my", "err/").ofErrors(batch(Map.of()), "processing-failed", ""))
                .isEqualTo("err/processing-failed/2026/07/13/10/" + NAME);
        assertThat(keys("my", "err/!{firehose:error-output-type}/!{timestamp:dd}/")
                        .ofErrors(batch(Map.of()), "processing-failed", ""))
                .isEqualTo("err/processing-failed/13/" + NAME);
    }

    @Test
    void haveAPrefixOfAtMost512Characters() {
        var keys = keys("!{partitionKeyFromQuery:c}", "e");
        assertThat(keys.of(batch(Map.of("c", "x".repeat(512))), "")).hasSize(512 + NAME.length());
        assertThatThrownBy(() -> keys.of(batch(Map.of("c", "x".repeat(513))), ""))
                .isInstanceOf(ObjectKeys.PrefixTooLongException.class);
    }

    @Test
    void areThereForThePlainPrefixesThatADeliveryStreamMayHaveAndForAllTheirErrors() {
        var longest = "x".repeat(512);
        assertThat(key(longest)).isEqualTo(longest + "2026/07/13/10/" + NAME);
        assertThat(keys(longest, "").ofErrors(batch(Map.of()), "processing-failed", ""))
                .isEqualTo(longest + "processing-failed/2026/07/13/10/" + NAME);
        assertThat(keys("!{timestamp:yyyy}", longest).ofErrors(batch(Map.of()), "processing-failed", ""))
                .startsWith(longest + "processing-failed/");
    }

    @Test
    void resolveEveryExpressionThatIsClosedAndKeepEveryOtherCharacter() {
        Seeds.forEach(500, random -> {
            var prefix = new StringBuilder();
            var expected = new StringBuilder();
            boolean expressions = false;
            for (int i = random.nextInt(8); i > 0; i--) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        prefix.append("!{timestamp:yyyy-MM}");
                        expected.append("2026-07");
                        expressions = true;
                    }
                    case 1 -> {
                        prefix.append("!{partitionKeyFromQuery:k}");
                        expected.append("v");
                        expressions = true;
                    }
                    default -> {
                        var literal = "ab!c{d/ }".substring(random.nextInt(3), 3 + random.nextInt(5));
                        literal = literal.replace("!{", "");
                        prefix.append(literal).append('.');
                        expected.append(literal).append('.');
                    }
                }
            }
            expected.append(expressions ? "" : "2026/07/13/10/").append(NAME);
            assertThat(keys(prefix.toString(), "e").of(batch(Map.of("k", "v")), ""))
                    .isEqualTo(expected.toString());
        });
    }
}

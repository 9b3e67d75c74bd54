package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class LinearPatternTest {
    private static final String STREAM_ARN = "arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+";
    private static final List<String> PUBLISHED = published();
    private static final List<String> PIECES = List.of(
            "0",
            "1",
            "12",
            "000000000000",
            "arn",
            ":",
            "aws",
            ":aws",
            ":kinesis:",
            "us-east-1",
            "stream/",
            "stream",
            "/",
            "/consumer/",
            "orders",
            "_",
            "-",
            ".",
            " ",
            "\n",
            "\u2028",
            "é",
            "\uD83D\uDE00",
            "abcdefghij0123456789",
            "x",
            "https://",
            "jdbc:redshift://host:5439/dev",
            "iam::000000000000:role/a",
            "s3:::b",
            "\\",
            "/a",
            ".gz");

    @Test
    void agreesWithTheJdkOnEveryPublishedPattern() {
        Seeds.forEach(3_000, random -> {
            var text = random.nextBoolean() ? anyPieces(random) : mutate(anyArn(random), random);
            for (var pattern : PUBLISHED) {
                assertThat(new LinearPattern(pattern).matches(text))
                        .as("%s against '%s'", pattern, text)
                        .isEqualTo(Pattern.matches(pattern, text));
            }
        });
    }

    @Test
    void takesNoLongerForTextMadeToBacktrack() {
        var hostile = "arn:aws" + ":kinesis::000000000000:stream/".repeat(30_000) + " ";

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(new LinearPattern(STREAM_ARN).matches(hostile)).isFalse());
    }

    @Test
    void refusesSyntaxItDoesNotKnow() {
        for (var pattern : List.of(
                "(a", "\\W", "a)", "^^a", "a$b", "(?=a)", "a(?!b)", "(?!a", "[ab", "[\\d]", "a{2,}", "a{2", "a{x}", "*",
                "a**", "\\")) {
            assertThatThrownBy(() -> new LinearPattern(pattern).matches("a"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<String> published() {
        return Arrays.stream(Service.values())
                .flatMap(service -> published(service.name().toLowerCase(Locale.ROOT) + ".constraints").stream())
                .toList();
    }

    private static List<String> published(String file) {
        try (var data = LinearPatternTest.class.getResourceAsStream(file)) {
            return new String(data.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && line.contains(" pattern "))
                    .map(line -> line.substring(line.indexOf(" pattern ") + " pattern ".length()))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String anyPieces(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static String anyArn(RandomGenerator random) {
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
        return random.nextBoolean() ? arn : arn + "/consumer/app:1700000000";
    }

    private static String mutate(String text, RandomGenerator random) {
        if (random.nextInt(4) == 0) {
            return text;
        }
        int at = random.nextInt(text.length());
        return text.substring(0, at)
                + anyPieces(random)
                + text.substring(Math.min(text.length(), at + random.nextInt(3)));
    }
}

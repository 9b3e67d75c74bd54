package io.millrace.server.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of all settings, each from the strongest place that names it: flag, then environment, then file, then its
 * default. Reading a value that makes no sense notes a problem and goes on with the default, so that {@link
 * #refuseProblems} can say everything that is wrong in one go.
 *
 * <p>Used by one thread, at start.
 */
public final class Settings {
    private final Map<String, Setting> known;
    private final Map<String, Value> given = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private record Value(String text, String origin) {}

    public Settings(List<Setting> known) {
        this.known = known.stream()
                .collect(Collectors.toMap(Setting::key, Function.identity(), (first, _) -> first, LinkedHashMap::new));
    }

    /** Takes the values of a TOML file; its nested tables and dotted keys are one. */
    public Settings file(Path file) {
        TomlFile.read(file, problems).forEach((key, text) -> give(key, text, file.toString()));
        return this;
    }

    /** Takes the variables that belong to a setting; others that begin with MILLRACE_ are somebody else's. */
    public Settings environment(Map<String, String> environment) {
        for (var setting : known.values()) {
            var text = environment.get(setting.environmentVariable());
            if (text != null) {
                give(setting.key(), text, setting.environmentVariable());
            }
        }
        return this;
    }

    /** Takes what was given on the command line, by key. */
    public Settings flags(Map<String, String> flags) {
        flags.forEach((key, text) -> give(key, text, "--" + key));
        return this;
    }

    private void give(String key, String text, String origin) {
        if (!known.containsKey(key)) {
            problems.add(origin + ": there is no setting " + key + nearest(key));
            return;
        }
        given.put(key, new Value(text.strip(), origin));
    }

    public String text(String key) {
        return optionalText(key).orElse("");
    }

    /** The value, or empty if it is not set and has no default. */
    public Optional<String> optionalText(String key) {
        var value = given.get(key);
        var text = value != null ? value.text() : setting(key).fallback();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Values separated by commas, without empty ones. */
    public List<String> list(String key) {
        return optionalText(key)
                .map(text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    public Optional<Path> path(String key) {
        return optionalText(key).map(Path::of);
    }

    public boolean flag(String key) {
        return parse(key, "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> null;
        });
    }

    public int integer(String key) {
        return parse(key, "a whole number", Integer::valueOf);
    }

    /** A number of bytes, plain or with a binary unit: {@code 4096}, {@code 256MiB}, {@code 1GiB}. */
    public long bytes(String key) {
        return parse(key, "a number of bytes such as 1048576 or 256MiB", Settings::parseBytes);
    }

    /** The same where absence has a meaning. */
    public OptionalLong optionalBytes(String key) {
        return parseOptional(key, "a number of bytes such as 1048576 or 1MiB", Settings::parseBytes);
    }

    /** A number of things, where absence has a meaning. */
    public OptionalLong optionalCount(String key) {
        return parseOptional(key, "a whole number such as 1000", Long::valueOf);
    }

    private OptionalLong parseOptional(String key, String expected, Function<String, @Nullable Long> parser) {
        var text = text(key);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        var parsed = tryParse(text, parser);
        if (parsed == null) {
            problems.add(originOf(key) + ": " + key + " must be " + expected + ", not '" + text + "'");
            return OptionalLong.empty();
        }
        return OptionalLong.of(parsed);
    }

    /** A number of bytes that a single array can hold. */
    public int bytesBelow2Gib(String key) {
        return parse(key, "a number of bytes below 2GiB", text -> Math.toIntExact(parseBytes(text)));
    }

    /** A time span such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h}, or ISO-8601 ({@code PT30S}). */
    public Duration duration(String key) {
        return parse(key, "a time such as 500ms, 30s, 5m or 24h", Settings::parseDuration);
    }

    /** One of an enum's names, in lower case with hyphens. */
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        var names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(" | "));
        return parse(
                key,
                names,
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    /** Builds a room's configuration, noting what the room refuses; empty then. */
    public <T> Optional<T> room(Supplier<T> construction) {
        try {
            return Optional.of(construction.get());
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Returns if all is well.
     *
     * @throws InvalidSettingsException naming every problem that was met
     */
    public void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    private <T> T parse(String key, String expected, Function<String, @Nullable T> parser) {
        var value = given.get(key);
        if (value != null) {
            var parsed = tryParse(value.text(), parser);
            if (parsed != null) {
                return parsed;
            }
            problems.add(value.origin() + ": " + key + " must be " + expected + ", not '" + value.text() + "'");
        }
        var fallback = tryParse(setting(key).fallback(), parser);
        assert fallback != null : key + " has no usable default";
        return fallback;
    }

    private static <T> @Nullable T tryParse(String text, Function<String, @Nullable T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException _) {
            return null;
        }
    }

    private static Long parseBytes(String text) {
        var digits = text.replaceAll("[^0-9].*$", "");
        long factor = switch (text.substring(digits.length()).strip().toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1L;
            case "k", "kib" -> 1L << 10;
            case "m", "mib" -> 1L << 20;
            case "g", "gib" -> 1L << 30;
            case "t", "tib" -> 1L << 40;
            default -> throw new IllegalArgumentException(text);
        };
        return Math.multiplyExact(Long.parseLong(digits), factor);
    }

    private static Duration parseDuration(String text) {
        if (text.startsWith("P")) {
            return Duration.parse(text);
        }
        var digits = text.replaceAll("[^0-9].*$", "");
        long count = Long.parseLong(digits);
        return switch (text.substring(digits.length()).strip()) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private String originOf(String key) {
        var value = given.get(key);
        return value == null ? "default" : value.origin();
    }

    private Setting setting(String key) {
        var setting = known.get(key);
        assert setting != null : key;
        return setting;
    }

    private String nearest(String key) {
        var lastWord = key.substring(key.lastIndexOf('.') + 1);
        return known.keySet().stream()
                .filter(candidate -> candidate.endsWith(lastWord) || candidate.startsWith(key))
                .findFirst()
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }
}

package io.millrace.bench.arguments;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A command line of {@code --name value} pairs; whatever is not taken from it is refused. */
public final class Arguments {
    private final Map<String, String> values = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if the words do not form pairs */
    public Arguments(String... words) {
        for (int i = 0; i < words.length; i += 2) {
            if (!words[i].startsWith("--") || i + 1 == words.length) {
                throw new IllegalArgumentException("expected --name value, found " + words[i]);
            }
            values.put(words[i], words[i + 1]);
        }
    }

    /** Whether somebody wants to know what there is to say, in whatever else they said. */
    public static boolean askForHelp(String... words) {
        return List.of(words).contains("--help");
    }

    public Optional<String> take(String name) {
        return Optional.ofNullable(values.remove(name));
    }

    /** @throws IllegalArgumentException if the value is not a whole number */
    public OptionalInt takeInt(String name) {
        var value = take(name);
        try {
            return value.isPresent() ? OptionalInt.of(Integer.parseInt(value.get())) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number, not " + value.orElse(""), e);
        }
    }

    /** @throws IllegalArgumentException if the value is not a number of seconds, such as 10 or 0.5 */
    public Optional<Duration> takeSeconds(String name) {
        var value = take(name);
        try {
            return value.map(seconds -> Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number of seconds, not " + value.orElse(""), e);
        }
    }

    /** @throws IllegalArgumentException if there is an argument that nobody took */
    public void refuseTheRest() {
        if (!values.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(" ", values.keySet()));
        }
    }
}
